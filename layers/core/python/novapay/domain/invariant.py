"""The double-entry invariant of one transaction: its debits are its credits."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from novapay.domain.chain import MalformedEntry, fault_within
from novapay.domain.entry import Entry


class Imbalance(StrEnum):
    """Why a transaction is not balanced."""

    MISSING_ENTRY = "missing-entry"
    MALFORMED_ENTRY = "malformed-entry"
    CHANGED_ENTRY = "changed-entry"
    UNEQUAL_SIDES = "unequal-sides"


def imbalance_of(entries: Sequence[Entry | MalformedEntry | None]) -> Imbalance | None:
    """Return why a transaction's entries are not balanced, or None where they are.

    Args:
        entries: one for each entry that the transaction wrote; None where it is gone.
    """
    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        if entry is None:
            return Imbalance.MISSING_ENTRY
        if isinstance(entry, MalformedEntry):
            return Imbalance.MALFORMED_ENTRY
        if fault_within(entry) is not None:
            return Imbalance.CHANGED_ENTRY
        sums[entry.amount.currency] += entry.entry_type.signed(entry.amount.units)
    return Imbalance.UNEQUAL_SIDES if any(sums.values()) else None
