"""Get a wallet's account number: in full for its owner and for those who may read it."""

from novapay.domain.caller import Caller
from novapay.domain.ports import AccountNumbers
from novapay.domain.wallet import Wallet


def get_account_number(
    numbers: AccountNumbers, wallet: Wallet, caller: Caller, *, readers: frozenset[str]
) -> str | None:
    """Return the number, or None for a wallet that has none. At most one call to KMS.

    Another user's token gets the masked number, whatever its scopes are, and so does a service
    that is not in the list.

    Args:
        numbers: decrypts the account number.
        wallet: whose number.
        caller: who asks.
        readers: the names of the services that may read every account number.

    Raises:
        InvariantViolated: the stored number was not encrypted for this wallet, or has been changed.
        Unavailable: KMS did not answer.
    """
    if wallet.account_number is None:
        return None
    if not caller.may_read_account_number(wallet.user_id, readers):
        return wallet.account_number.masked
    return numbers.decrypt(
        wallet.account_number, wallet_id=wallet.wallet_id, user_id=wallet.user_id
    )
