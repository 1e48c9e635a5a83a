"""The hash chain of a wallet's entries: its byte format, and the check that nothing was changed.

docs/ledger-format.md documents the bytes, so that others can check a chain. A change of format is a
new version; existing versions never change.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, TypeVar

from novapay.domain.entry import Entry
from novapay.domain.errors import InvariantViolated
from novapay.domain.fault import Fault, FaultKind, Place
from novapay.domain.instants import format_instant, lies_ahead
from novapay.domain.wallet import GENESIS, SYSTEM_USER, Wallet, WalletKind

FORMAT_VERSION = 2
"""The version of the entries that are written now."""

_FIRST_VERSION = 1
"""The version without the hash of the transaction."""


class TamperReason(StrEnum):
    """What is wrong with the first entry that breaks the chain."""

    MISSING_WALLET = "missing-wallet"
    MALFORMED_WALLET = "malformed-wallet"
    MALFORMED_ENTRY = "malformed-entry"
    MISSING_ENTRY = "missing-entry"
    BROKEN_LINK = "broken-link"
    WRONG_HASH = "wrong-hash"
    WRONG_AMOUNT = "wrong-amount"
    WRONG_BALANCE = "wrong-balance"
    BELOW_ZERO = "below-zero"
    WRONG_TIME = "wrong-time"
    WRONG_OWNER = "wrong-owner"
    WRONG_DESCRIPTION = "wrong-description"
    UNKNOWN_VERSION = "unknown-version"
    BEYOND_HEAD = "beyond-head"
    HEAD_MISMATCH = "head-mismatch"
    BALANCE_MISMATCH = "balance-mismatch"
    TIME_MISMATCH = "time-mismatch"
    STATUS_MISMATCH = "status-mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The result of a check; `tampered_at` is None where there is no entry to name."""

    valid: bool
    entries_checked: int
    head_hash: str
    tampered_at: str | None = None
    sequence: int | None = None
    reason: TamperReason | None = None

    def fault(self, kind: FaultKind, subject: str | None = None) -> Fault:
        """Return what a check that failed has found in a wallet's chain or the audit log."""
        return Fault(Place(kind, subject, self.sequence), str(self.reason))


@dataclass(frozen=True, slots=True)
class MalformedEntry:
    """A stored item that cannot be read as an entry."""

    sequence: int
    entry_id: str | None


class Link(Protocol):
    """The fields that every chained record has: entries of the ledger and audit records."""

    @property
    def sequence(self) -> int: ...
    @property
    def entry_id(self) -> str | None: ...
    @property
    def previous_hash(self) -> str: ...
    @property
    def hash(self) -> str: ...


L = TypeVar("L", bound=Link)


def well_formed(record: L | MalformedEntry, what: str, **facts: str) -> L:
    """Return the record, if it could be read.

    Args:
        record: what is stored.
        what: what to log if it could not be read.
        facts: more to log then, beside its sequence.

    Raises:
        InvariantViolated: it could not be read.
    """
    if isinstance(record, MalformedEntry):
        raise InvariantViolated(what, {**facts, "sequence": str(record.sequence)})
    return record


def canonical_json(fields: Mapping[str, str | int | None]) -> bytes:
    """Return the bytes that are hashed: JSON with sorted keys, without spaces, ASCII only."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")


def canonical_bytes(entry: Entry) -> bytes:
    """Return the bytes that the ledger's format hashes for an entry of its version."""
    fields: dict[str, str | int | None] = {
        "amount": str(entry.amount),
        "balanceAfter": str(entry.balance_after),
        "createdAt": format_instant(entry.created_at),
        "currency": entry.amount.currency,
        "descriptionCommitment": entry.description_commitment,
        "entryId": entry.entry_id,
        "entryType": entry.entry_type.value,
        "lockedFxRate": str(entry.locked_fx_rate) if entry.locked_fx_rate else None,
        "previousHash": entry.previous_hash,
        "sequence": entry.sequence,
        "transactionId": entry.transaction_id,
        "userId": entry.user_id,
        "version": entry.version,
        "walletId": entry.wallet_id,
    }
    if entry.version != _FIRST_VERSION:
        fields["transactionHash"] = entry.transaction_hash
    return canonical_json(fields)


def entry_hash(entry: Entry) -> str:
    """Return the hex SHA-256 of the entry's canonical bytes; its own `hash` is not among them."""
    return sha256(canonical_bytes(entry)).hexdigest()


