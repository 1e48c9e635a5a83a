"""GET /payroll/employers/{employerId}/jobs: an employer's jobs."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import ScopeMissing
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import UserIdField
from novapay.http.schemas.payroll import JobList
from novapay.usecases import list_jobs as usecase

app = api.resolver()


@app.get(
    "/payroll/employers/<employerId>/jobs",
    **api.operation(
        "list_employer_jobs",
        service="payroll",
        summary="List an employer's payroll jobs, newest first",
        model=JobList,
        errors=(ScopeMissing,),
    ),
)
def list_employer_jobs(employerId: UserIdField) -> Response[str]:
    """The jobs of an employer; none for an employer who has none."""
    jobs = usecase.list_employer_jobs(wiring.resources(), employerId, api.caller(app))
    return api.reply(JobList.of(jobs))


handler = entrypoint(app, scope=Scope.PAYROLL)
