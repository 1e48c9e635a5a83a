"""GET /admin/wallets/{walletId}/account-number: a wallet's account number in full."""

from novapay import wiring
from novapay.domain.caller import TRUSTED
from novapay.domain.errors import WalletNotFound
from novapay.http.admin import AdminEndpoint
from novapay.http.schemas.admin import AccountNumberBody
from novapay.http.schemas.fields import WalletIdField
from novapay.usecases import inspect_wallet as usecase
from novapay.usecases.get_account_number import get_account_number
from novapay.wiring import admin, encryption

endpoint = AdminEndpoint(__file__, admin.operators, admin.record)


@endpoint.get(
    "/admin/wallets/<walletId>/account-number",
    "Reveal a wallet's account number",
    errors=(WalletNotFound,),
)
def reveal_account_number(walletId: WalletIdField) -> AccountNumberBody:
    """The account number in full, which every other admin call masks.

    The audit log says who revealed it: the line's action is `reveal_account_number`.
    """
    wallet = usecase.inspect_wallet(wiring.resources(), walletId)
    account_number = get_account_number(
        encryption.account_numbers(), wallet, TRUSTED, readers=frozenset({TRUSTED.name})
    )
    return AccountNumberBody(id=wallet.wallet_id, account_number=account_number)


handler = endpoint.handler
