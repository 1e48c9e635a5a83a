"""The hash chain of a wallet's entries: its byte format, and the check that nothing was changed.

The bytes are documented for outsiders in docs/ledger-format.md; a change of format is a new
version beside the old one, never a change of the old one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from novapay.domain.entry import Entry
from novapay.domain.instants import format_instant
from novapay.domain.wallet import GENESIS, Wallet

FORMAT_VERSION = 1


class TamperReason(StrEnum):
    """What is wrong at the entry where a chain breaks first."""

    MALFORMED_WALLET = "malformed-wallet"
    MALFORMED_ENTRY = "malformed-entry"
    MISSING_ENTRY = "missing-entry"
    BROKEN_LINK = "broken-link"
    WRONG_HASH = "wrong-hash"
    WRONG_BALANCE = "wrong-balance"
    WRONG_DESCRIPTION = "wrong-description"
    UNKNOWN_VERSION = "unknown-version"
    BEYOND_HEAD = "beyond-head"
    HEAD_MISMATCH = "head-mismatch"
    BALANCE_MISMATCH = "balance-mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainReport:
    """The outcome of a check; `tampered_at` is None where the entry itself is gone."""

    valid: bool
    entries_checked: int
    head_hash: str
    tampered_at: str | None = None
    sequence: int | None = None
    reason: TamperReason | None = None


@dataclass(frozen=True, slots=True)
class MalformedEntry:
    """What is stored under a sequence and cannot be read as an entry."""

    sequence: int
    entry_id: str | None


def canonical_bytes(entry: Entry) -> bytes:
    """Return the bytes that version 1 hashes: JSON, keys sorted, no blanks, ASCII only."""
    fields = {
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
    return json.dumps(fields, separators=(",", ":")).encode("ascii")


def entry_hash(entry: Entry) -> str:
    """Return the hex SHA-256 of the entry's canonical bytes; its own `hash` is not among them."""
    return sha256(canonical_bytes(entry)).hexdigest()


def verify_chain(entries: Iterable[Entry | MalformedEntry], head: Wallet) -> ChainReport:
    """Return whether `entries` are exactly the history that ends in `head`.

    Catches a changed field, a missing entry (first, middle, last), swapped and inserted ones,
    a changed balance and a rewritten tail.

    Args:
        entries: all that is stored for the wallet, by ascending sequence.
        head: the wallet, read after the entries.
    """
    checked, balance_units, previous_hash, last_id = 0, 0, GENESIS, None

    def broken(reason: TamperReason, entry_id: str | None, sequence: int) -> ChainReport:
        return ChainReport(
            valid=False,
            entries_checked=checked,
            head_hash=head.head_hash,
            tampered_at=entry_id,
            sequence=sequence,
            reason=reason,
        )

    for entry in entries:
        reason = _fault_of(entry, checked + 1, balance_units, previous_hash, head)
        if reason is not None:
            return broken(reason, entry.entry_id, entry.sequence)
        assert isinstance(entry, Entry)  # noqa: S101 - a malformed one is a fault already
        checked, last_id = entry.sequence, entry.entry_id
        balance_units, previous_hash = entry.balance_after.units, entry.hash
    if checked < head.sequence:
        return broken(TamperReason.MISSING_ENTRY, last_id, checked + 1)
    if previous_hash != head.head_hash:
        return broken(TamperReason.HEAD_MISMATCH, last_id, checked)
    if balance_units != head.balance.units:
        return broken(TamperReason.BALANCE_MISMATCH, last_id, checked)
    return ChainReport(valid=True, entries_checked=checked, head_hash=head.head_hash)


def _fault_of(
    entry: Entry | MalformedEntry,
    sequence: int,
    balance_units: int,
    previous_hash: str,
    head: Wallet,
) -> TamperReason | None:
    if isinstance(entry, MalformedEntry):
        return TamperReason.MALFORMED_ENTRY
    if entry.sequence > head.sequence:
        return TamperReason.BEYOND_HEAD
    if entry.sequence != sequence:
        return TamperReason.MISSING_ENTRY
    if entry.previous_hash != previous_hash:
        return TamperReason.BROKEN_LINK
    return fault_within(entry) or _balance_fault(entry, balance_units, head)


def fault_within(entry: Entry) -> TamperReason | None:
    """Return what an entry shows to be wrong by itself, without its neighbours."""
    if entry.version != FORMAT_VERSION:
        return TamperReason.UNKNOWN_VERSION
    if entry.hash != entry_hash(entry):
        return TamperReason.WRONG_HASH
    words = entry.description
    if words is not None and words.commitment() != entry.description_commitment:
        return TamperReason.WRONG_DESCRIPTION
    return None


def _balance_fault(entry: Entry, balance_units: int, head: Wallet) -> TamperReason | None:
    moved = entry.entry_type.signed(entry.amount.units)
    if entry.balance_after.units != balance_units + moved:
        return TamperReason.WRONG_BALANCE
    if entry.amount.currency != head.currency:
        return TamperReason.WRONG_BALANCE
    return None
