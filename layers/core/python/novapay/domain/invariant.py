"""The double-entry invariant of one transaction: its debits equal its credits."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from novapay.domain.chain import MalformedEntry, fault_within
from novapay.domain.entry import Entry, EntryType, TransactionId
from novapay.domain.fault import Fault, FaultKind, Place
from novapay.domain.money import Rate
from novapay.domain.transaction import EntryKey

REVERSAL_SLACK_UNITS = 2
"""By how many units of 10^-8 a part of an exchange may be off its own conversion: what was given
back before was rounded down, the last part takes the rest, and early quotes were rounded up."""


class Imbalance(StrEnum):
    """Why a transaction is not balanced."""

    MISSING_ENTRY = "missing-entry"
    MALFORMED_ENTRY = "malformed-entry"
    CHANGED_ENTRY = "changed-entry"
    UNEQUAL_SIDES = "unequal-sides"
    CHANGED_TRANSACTION = "changed-transaction"


def imbalance_of(
    entries: Sequence[Entry | MalformedEntry | None],
    *,
    transaction_id: TransactionId,
    locked: Rate | None = None,
    is_reversal: bool = False,
) -> Imbalance | None:
    """Return why a transaction's entries are not balanced, or None where they are.

    Within one currency the debits equal the credits. Across two currencies the second entry is
    the first one converted at the locked rate, as `Rate.converts` says, and both carry that rate.
    A reversal has them in the other order, and may give back what its predecessors rounded off.

    Args:
        entries: one for each entry that the transaction wrote, in order; None where it is gone.
        transaction_id: which transaction they must be of.
        locked: the rate of an FX transaction.
        is_reversal: whether it gives back a part of an FX transaction.
    """
    whole: list[Entry] = []
    if not entries:
        return Imbalance.MISSING_ENTRY
    for entry in entries:
        if isinstance(entry, MalformedEntry):
            return Imbalance.MALFORMED_ENTRY
        if entry is None or entry.transaction_id != transaction_id:
            return Imbalance.MISSING_ENTRY
        if fault_within(entry) is not None:
            return Imbalance.CHANGED_ENTRY
        whole.append(entry)
    if locked is None:
        balanced = _is_zero(whole)
    elif is_reversal:
        balanced = _is_exchange(whole[::-1], locked, slack_units=REVERSAL_SLACK_UNITS)
    else:
        balanced = _is_exchange(whole, locked)
    return None if balanced else Imbalance.UNEQUAL_SIDES


def faults_of(
    transaction_id: TransactionId,
    keys: Sequence[EntryKey],
    entries: Sequence[Entry | MalformedEntry | None],
    *,
    reason: str,
) -> list[Fault]:
    """Return what is broken in a transaction that is not balanced: each broken entry, as the check
    of its wallet's chain names it too, or the transaction itself where every entry is whole.

    Args:
        transaction_id: the transaction.
        keys: where its entries belong.
        entries: what is there.
        reason: what is wrong.
    """
    broken = [
        Fault(Place(FaultKind.WALLET, key.wallet_id, key.sequence), reason)
        for key, entry in zip(keys, entries, strict=True)
        if not isinstance(entry, Entry) or fault_within(entry) is not None
    ]
    return broken or [Fault(Place(FaultKind.TRANSACTION, transaction_id), reason)]


def _is_zero(entries: Sequence[Entry]) -> bool:
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.amount.currency] += entry.entry_type.signed(entry.amount.units)
    return not any(sums.values())


def _is_exchange(entries: Sequence[Entry], locked: Rate, *, slack_units: int = 0) -> bool:
    if len(entries) != len(EntryType):
        return False
    given, got = entries
    return (
        {given.entry_type, got.entry_type} == set(EntryType)
        and given.locked_fx_rate == got.locked_fx_rate == locked
        and locked.converts(given.amount, got.amount, slack_units=slack_units)
    )
