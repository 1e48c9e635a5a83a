"""Look at a wallet's account number: in full for its owner, or for an operator who asks."""

from novapay.domain.caller import Caller
from novapay.domain.ports import AccountNumbers
from novapay.domain.wallet import Wallet


def get_account_number(numbers: AccountNumbers, wallet: Wallet, caller: Caller) -> str | None:
    """Return the number, or None for a wallet that has none. At most one call of the key's service.

    A token that is not the owner's gets the mask, whatever its scopes are.

    Raises:
        InvariantViolated: what is stored was not encrypted for this wallet, or has been changed.
        Unavailable: the key did not answer.
    """
    if wallet.account_number is None:
        return None
    if not caller.is_owner(wallet.user_id):
        return wallet.account_number.masked
    return numbers.decrypt(
        wallet.account_number, wallet_id=wallet.wallet_id, user_id=wallet.user_id
    )
