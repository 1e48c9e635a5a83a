"""GET /admin/wallets/{walletId}: a wallet of any kind."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http import api
from novapay.http.admin import admin_entrypoint
from novapay.http.errors import Unauthorized
from novapay.http.schemas.admin import AdminWalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import inspect_wallet as usecase
from novapay.wiring import admin

app = api.resolver()


@app.get(
    "/admin/wallets/<walletId>",
    **api.operation(
        "inspect_wallet",
        service="admin",
        summary="View any wallet",
        model=AdminWalletBody,
        errors=(Unauthorized, WalletNotFound),
    ),
)
def inspect_wallet(walletId: WalletIdField) -> Response[str]:
    """Any wallet, the system's too, with its chain's head; the account number is masked."""
    wallet = usecase.inspect_wallet(wiring.resources(), walletId)
    return api.reply(AdminWalletBody.of(wallet))


handler = admin_entrypoint(app, admin.gate, "inspect_wallet")
