"""idempotency: the answer stored under a key, in the same commit as the effect of the request.

A record is valid for 24 hours. This module checks `expiresAt` (in whole seconds) itself, because
DynamoDB's time to live deletes expired items much later.
"""

import math
from datetime import datetime

from novapay.domain.errors import IdempotencyKeyReused, Processing
from novapay.domain.idempotency import (
    KEY_LIFETIME,
    Answer,
    KeyedRequest,
    KeyRecord,
    Made,
    MadeKind,
)
from novapay.domain.instants import format_instant, stored_instant
from novapay.schema import Table
from novapay.store.client import Key, Snapshot
from novapay.store.commit import Write
from novapay.store.items import (
    Item,
    number,
    present,
    read_number,
    read_optional_text,
    read_text,
    reader,
    text,
)

TABLE = Table.IDEMPOTENCY


def key(keyed_request: KeyedRequest) -> Key:
    return Key(TABLE, {"scopeKey": f"{keyed_request.scope}#{keyed_request.key}"})


def find_answer(snapshot: Snapshot, keyed_request: KeyedRequest, *, now: datetime) -> Answer | None:
    """Return the answer stored under the key within the last 24 hours, or None.

    Raises:
        IdempotencyKeyReused: it was used for another payload.
    """
    item = snapshot.get(key(keyed_request))
    if item is None or read_number(item, "expiresAt") <= now.timestamp():
        return None
    if read_text(item, "fingerprint") != keyed_request.fingerprint:
        raise IdempotencyKeyReused(keyed_request.key)
    return Answer(read_number(item, "status"), read_text(item, "body")).replay()


def record(
    keyed_request: KeyedRequest, answer: Answer, *, made: Made | None = None, now: datetime
) -> Write:
    """Return the write that stores the answer under the key, if the key is still free.

    Args:
        keyed_request: the client's key and payload.
        answer: the response.
        made: what the commit makes, so that after a restore from a backup the record can be held
            against it; None if it makes nothing.
        now: the instant of the decision.
    """
    return Write(
        TABLE,
        "Put",
        {
            "Item": present(
                {
                    **key(keyed_request).item(),
                    "fingerprint": text(keyed_request.fingerprint),
                    "status": number(answer.status),
                    "body": text(answer.body),
                    "made": None if made is None else text(f"{made.kind}/{made.id}"),
                    "createdAt": text(format_instant(now)),
                    "expiresAt": number(math.ceil((now + KEY_LIFETIME).timestamp())),
                }
            ),
            "ConditionExpression": "attribute_not_exists(scopeKey) OR expiresAt <= :now",
            "ExpressionAttributeValues": {":now": number(math.floor(now.timestamp()))},
        },
        contended=Processing(),
    )


@reader(TABLE, "scopeKey")
def parse(item: Item) -> KeyRecord:
    """Return the record of an item, without its answer.

    Raises:
        InvariantViolated: the item is not in our format.
    """
    made = read_optional_text(item, "made")
    kind, _, made_id = ("", "", "") if made is None else made.partition("/")
    return KeyRecord(
        scope_key=read_text(item, "scopeKey"),
        created_at=stored_instant(read_text(item, "createdAt")),
        made=None if made is None else Made(MadeKind(kind), made_id),
    )


def remove(known: KeyRecord) -> Write:
    """Return the write that deletes the record of what is not there any more, after a restore."""
    return Write(
        TABLE,
        "Delete",
        {
            "Key": {"scopeKey": text(known.scope_key)},
            "ConditionExpression": "createdAt = :created",
            "ExpressionAttributeValues": {":created": text(format_instant(known.created_at))},
        },
    )
