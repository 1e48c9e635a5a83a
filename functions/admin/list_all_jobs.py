"""GET /admin/payroll/jobs: the newest payroll jobs of all employers."""

from novapay import wiring
from novapay.http.admin import AdminEndpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit
from novapay.http.schemas.payroll import JobList
from novapay.usecases import list_jobs as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get("/admin/payroll/jobs", "List all payroll jobs, newest first")
def list_all_jobs(limit: Limit = PAGE_SIZE_DEFAULT) -> JobList:
    """The newest payroll jobs of all employers."""
    jobs = usecase.list_all_jobs(wiring.resources(), limit=limit)
    return JobList.of(jobs)


handler = endpoint.handler
