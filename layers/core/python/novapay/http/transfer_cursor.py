"""Cursors: where the next page of a list begins, as a text that clients send back as it is."""

import json
from hashlib import sha256
from typing import Annotated

from pydantic import Field

from novapay.domain.errors import FieldError, InvalidInput
from novapay.domain.transfer_list import Place
from novapay.http.cursor import decoded, encoded

CURSOR_CHARACTERS_MAX = 256
QUERY_DIGITS = 16

Cursor = Annotated[str, Field(max_length=CURSOR_CHARACTERS_MAX)]


def cursor_of(place: Place, query: object) -> str:
    """Return the cursor of a place in the list that a query asks for."""
    parts = [place.sequence, place.refused_before, _digest(query)]
    return encoded(json.dumps(parts))


def place_of(cursor: str, query: object) -> Place:
    """Return the place that a cursor stands for.

    Raises:
        InvalidInput: it is no cursor, or one of another query.
    """
    try:
        sequence, refused_before, digest = json.loads(decoded(cursor))
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
