"""The audit log of admin calls as a hash chain: who, what, target, time, source and status."""

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
from novapay.domain.instants import format_instant
from novapay.domain.wallet import GENESIS

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """An admin call: who (an operator's name), what (an operation), its target, and its status."""

    actor: str
    action: str
    target: str | None
    source_ip: str | None
    status: int
    request_id: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The sequence and the hash of the last record."""

    sequence: int = 0
    head_hash: str = GENESIS


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """A record of the log, numbered and linked like an entry of the ledger."""

    version: int
    sequence: int
    entry_id: str
    occurred_at: datetime
    event: AuditEvent
    previous_hash: str
    hash: str


def append(head: AuditHead, event: AuditEvent, *, entry_id: str, now: datetime) -> AuditRecord:
    """Return the record that follows `head`.

    Args:
        head: the last record of the log.
        event: what to record.
        entry_id: a new id for the record.
        now: when the event happened.
    """
    record = AuditRecord(
        version=FORMAT_VERSION,
        sequence=head.sequence + 1,
        entry_id=entry_id,
        occurred_at=now,
        event=event,
        previous_hash=head.head_hash,
        hash="",
    )
    return replace(record, hash=record_hash(record))


def record_hash(record: AuditRecord) -> str:
    """Return the hex SHA-256 of a record's canonical bytes (version 1)."""
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
    return sha256(canonical_json(fields)).hexdigest()


def verify_log(records: list[AuditRecord | MalformedEntry], head: AuditHead) -> ChainReport:
    """Return whether `records` are the whole log up to `head`."""
    return verify_links(
        records, head_sequence=head.sequence, head_hash=head.head_hash, fault_of=_fault_of
    )


def _fault_of(record: AuditRecord) -> TamperReason | None:
    if record.version != FORMAT_VERSION:
        return TamperReason.UNKNOWN_VERSION
    return None if record.hash == record_hash(record) else TamperReason.WRONG_HASH
