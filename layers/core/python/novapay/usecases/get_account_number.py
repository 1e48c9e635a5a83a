"""Get a wallet's account number: in full for its owner and for operators."""

from novapay.domain.caller import Caller
from novapay.domain.ports import AccountNumbers
from novapay.domain.wallet import Wallet


def get_account_number(numbers: AccountNumbers, wallet: Wallet, caller: Caller) -> str | None:
    """Return the number, or None for a wallet that has none. At most one call to KMS.

    Another user's token gets the masked number, whatever its scopes are.

    Raises:
        InvariantViolated: the stored number was not encrypted for this wallet, or has been changed.
        Unavailable: KMS did not answer.
    """
    if wallet.account_number is None:
        return None
    if not caller.is_owner(wallet.user_id):
        return wallet.account_number.masked
    return numbers.decrypt(
        wallet.account_number, wallet_id=wallet.wallet_id, user_id=wallet.user_id
    )
