"""An opaque cursor: where the next page of a list begins, as a number of a chain.

New records get higher numbers, so a list that goes down from one neither repeats nor skips any.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AfterValidator, Field

CURSOR_CHARACTERS_MAX = 64

_PLAIN = re.compile(r"before:([1-9][0-9]{0,17})")


def cursor_before(number: int | None) -> str | None:
    """Return the cursor of the page below a number; None if there is none."""
    if number is None:
        return None
    return urlsafe_b64encode(f"before:{number}".encode()).decode().rstrip("=")


def number_of(cursor: str | None) -> int | None:
    """Return the number that a cursor stands for, or None for the first page.

    Raises:
        ValueError: it is not what `cursor_before` made.
    """
    if cursor is None:
        return None
    try:
        plain = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        plain = ""
    found = _PLAIN.fullmatch(plain)
    if found is None or cursor_before(int(found[1])) != cursor:
        raise ValueError("must be the `next` of a page of this list")
    return int(found[1])


def _known(cursor: str | None) -> str | None:
    number_of(cursor)
    return cursor


Cursor = Annotated[
    str | None,
    Field(max_length=CURSOR_CHARACTERS_MAX),
    AfterValidator(_known),
    Query(description="The `next` of the page before; left out for the first page."),
]
"""Cursors: where the next page of a list begins, as a text that clients send back as it is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from novapay.domain.errors import FieldError, InvalidInput
from novapay.domain.transfer_list import Place

CURSOR_CHARACTERS_MAX = 256
QUERY_DIGITS = 16

Cursor = Annotated[str, Field(max_length=CURSOR_CHARACTERS_MAX)]


def cursor_of(place: Place, query: object) -> str:
    """Return the cursor of a place in the list that a query asks for."""
    parts = [place.sequence, place.refused_before, _digest(query)]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def place_of(cursor: str, query: object) -> Place:
    """Return the place that a cursor stands for.

    Raises:
        InvalidInput: it is no cursor, or one of another query.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        sequence, refused_before, digest = json.loads(urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        raise _refused("is not a cursor of this list") from None
    is_place = type(sequence) is int and isinstance(refused_before, str) and refused_before
    if not is_place or sequence < 0:
        raise _refused("is not a cursor of this list")
    if digest != _digest(query):
        raise _refused("belongs to another query: send the same parameters as before")
    return Place(sequence, refused_before)


def _digest(query: object) -> str:
    return sha256(repr(query).encode()).hexdigest()[:QUERY_DIGITS]


def _refused(detail: str) -> InvalidInput:
    return InvalidInput(errors=(FieldError("/query/cursor", detail),))
