"""The audit log of admin calls as a hash chain: who, what, target, time, source and status.

Each wallet whose status was changed has a log of its own, of the same lines with a reason: a chain
that ends where the wallet says.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from novapay.domain.chain import (
    ChainReport,
    MalformedEntry,
    TamperReason,
    canonical_json,
    verify_links,
)
from novapay.domain.entry import Description
from novapay.domain.instants import format_instant
from novapay.domain.wallet import GENESIS

FORMAT_VERSION = 1
"""The format of a line without a reason."""

REASON_VERSION = 2
"""The format of a line with a reason, of which it has the salted commitment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """A call: who (an operator's name), what (an operation), its target, its status, and why.

    `reason` is None where nobody is asked for one.
    """

    actor: str
    action: str
    target: str | None
    source_ip: str | None
    status: int
    request_id: str
    reason: Description | None = None


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The sequence and the hash of the last record."""

    sequence: int = 0
    head_hash: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """A record of the log, numbered and linked like an entry of the ledger.

    `reason_commitment` stays where the words of the reason are erased.
    """

    version: int
    sequence: int
    entry_id: str
    occurred_at: datetime
    event: AuditEvent
    previous_hash: str
    hash: str
    reason_commitment: str | None = None


def append(head: AuditHead, event: AuditEvent, *, entry_id: str, now: datetime) -> AuditRecord:
    """Return the record that follows `head`.

    Args:
        head: the last record of the log.
        event: what to record.
        entry_id: a new id for the record.
        now: when the event happened.
    """
    reason = event.reason
    record = AuditRecord(
        version=FORMAT_VERSION if reason is None else REASON_VERSION,
        sequence=head.sequence + 1,
        entry_id=entry_id,
        occurred_at=now,
        event=event,
        previous_hash=head.head_hash,
        hash="",
        reason_commitment=None if reason is None else reason.commitment(),
    )
    return replace(record, hash=record_hash(record))


def record_hash(record: AuditRecord) -> str:
    """Return the hex SHA-256 of a record's canonical bytes; version 2 adds `reasonCommitment`."""
    event = record.event
    fields: dict[str, str | int | None] = {
        "action": event.action,
        "actor": event.actor,
        "entryId": record.entry_id,
        "occurredAt": format_instant(record.occurred_at),
        "previousHash": record.previous_hash,
        "requestId": event.request_id,
        "sequence": record.sequence,
        "sourceIp": event.source_ip,
        "status": event.status,
        "target": event.target,
        "version": record.version,
    }
    if record.version == REASON_VERSION:
        fields["reasonCommitment"] = record.reason_commitment
    return sha256(canonical_json(fields)).hexdigest()


def verify_log(records: list[AuditRecord | MalformedEntry], head: AuditHead) -> ChainReport:
    """Return whether `records` are the whole log up to `head`."""
    return verify_links(
        records, head_sequence=head.sequence, head_hash=head.head_hash, fault_of=fault_of
    )


def fault_of(record: AuditRecord) -> TamperReason | None:
    """Return what is wrong with a record by itself, without a look at its neighbours."""
    if record.version not in (FORMAT_VERSION, REASON_VERSION):
        return TamperReason.UNKNOWN_VERSION
    if record.hash != record_hash(record):
        return TamperReason.WRONG_HASH
    words = record.event.reason
    if words is not None and not words.is_committed_to(record.reason_commitment):
        return TamperReason.WRONG_DESCRIPTION
    return None
