"""Get what a wallet holds, now or as of an instant."""

from datetime import datetime

from novapay.domain.caller import Caller
from novapay.domain.errors import InstantAhead
from novapay.domain.money import Money
from novapay.domain.wallet import WalletId
from novapay.store.resources import Resources
from novapay.usecases.get_standing import get_standing
from novapay.usecases.get_wallet import get_wallet


def get_balance(
    resources: Resources, wallet_id: WalletId, caller: Caller, *, at: datetime | None
) -> Money:
    """Return what a client's wallet holds, or held once everything up to `at` was posted.

    One read for now, and at most log2 n + 2 reads for an instant, in a wallet of n entries. The
    balance as of an instant is final once that is 30 seconds ago.

    Raises:
        InstantAhead: `at` is in the future.
        WalletNotFound: there is none, or it is a system wallet or another user's.
        InvariantViolated: an entry is missing or cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    if at is not None and at > resources.now():
        raise InstantAhead
    wallet = get_wallet(resources, wallet_id, caller)
    if at is None:
        return wallet.balance
    return get_standing(resources, wallet, lambda instant: instant <= at).balance
