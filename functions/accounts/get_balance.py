"""GET /accounts/wallets/{walletId}/balance: what a wallet holds now."""

from aws_lambda_powertools.event_handler import Response

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http import api
from novapay.http.entrypoint import entrypoint
from novapay.http.schemas.accounts import BalanceBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import get_wallet as usecase

app = api.resolver()


@app.get(
    "/accounts/wallets/<walletId>/balance",
    **api.operation(
        "get_balance",
        service="accounts",
        summary="Get a wallet's balance",
        model=BalanceBody,
        errors=(WalletNotFound,),
    ),
)
def get_balance(walletId: WalletIdField) -> Response[str]:
    """The balance now, with 8 decimals: what every committed posting left."""
    wallet = usecase.get_wallet(wiring.resources(), walletId, api.caller(app))
    return api.reply(BalanceBody.of(wallet))


handler = entrypoint(app)
