"""GET /admin/transactions?walletId=: the transactions that touched a wallet."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.pagination import PAGE_SIZE_DEFAULT, Limit, Offset
from novapay.http.schemas.admin import TransactionPage
from novapay.http.schemas.fields import WalletIdQuery
from novapay.usecases import list_wallet_transactions as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/transactions",
    **api.operation(
        "list_wallet_transactions",
        service="admin",
        summary="List a wallet's transactions",
        model=TransactionPage,
        errors=(Unauthorized, WalletNotFound),
    ),
)
def list_wallet_transactions(
    walletId: WalletIdQuery, limit: Limit = PAGE_SIZE_DEFAULT, offset: Offset = 0
) -> Response[str]:
    """The transactions behind a page of the wallet's entries, newest first."""
    page = usecase.list_wallet_transactions(
        wiring.resources(), walletId, limit=limit, offset=offset
    )
    return api.reply(TransactionPage.of(page, walletId, limit=limit, offset=offset))


handler = admin_entrypoint(app, admin.gate, "list_wallet_transactions")
