"""GET /transactions/holds: a wallet's holds."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.domain.hold import HoldStatus
from novapay.http.cursor import Cursor, number_of
from novapay.http.endpoint import Endpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit
from novapay.http.schemas.fields import WalletIdQuery
from novapay.http.schemas.holds import HoldList
from novapay.usecases import list_holds as usecase

endpoint = Endpoint(__file__)
Status = Annotated[HoldStatus | None, Query(description="Which holds, by what they are now.")]


@endpoint.get("/transactions/holds", "List a wallet's holds", errors=(WalletNotFound,))
def list_holds(
    walletId: WalletIdQuery,
    status: Status = None,
    limit: Limit = PAGE_SIZE_DEFAULT,
    cursor: Cursor = None,
) -> HoldList:
    """A wallet's holds, the newest first; new ones neither repeat nor skip any on later pages."""
    before, caller = number_of(cursor), endpoint.caller()
    page = usecase.list_holds(
        wiring.resources(), walletId, caller, status=status, limit=limit, before=before
    )
    return HoldList.of(page)


handler = endpoint.handler
