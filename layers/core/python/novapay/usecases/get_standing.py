"""Find where a wallet stood at an instant, by halving: entries are numbered without gaps.

The times of a wallet's entries never decrease, so those before an instant are all up to some
number. Decision 22 has the search of many wallets at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from novapay.domain.errors import InvariantViolated
from novapay.domain.money import Money
from novapay.domain.transaction import EntryKey
from novapay.domain.trial_balance import PastBalance
from novapay.domain.wallet import Wallet
from novapay.store.resources import Resources
from novapay.store.tables import ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """A wallet after its entry number `sequence`; 0: before its first one."""

    sequence: int
    balance: Money


def get_standing(
    resources: Resources, wallet: Wallet, is_past: Callable[[datetime], bool]
) -> Standing:
    """Return where a wallet stood after the last of its entries that is past.

    At most log2 n reads, rounded up, for a wallet of n entries; none if the last one is past.

    Args:
        resources: what it works with: the tables.
        wallet: as it is now.
        is_past: whether an instant counts; true up to some instant, and false after it.

    Raises:
        InvariantViolated: an entry is missing or cannot be read.
        StoreUnavailable: DynamoDB did not answer.
    """
    if is_past(wallet.posted_at):
        return Standing(wallet.sequence, wallet.balance)
    found, newer = Standing(0, Money.zero(wallet.currency)), wallet.sequence
    while newer - found.sequence > 1:
        middle = (found.sequence + newer) // 2
        entry = _entry(resources, EntryKey(wallet.wallet_id, middle))
        if is_past(entry.created_at):
            found = Standing(middle, entry.balance_after)
        else:
            newer = middle
    return found


def _entry(resources: Resources, key: EntryKey) -> PastBalance:
    [entry] = ledger.get_balances(resources.database, [key])
    if not isinstance(entry, PastBalance):
        facts = {"wallet_id": key.wallet_id, "sequence": str(key.sequence)}
        raise InvariantViolated("an entry cannot be read", facts)
    return entry
