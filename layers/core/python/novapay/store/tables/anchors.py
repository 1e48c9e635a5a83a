"""anchors: where a log ends, kept outside the log's own table.

Each record moves its log's anchor in the same commit. So a log that is emptied, cut or written anew
in its own table no longer ends where its anchor says.
"""

from novapay.domain.audit import AuditHead, AuditRecord
from novapay.schema import Table
from novapay.store.client import Key
from novapay.store.commit import Write
from novapay.store.items import Item, number, read_number, read_text, reader, text

TABLE = Table.ANCHORS


def key(log_name: str) -> Key:
    return Key(TABLE, {"logName": log_name})


@reader(TABLE, "logName")
def read(item: Item) -> AuditHead:
    """Return where a log ends.

    Raises:
        InvariantViolated: the item is not in our format.
    """
    return AuditHead(read_number(item, "lastSequence"), read_text(item, "headHash"))


def move(log_name: str, head: AuditHead, record: AuditRecord) -> Write:
    """Return the write that moves an anchor from `head` to a record, or makes the first."""
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(log_name).item(),
            "UpdateExpression": "SET lastSequence = :next, headHash = :hash",
            "ConditionExpression": "attribute_not_exists(logName) OR lastSequence = :last",
            "ExpressionAttributeValues": {
                ":next": number(record.sequence),
                ":hash": text(record.hash),
                ":last": number(head.sequence),
            },
        },
    )


def reset(log_name: str, before: AuditHead | None, after: AuditHead | None) -> Write:
    """Return the write that makes an anchor name the last line that is there, after a restore."""
    at = key(log_name).item()
    unchanged: Item = {"ConditionExpression": "attribute_not_exists(logName)"}
    if before is not None:
        unchanged = {
            "ConditionExpression": "lastSequence = :before",
            "ExpressionAttributeValues": {":before": number(before.sequence)},
        }
    if after is None:
        return Write(TABLE, "Delete", {"Key": at, **unchanged})
    item = {**at, "lastSequence": number(after.sequence), "headHash": text(after.head_hash)}
    return Write(TABLE, "Put", {"Item": item, **unchanged})
