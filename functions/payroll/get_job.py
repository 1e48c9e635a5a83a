"""GET /payroll/jobs/{jobId}: a job as it stands."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import JobNotFound, ScopeMissing
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobBody
from novapay.usecases import get_job as usecase

app = api.resolver()


@app.get(
    "/payroll/jobs/<jobId>",
    **api.operation(
        "get_job",
        service="payroll",
        summary="Get a payroll job",
        model=JobBody,
        errors=(ScopeMissing, JobNotFound),
    ),
)
def get_job(jobId: JobIdField) -> Response[str]:
    """Where the job stands; checkpoint moves in the same commit as the money."""
    progress = usecase.get_job(wiring.resources(), jobId, api.caller(app))
    return api.reply(JobBody.of(progress))


handler = entrypoint(app, scope=Scope.PAYROLL)
