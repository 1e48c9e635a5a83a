"""GET /admin/ledger/entries/{walletId}: a page of any wallet's statement."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import StatementPage
from novapay.usecases import list_entries as usecase
from novapay.wiring import admin

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/ledger/entries/<walletId>",
    "View the ledger history of any wallet",
    errors=(WalletNotFound,),
)
def audit_entries(
    walletId: WalletIdField, limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0
) -> StatementPage:
    """A page of the entries of any wallet, newest first."""
    page = usecase.list_entries(
        wiring.resources(), walletId, endpoint.caller(), limit=limit, offset=offset
    )
    return StatementPage.of(page, limit=limit, offset=offset)


handler = endpoint.handler
