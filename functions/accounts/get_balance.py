"""GET /accounts/wallets/{walletId}/balance: what a wallet holds now."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.accounts import BalanceBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import get_wallet as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/accounts/wallets/<walletId>/balance",
    "Get a wallet's balance",
    errors=(WalletNotFound,),
)
def get_balance(walletId: WalletIdField) -> BalanceBody:
    """The balance now, with 8 decimals: what every committed posting left."""
    wallet = usecase.get_wallet(wiring.resources(), walletId, endpoint.caller())
    return BalanceBody.of(wallet)


handler = endpoint.handler
