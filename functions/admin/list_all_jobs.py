"""GET /admin/payroll/jobs: the newest payroll jobs of all employers."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit
from novapay.http.schemas.payroll import JobList
from novapay.usecases import list_jobs as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/payroll/jobs",
    **api.operation(
        "list_all_jobs",
        service="admin",
        summary="List all payroll jobs, newest first",
        model=JobList,
        errors=(Unauthorized,),
    ),
)
def list_all_jobs(limit: Limit = PAGE_SIZE_DEFAULT) -> Response[str]:
    """The newest payroll jobs of all employers."""
    jobs = usecase.list_all_jobs(wiring.resources(), limit=limit)
    return api.reply(JobList.of(jobs))


handler = admin_entrypoint(app, admin.gate, "list_all_jobs")
