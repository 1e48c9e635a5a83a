"""GET /payroll/jobs/{jobId}/items: a job's items, in order."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import JobNotFound
from novapay.http import pagination
from novapay.http.endpoint import Endpoint
from novapay.http.responses import reply
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobItemList
from novapay.usecases import list_job_items as usecase

endpoint = Endpoint(__file__, scope=Scope.PAYROLL)


@endpoint.get(
    "/payroll/jobs/<jobId>/items",
    "List a payroll job's items",
    model=JobItemList,
    errors=(JobNotFound,),
)
def list_job_items(
    jobId: JobIdField,
    limit: pagination.ItemsLimit = pagination.ITEMS_PAGE_SIZE_DEFAULT,
    offset: pagination.Offset = 0,
) -> Response[str]:
    """The items in order, each with its transactionId or the reason why it failed."""
    page = usecase.list_job_items(
        wiring.resources(), jobId, endpoint.caller(), limit=limit, offset=offset
    )
    headers = pagination.headers(limit=limit, offset=offset, total=page.total)
    return reply(JobItemList.of(page, jobId), headers=headers)


handler = endpoint.handler
