"""GET /admin/payroll/jobs/{jobId}: any payroll job as it stands."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import JobNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobBody
from novapay.usecases import get_job as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/payroll/jobs/<jobId>",
    **api.operation(
        "inspect_job",
        service="admin",
        summary="View any payroll job",
        model=JobBody,
        errors=(Unauthorized, JobNotFound),
    ),
)
def inspect_job(jobId: JobIdField) -> Response[str]:
    """Any employer's job as it stands, with its lanes."""
    progress = usecase.get_job(wiring.resources(), jobId, TRUSTED)
    return api.reply(JobBody.of(progress))


handler = admin_entrypoint(app, admin.gate, "inspect_job")
