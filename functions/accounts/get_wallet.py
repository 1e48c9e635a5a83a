"""GET /accounts/wallets/{walletId}: a wallet as it is now."""

from novapay import wiring
from novapay.domain.errors import WalletNotFound
from novapay.http.endpoint import Endpoint
from novapay.http.schemas.accounts import WalletBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import get_wallet as usecase
from novapay.usecases.get_account_number import get_account_number
from novapay.wiring import encryption

endpoint = Endpoint(__file__)


@endpoint.get("/accounts/wallets/<walletId>", "Get a wallet", errors=(WalletNotFound,))
def get_wallet(walletId: WalletIdField) -> WalletBody:
    """The wallet as it is now: the read is strongly consistent.

    The account number is masked unless the wallet is the caller's own, or the caller's IAM role may
    read account numbers.
    """
    caller = endpoint.caller()
    wallet, held = usecase.get_wallet_and_held(wiring.resources(), walletId, caller)
    account_number = get_account_number(
        encryption.account_numbers(), wallet, caller, readers=encryption.readers()
    )
    return WalletBody.read(wallet, account_number, held)


handler = endpoint.handler
