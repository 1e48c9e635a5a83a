"""An operator: a named person with a token, of which only the hash is stored."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

TOKEN_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who may use the admin endpoints."""

    name: str
    token_sha256: str


def token_hash(token: str) -> str:
    """Return the hex SHA-256 of a token; tokens are random, so they need no salt."""
    return sha256(token.encode()).hexdigest()


def identify(token: str, operators: Sequence[Operator]) -> Operator | None:
    """Return the operator with this token, or None; it takes the same time for any token.

    One that is empty or longer than TOKEN_CHARACTERS_MAX is nobody's, whatever the secret says.
    """
    if not 0 < len(token) <= TOKEN_CHARACTERS_MAX:
        return None
    given = token_hash(token)
    found = None
    for operator in operators:
        if hmac.compare_digest(given, operator.token_sha256):
            found = operator
    return found
