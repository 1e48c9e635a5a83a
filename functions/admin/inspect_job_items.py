"""GET /admin/payroll/jobs/{jobId}/items: the items of any payroll job, in order."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import JobNotFound
from novapay.http import api, pagination
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobItemList
from novapay.usecases import list_job_items as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/payroll/jobs/<jobId>/items",
    **api.operation(
        "inspect_job_items",
        service="admin",
        summary="View the items of any payroll job",
        model=JobItemList,
        errors=(Unauthorized, JobNotFound),
    ),
)
def inspect_job_items(
    jobId: JobIdField,
    limit: pagination.ItemsLimit = pagination.ITEMS_PAGE_SIZE_DEFAULT,
    offset: pagination.Offset = 0,
) -> Response[str]:
    """A page of any job's items, in order, each with what became of it."""
    page = usecase.list_job_items(wiring.resources(), jobId, TRUSTED, limit=limit, offset=offset)
    headers = pagination.headers(limit=limit, offset=offset, total=page.total)
    return api.reply(JobItemList.of(page, jobId), headers=headers)


handler = admin_entrypoint(app, admin.gate, "inspect_job_items")
