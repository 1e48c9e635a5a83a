"""GET /payroll/employers/{employerId}/jobs: an employer's jobs."""

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.fields import UserIdField
from novapay.http.schemas.payroll import JobList
from novapay.usecases import list_jobs as usecase

endpoint = Endpoint(__file__, scope=Scope.PAYROLL)


@endpoint.get(
    "/payroll/employers/<employerId>/jobs",
    "List an employer's payroll jobs, newest first",
)
def list_employer_jobs(employerId: UserIdField) -> JobList:
    """The jobs of an employer; none for an employer who has none."""
    jobs = usecase.list_employer_jobs(wiring.resources(), employerId, endpoint.caller())
    return JobList.of(jobs)


handler = endpoint.handler
