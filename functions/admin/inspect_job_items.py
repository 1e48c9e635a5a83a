"""GET /admin/payroll/jobs/{jobId}/items: the items of any payroll job, in order."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import JobNotFound
from novapay.http import pagination
from novapay.http.admin import AdminEndpoint
from novapay.http.responses import reply
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobItemList
from novapay.usecases import list_job_items as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/payroll/jobs/<jobId>/items",
    "View the items of any payroll job",
    model=JobItemList,
    errors=(JobNotFound,),
)
def inspect_job_items(
    jobId: JobIdField,
    limit: pagination.ItemsLimit = pagination.ITEMS_PAGE_SIZE_DEFAULT,
    offset: pagination.Offset = 0,
) -> Response[str]:
    """A page of any job's items, in order, each with what became of it."""
    page = usecase.list_job_items(
        wiring.resources(), jobId, endpoint.caller(), limit=limit, offset=offset
    )
    headers = pagination.headers(limit=limit, offset=offset, total=page.total)
    return reply(JobItemList.of(page, jobId), headers=headers)


handler = endpoint.handler
