"""audit: the audit log as a chain, which ends where its item of `anchors` says.

Each wallet whose status was changed has a log of its own, which ends where the wallet says.

A log from before there were anchors has an item 0, which says where it ended then.
"""

from collections import defaultdict
from collections.abc import Iterator

from novapay.domain.audit import AuditEvent, AuditHead, AuditRecord
from novapay.domain.chain import MalformedEntry, well_formed
from novapay.domain.entry import Description
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.wallet import WalletId
from novapay.schema import Table
from novapay.store.client import Database, Key
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    number,
    optional_text,
    present,
    read_number,
    read_optional_text,
    read_text,
    read_whole_part,
    text,
)
from novapay.store.tables import anchors

TABLE = Table.AUDIT
ADMIN = "admin"
_OF_WALLETS = "wallet/"


def log_of(wallet_id: WalletId) -> str:
    """Return the name of the log of a wallet's changes of status."""
    return f"{_OF_WALLETS}{wallet_id}"


def key(sequence: int, log_name: str = ADMIN) -> Key:
    return Key(TABLE, {"logName": log_name, "sequence": sequence})


def get_head(database: Database) -> AuditHead:
    """Return where the log ends now. One read.

    Raises:
        InvariantViolated: what says so is not in our format.
        StoreUnavailable: DynamoDB did not answer.
    """
    anchor, before_anchors = anchors.key(ADMIN), key(0)
    found = database.read([anchor, before_anchors])
    item = found.get(anchor) or found.get(before_anchors)
    return AuditHead() if item is None else anchors.read(item)


def append(head: AuditHead, record: AuditRecord) -> list[Write]:
    """Return the writes that append a record, which succeed if the log still ends at `head`."""
    return [create(ADMIN, record), anchors.move(ADMIN, head, record)]


def create(log_name: str, record: AuditRecord) -> Write:
    """Return the write that stores a record, where its log has none of this number."""
    return Write(
        TABLE,
        "Put",
        {"Item": _item(log_name, record), "ConditionExpression": "attribute_not_exists(logName)"},
    )


def list_records(
    database: Database,
    *,
    oldest: int,
    newest: int,
    newest_first: bool = False,
    log_name: str = ADMIN,
) -> list[AuditRecord | MalformedEntry]:
    """Return the records of a log numbered `oldest` to `newest`, both included."""
    items = database.query(
        TABLE,
        condition="logName = :log AND #sequence BETWEEN :oldest AND :newest",
        values={":log": text(log_name), ":oldest": number(oldest), ":newest": number(newest)},
        newest_first=newest_first,
    )
    return [read(item) for item in items]


def read(item: Item) -> AuditRecord | MalformedEntry:
    """Return the record of an item, or MalformedEntry if it is not in our format."""
    try:
        return _parse(item)
    except ValueError:
        return MalformedEntry(read_whole_part(item, "sequence"), item.get("entryId", {}).get("S"))


def list_newest_first(database: Database) -> Iterator[AuditRecord | MalformedEntry]:
    """Yield the lines, the newest first, for a reader that stops early."""
    items = database.query(
        TABLE,
        condition="logName = :log AND #sequence > :zero",
        values={":log": text(ADMIN), ":zero": number(0)},
        newest_first=True,
        page_size=100,
    )
    return (read(item) for item in items)


def read_status_logs(database: Database) -> dict[WalletId, list[AuditRecord]]:
    """Return the records of all wallets' changes of status, by ascending number; scans the table.

    Raises:
        InvariantViolated: one cannot be read.
    """
    logs: dict[WalletId, list[AuditRecord]] = defaultdict(list)
    for item in database.scan(TABLE):
        log_name = read_text(item, "logName")
        if log_name.startswith(_OF_WALLETS):
            record = well_formed(read(item), "the record of a status cannot be read")
            logs[WalletId(log_name.removeprefix(_OF_WALLETS))].append(record)
    for log in logs.values():
        log.sort(key=lambda record: record.sequence)
    return dict(logs)


def remove(record: AuditRecord, log_name: str = ADMIN) -> Write:
    """Return the write that deletes a line that follows a missing one, after a restore."""
    return Write(
        TABLE,
        "Delete",
        {
            "Key": key(record.sequence, log_name).item(),
            "ConditionExpression": "#hash = :hash",
            "ExpressionAttributeNames": {"#hash": "hash"},
            "ExpressionAttributeValues": {":hash": text(record.hash)},
        },
    )


def _item(log_name: str, record: AuditRecord) -> Item:
    event = record.event
    reason = event.reason
    return present(
        {
            **key(record.sequence, log_name).item(),
            "version": number(record.version),
            "entryId": text(record.entry_id),
            "occurredAt": text(format_instant(record.occurred_at)),
            "actor": text(event.actor),
            "action": text(event.action),
            "target": optional_text(event.target),
            "sourceIp": optional_text(event.source_ip),
            "status": number(event.status),
            "requestId": text(event.request_id),
            "reason": None if reason is None else text(reason.text),
            "reasonSalt": None if reason is None else text(reason.salt),
            "reasonCommitment": optional_text(record.reason_commitment),
            "previousHash": text(record.previous_hash),
            "hash": text(record.hash),
        }
    )


def _parse(item: Item) -> AuditRecord:
    return AuditRecord(
        version=read_number(item, "version"),
        sequence=read_number(item, "sequence"),
        entry_id=read_text(item, "entryId"),
        occurred_at=stored_instant(read_text(item, "occurredAt")),
        event=AuditEvent(
            actor=read_text(item, "actor"),
            action=read_text(item, "action"),
            target=read_optional_text(item, "target"),
            source_ip=read_optional_text(item, "sourceIp"),
            status=read_number(item, "status"),
            request_id=read_text(item, "requestId"),
            reason=_reason(item),
        ),
        previous_hash=read_text(item, "previousHash"),
        hash=read_text(item, "hash"),
        reason_commitment=read_optional_text(item, "reasonCommitment"),
    )


def _reason(item: Item) -> Description | None:
    """Return a reason and its salt; None where there is none, or where both are erased."""
    if "reason" not in item and "reasonSalt" not in item:
        return None
    return Description(read_text(item, "reason"), read_text(item, "reasonSalt"))
