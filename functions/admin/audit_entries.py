"""GET /admin/ledger/entries/{walletId}: a page of any wallet's statement."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import WalletNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import StatementPage
from novapay.usecases import list_entries as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/ledger/entries/<walletId>",
    **api.operation(
        "audit_entries",
        service="admin",
        summary="View the ledger history of any wallet",
        model=StatementPage,
        errors=(Unauthorized, WalletNotFound),
    ),
)
def audit_entries(
    walletId: WalletIdField, limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0
) -> Response[str]:
    """A page of the entries of any wallet, newest first."""
    page = usecase.list_entries(wiring.resources(), walletId, TRUSTED, limit=limit, offset=offset)
    return api.reply(StatementPage.of(page, limit=limit, offset=offset))


handler = admin_entrypoint(app, admin.gate, "audit_entries")
