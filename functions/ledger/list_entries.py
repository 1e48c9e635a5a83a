"""GET /ledger/wallets/{walletId}/entries: a page of a wallet's statement."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.fields import WalletIdField
from novapay.http.schemas.ledger import StatementPage
from novapay.usecases import list_entries as usecase

app = api.resolver()


@app.get(
    "/ledger/wallets/<walletId>/entries",
    **api.operation(
        "list_entries",
        service="ledger",
        summary="List a wallet's entries, newest first",
        model=StatementPage,
        errors=(WalletNotFound,),
    ),
)
def list_entries(
    walletId: WalletIdField, limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0
) -> Response[str]:
    """A page of the entries as they were written: nothing is computed again."""
    page = usecase.list_entries(
        wiring.resources(), walletId, api.caller(app), limit=limit, offset=offset
    )
    return api.reply(StatementPage.of(page, limit=limit, offset=offset))


handler = entrypoint(app)
