"""A client's idempotency key, the request it stands for, and the answer stored for 24 hours."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import NewType

from novapay.domain.errors import IdempotencyKeyInvalid

IdempotencyKey = NewType("IdempotencyKey", str)

KEY_CHARACTERS_MAX = 255
KEY_LIFETIME = timedelta(hours=24)

_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')


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


def parse_idempotency_key(header: str) -> IdempotencyKey:
    """Return the key of an `Idempotency-Key` header, bare or as a quoted string (RFC 9651).

    Raises:
        IdempotencyKeyInvalid: it is empty, too long, not printable ASCII, or badly quoted.
    """
    text = header.strip(" ")
    if _PRINTABLE.fullmatch(text) is None:
        raise IdempotencyKeyInvalid(reason="it must be printable ASCII and not empty")
    if text.startswith('"'):
        quoted = _QUOTED.fullmatch(text)
        if quoted is None:
            raise IdempotencyKeyInvalid(reason="its quotes do not match")
        text = re.sub(r'\\(["\\])', r"\1", quoted[1])
    if not 1 <= len(text) <= KEY_CHARACTERS_MAX:
        raise IdempotencyKeyInvalid(reason=f"it must have 1 to {KEY_CHARACTERS_MAX} characters")
    if text.isspace():
        raise IdempotencyKeyInvalid(reason="it must not be blank")
    return IdempotencyKey(text)


def fingerprint_of(payload: Mapping[str, object]) -> str:
    """Return the hex SHA-256 of a payload that is already normalised: amounts, ids, defaults."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()
