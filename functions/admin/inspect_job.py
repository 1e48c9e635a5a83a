"""GET /admin/payroll/jobs/{jobId}: any payroll job as it stands."""

from novapay import wiring
from novapay.domain.errors import JobNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobBody
from novapay.usecases import get_job as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/payroll/jobs/<jobId>", "View any payroll job", errors=(JobNotFound,))
def inspect_job(jobId: JobIdField) -> JobBody:
    """Any employer's job as it stands, with its lanes."""
    progress = usecase.get_job(wiring.resources(), jobId, endpoint.caller())
    return JobBody.of(progress)


handler = endpoint.handler
