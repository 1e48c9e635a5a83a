"""references: which transaction has a client's reference; written once, never deleted.

The commit of a movement also takes its reference, so of two movements with one reference only one
is made, however much time is between them. A refused movement takes none.
"""

from datetime import datetime

from novapay.domain.entry import TransactionId
from novapay.domain.errors import ReferenceTaken
from novapay.domain.instants import format_instant, stored_instant
from novapay.domain.reference import ReferenceRecord, ScopedReference
from novapay.schema import Table
from novapay.store.client import Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import Item, read_text, reader, text

TABLE = Table.REFERENCES


def key(reference: ScopedReference) -> Key:
    return Key(TABLE, {"scopeReference": f"{reference.scope}#{reference.text}"})


def find_taken(snapshot: Snapshot, reference: ScopedReference) -> ReferenceTaken | None:
    """Return the error that says who has the reference, or None if nobody has it."""
    item = snapshot.get(key(reference))
    return None if item is None else ReferenceTaken(reference.text, parse(item).transaction_id)


def take(reference: ScopedReference, by: TransactionId, *, now: datetime) -> Write:
    """Return the write that gives a reference to a transaction, if nobody has it.

    If a rival was faster, the decision is made again and finds who has it.
    """
    return Write(
        TABLE,
        "Put",
        {
            "Item": {
                **key(reference).item(),
                "transactionId": text(by),
                "createdAt": text(format_instant(now)),
            },
            "ConditionExpression": "attribute_not_exists(scopeReference)",
        },
    )


@reader(TABLE, "scopeReference")
def parse(item: Item) -> ReferenceRecord:
    """Return the record of an item.

    Raises:
        InvariantViolated: the item is not in our format.
    """
    return ReferenceRecord(
        scope_reference=read_text(item, "scopeReference"),
        transaction_id=TransactionId(read_text(item, "transactionId")),
        created_at=stored_instant(read_text(item, "createdAt")),
    )


def remove(record: ReferenceRecord) -> Write:
    """Return the write that frees a reference whose transaction is gone, after a restore."""
    return Write(
        TABLE,
        "Delete",
        {
            "Key": {"scopeReference": text(record.scope_reference)},
            "ConditionExpression": "transactionId = :by",
            "ExpressionAttributeValues": {":by": text(record.transaction_id)},
        },
    )
