"""GET /ledger/wallets/{walletId}/entries: a page of a wallet's statement."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import StatementPage
from novapay.usecases import list_entries as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/ledger/wallets/<walletId>/entries",
    "List a wallet's entries, newest first",
    errors=(WalletNotFound,),
)
def list_entries(
    walletId: WalletIdField, limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0
) -> StatementPage:
    """A page of the entries as they were written: nothing is computed again."""
    page = usecase.list_entries(
        wiring.resources(), walletId, endpoint.caller(), limit=limit, offset=offset
    )
    return StatementPage.of(page, limit=limit, offset=offset)


handler = endpoint.handler