def verify_links(
    records: Iterable[L | MalformedEntry],
    *,
    head_sequence: int,
    head_hash: str,
    fault_of: Callable[[L], TamperReason | None],
) -> ChainReport:
    """Return whether `records` are numbered and linked without a gap up to the head.

    Args:
        records: all that is stored, by ascending sequence.
        head_sequence, head_hash: where the chain ends, read after the records.
        fault_of: returns what else is wrong with a correctly linked record, or None; it is called
            in the order of the records.
    """
    checked, previous_hash, last_id = 0, GENESIS, None

    def broken(reason: TamperReason, entry_id: str | None, sequence: int) -> ChainReport:
        return ChainReport(
            valid=False,
            entries_checked=checked,
            head_hash=head_hash,
            tampered_at=entry_id,
            sequence=sequence,
            reason=reason,
        )

    for record in records:
        if isinstance(record, MalformedEntry):
            return broken(TamperReason.MALFORMED_ENTRY, record.entry_id, record.sequence)
        reason = _misplaced(record, checked + 1, previous_hash, head_sequence) or fault_of(record)
        if reason is not None:
            return broken(reason, record.entry_id, record.sequence)
        checked, last_id, previous_hash = record.sequence, record.entry_id, record.hash
    if checked < head_sequence:
        return broken(TamperReason.MISSING_ENTRY, last_id, checked + 1)
    if previous_hash != head_hash:
        return broken(TamperReason.HEAD_MISMATCH, last_id, checked)
    return ChainReport(valid=True, entries_checked=checked, head_hash=head_hash)


def _misplaced(
    record: Link, sequence: int, previous_hash: str, head_sequence: int
) -> TamperReason | None:
    if record.sequence > head_sequence:
        return TamperReason.BEYOND_HEAD
    if record.sequence != sequence:
        return TamperReason.MISSING_ENTRY
    return None if record.previous_hash == previous_hash else TamperReason.BROKEN_LINK


def verify_chain(
    entries: Iterable[Entry | MalformedEntry], head: Wallet, *, now: datetime
) -> ChainReport:
    """Return whether `entries` are exactly the history that ends in `head`.

    Catches a changed field, a missing entry (first, middle, last), swapped and inserted ones,
    a changed balance, a rewritten tail, and what no posting makes: an amount that is not above
    zero, a client's balance below it, a time that runs backwards or lies ahead.

    Args:
        entries: all that is stored for the wallet, by ascending sequence.
        head: the wallet, read after the entries.
        now: an instant after both were read.
    """
    history = _History(head, now)
    report = verify_links(
        entries, head_sequence=head.sequence, head_hash=head.head_hash, fault_of=history.fault_of
    )
    reason = history.mismatch() if report.valid else None
    if reason is None:
        return report
    return replace(
        report,
        valid=False,
        tampered_at=history.last_id,
        sequence=head.sequence,
        reason=reason,
    )


class _History:
    """Follows a wallet's balance and time from its opening to its last entry."""

    def __init__(self, head: Wallet, now: datetime) -> None:
        self.last_id: str | None = None
        self._head = head
        self._now = now
        self._balance_units = 0
        self._time = head.created_at

    def fault_of(self, entry: Entry) -> TamperReason | None:
        """Return what is wrong with the next entry, or None."""
        expected_units = self._balance_units + entry.entry_type.signed(entry.amount.units)
        is_backwards = entry.created_at < self._time
        self._balance_units, self._time = entry.balance_after.units, entry.created_at
        self.last_id = entry.entry_id
        within = fault_within(entry)
        if within is not None:
            return within
        if entry.user_id != self._head.user_id:
            return TamperReason.WRONG_OWNER
        if entry.balance_after.units != expected_units or (
            entry.amount.currency != self._head.currency
        ):
            return TamperReason.WRONG_BALANCE
        if expected_units < 0 and not self._head.kind.may_be_negative:
            return TamperReason.BELOW_ZERO
        if is_backwards or lies_ahead(entry.created_at, self._now):
            return TamperReason.WRONG_TIME
        return None

    def mismatch(self) -> TamperReason | None:
        """Return what of the wallet is not as its last entry, or its opening, left it."""
        if (self._head.kind is WalletKind.CLIENT) is (self._head.user_id == SYSTEM_USER):
            return TamperReason.MALFORMED_WALLET
        if self._head.balance.units != self._balance_units:
            return TamperReason.BALANCE_MISMATCH
        if lies_ahead(self._head.posted_at, self._now):
            return TamperReason.WRONG_TIME
        return None if self._head.posted_at == self._time else TamperReason.TIME_MISMATCH


def fault_within(entry: Entry) -> TamperReason | None:
    """Return what is wrong with an entry by itself, without a look at its neighbours."""
    if entry.version not in (_FIRST_VERSION, FORMAT_VERSION):
        return TamperReason.UNKNOWN_VERSION
    if (entry.transaction_hash is None) is not (entry.version == _FIRST_VERSION):
        return TamperReason.MALFORMED_ENTRY
    if entry.hash != entry_hash(entry):
        return TamperReason.WRONG_HASH
    if entry.amount.units <= 0:
        return TamperReason.WRONG_AMOUNT
    words = entry.description
    if words is not None and not words.is_committed_to(entry.description_commitment):
        return TamperReason.WRONG_DESCRIPTION
    return None
