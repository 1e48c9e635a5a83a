"""GET /payroll/jobs/{jobId}: a job as it stands."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import JobNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobBody
from novapay.usecases import get_job as usecase

endpoint = Endpoint(__file__, scope=Scope.PAYROLL)


@endpoint.get("/payroll/jobs/<jobId>", "Get a payroll job", errors=(JobNotFound,))
def get_job(jobId: JobIdField) -> JobBody:
    """Where the job stands; checkpoint moves in the same commit as the money."""
    progress = usecase.get_job(wiring.resources(), jobId, endpoint.caller())
    return JobBody.of(progress)


handler = endpoint.handler
