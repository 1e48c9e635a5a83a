"""A client's idempotency key, the request it stands for, and the answer stored for 24 hours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple, NewType

IdempotencyKey = NewType("IdempotencyKey", str)

KEY_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """One use of an idempotency key.

    Attributes:
        scope: the caller and the route; each scope has its own keys.
        key: the client's key.
        fingerprint: of the payload; another payload under the same key is refused.
    """

    scope: str
    key: IdempotencyKey
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The response to a client, stored word for word, so that a replay is the same response."""

    status: int
    body: str
    replayed: bool = False

    def replay(self) -> "Answer":
        """Return the answer, marked as a replay."""
        return replace(self, replayed=True)


class MadeKind(StrEnum):
    """The kinds of things that a request can make."""

    TRANSACTION = "transaction"
    WALLET = "wallet"
    QUOTE = "quote"
    JOB = "job"
    STATUS = "status"


class Made(NamedTuple):
    """What the commit of a request made."""

    kind: MadeKind
    id: str


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key's record, without its answer.

    Attributes:
        scope_key: the scope and the key.
        created_at: when the request was decided.
        made: what its commit made; None for a refusal that stored nothing else.
    """

    scope_key: str
    created_at: datetime
    made: Made | None


def fingerprint_of(payload: Mapping[str, object]) -> str:
    """Return the hex SHA-256 of a payload that is already normalised: amounts, ids, defaults."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
