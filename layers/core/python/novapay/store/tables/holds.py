"""The holds among the transfers: a hold is its transaction's item, with its state beside it.

The sparse index `listed` has the holds that are not closed, by shard and by their end. A capture
that leaves the hold open does not write it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from novapay.domain.entry import TransactionId
from novapay.domain.hold import Hold, HoldStatus
from novapay.domain.instants import format_instant
from novapay.domain.money import Money, stored_units
from novapay.domain.transaction import Transaction, TransactionStatus, TransactionType
from novapay.domain.wallet import SYSTEM_SHARDS, system_shard_of
from novapay.schema import Index, Table
from novapay.store.client import Database, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    Malformed,
    optional_text,
    present,
    read_optional_text,
    read_text,
    reader,
    text,
)
from novapay.store.tables import transfers

TABLE = Table.TRANSFERS
SHARDS = range(SYSTEM_SHARDS)
ENDED_PAGE_SIZE = 100
"""How many ended holds are looked up at a time; a run may end before it has got through them."""

key = transfers.key


def get_hold(database: Database, hold_id: TransactionId) -> Hold | None:
    """Return the hold, or None. One read."""
    item = database.get(key(hold_id))
    return None if item is None or not is_hold(item) else parse(item)


def find(snapshot: Snapshot, hold_id: TransactionId) -> Hold | None:
    """Return the hold that a snapshot holds, or None."""
    item = snapshot.get(key(hold_id))
    return None if item is None or not is_hold(item) else parse(item)


def list_ended(database: Database, shard: int, *, until: datetime) -> Iterator[TransactionId]:
    """Yield the open holds of a shard that have ended by an instant, the earliest end first.

    The index lags by an instant, so one that was closed just now may still be among them.
    """
    items = database.query(
        TABLE,
        index=Index.LISTED_TRANSFERS,
        condition="listed = :shard AND listedAt <= :until",
        values={":shard": _list_of(shard), ":until": text(format_instant(until))},
        page_size=ENDED_PAGE_SIZE,
    )
    return (TransactionId(read_text(item, "transactionId")) for item in items)


def is_hold(item: Item) -> bool:
    """Return whether a transaction's item is a hold's; a refused one has no state."""
    return item.get("type") == text(TransactionType.HOLD.value) and "holdStatus" in item


def create(hold: Hold) -> Write:
    """Return the write that stores a new hold with its transaction."""
    write = transfers.create(hold.transaction)
    return replace(
        write, request={**write.request, "Item": {**write.request["Item"], **present(_state(hold))}}
    )


def move(before: Hold, after: Hold) -> Write:
    """Return the write that moves a hold on, if it is still as it was read."""
    state = _state(after)
    kept = present(state)
    assignments = ", ".join(f"{name} = :{name}" for name in kept)
    removed = ", ".join(state.keys() - kept.keys())
    return Write(
        TABLE,
        "Update",
        {
            "Key": key(before.hold_id).item(),
            "UpdateExpression": f"SET {assignments}" + (f" REMOVE {removed}" if removed else ""),
            "ConditionExpression": "holdStatus = :statusBefore AND captured = :capturedBefore",
            "ExpressionAttributeValues": {
                **{f":{name}": value for name, value in kept.items()},
                ":statusBefore": text(before.status.value),
                ":capturedBefore": text(str(before.captured)),
            },
        },
    )


def _state(hold: Hold) -> dict[str, Item | None]:
    """Return what a hold's item has beside its transaction; None where it has it not."""
    is_open = hold.status is HoldStatus.HELD
    return {
        "holdStatus": text(hold.status.value),
        "captured": text(str(hold.captured)),
        "released": text(str(hold.released)),
        "captures": {"L": [text(it) for it in hold.captures]} if hold.captures else None,
        "releaseId": optional_text(hold.release_id),
        "listed": _list_of(system_shard_of(hold.wallet_id)) if is_open else None,
        "listedAt": text(format_instant(hold.expires_at)) if is_open else None,
    }


def _list_of(shard: int) -> Item:
    return text(f"open-holds#{shard:02d}")


@reader(TABLE, "transactionId")
def parse(item: Item) -> Hold:
    """Return the hold of an item.

    Raises:
        InvariantViolated: the item is not in our format, or its amounts do not add up.
    """
    opened = Hold.opened_by(_posted(item))
    release_id = read_optional_text(item, "releaseId")
    hold = Hold(
        transaction=opened.transaction,
        wallet_id=opened.wallet_id,
        user_id=opened.user_id,
        amount=opened.amount,
        captured=Money(stored_units(read_text(item, "captured")), opened.amount.currency),
        released=Money(stored_units(read_text(item, "released")), opened.amount.currency),
        status=HoldStatus(read_text(item, "holdStatus")),
        expires_at=opened.expires_at,
        captures=tuple(_capture_id(value) for value in item.get("captures", {}).get("L", [])),
        release_id=None if release_id is None else TransactionId(release_id),
    )
    is_open = hold.status is HoldStatus.HELD
    if min(hold.captured.units, hold.released.units) < 0 or is_open is not (
        hold.remaining.units > 0
    ):
        raise Malformed("captured")
    return hold


def _posted(item: Item) -> Transaction:
    transaction = transfers.parse(item)
    if transaction.status is not TransactionStatus.COMPLETED:
        raise Malformed("status")
    return transaction


def _capture_id(value: Any) -> TransactionId:
    return TransactionId(read_text({"id": value}, "id"))
