"""GET /accounts/wallets/{walletId}/balance: what a wallet holds, now or at an instant."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.accounts import At, BalanceBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import get_balance as usecase

endpoint = Endpoint(__file__)


@endpoint.get(
    "/accounts/wallets/<walletId>/balance",
    "Get a wallet's balance",
    errors=(WalletNotFound,),
)
def get_balance(walletId: WalletIdField, at: At = None) -> BalanceBody:
    """The balance with 8 decimals: now, or once everything up to the instant `at` was posted.

    The balance as of an instant is final once that is 30 seconds ago."""
    balance = usecase.get_balance(wiring.resources(), walletId, endpoint.caller(), at=at)
    return BalanceBody.of(balance)


handler = endpoint.handler
