"""GET /payroll/jobs/{jobId}/items: a job's items, in order."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import Scope
from novapay.domain.errors import JobNotFound, ScopeMissing
from novapay.http import api, pagination
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.fields import JobIdField
from novapay.http.schemas.payroll import JobItemList
from novapay.usecases import list_job_items as usecase

app = api.resolver()


@app.get(
    "/payroll/jobs/<jobId>/items",
    **api.operation(
        "list_job_items",
        service="payroll",
        summary="List a payroll job's items",
        model=JobItemList,
        errors=(ScopeMissing, JobNotFound),
    ),
)
def list_job_items(
    jobId: JobIdField,
    limit: pagination.ItemsLimit = pagination.ITEMS_PAGE_SIZE_DEFAULT,
    offset: pagination.Offset = 0,
) -> Response[str]:
    """The items in order, each with its transactionId or the reason why it failed."""
    page = usecase.list_job_items(
        wiring.resources(), jobId, api.caller(app), limit=limit, offset=offset
    )
    headers = pagination.headers(limit=limit, offset=offset, total=page.total)
    return api.reply(JobItemList.of(page, jobId), headers=headers)


handler = entrypoint(app, scope=Scope.PAYROLL)
