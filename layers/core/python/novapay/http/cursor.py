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
    return encoded(f"before:{number}")


def number_of(cursor: str | None) -> int | None:
    """Return the number that a cursor stands for, or None for the first page.

    Raises:
        ValueError: it is not what `cursor_before` made.
    """
    if cursor is None:
        return None
    try:
        plain = decoded(cursor)
    except ValueError:
        plain = ""
    found = _PLAIN.fullmatch(plain)
    if found is None or cursor_before(int(found[1])) != cursor:
        raise ValueError("must be the `next` of a page of this list")
    return int(found[1])


def encoded(plain: str) -> str:
    """Return a text as a cursor: what an address can contain, without padding."""
    return urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decoded(cursor: str) -> str:
    """Return the text of a cursor.

    Raises:
        ValueError: it is not what `encoded` made.
    """
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")


def _known(cursor: str | None) -> str | None:
    number_of(cursor)
    return cursor


Cursor = Annotated[
    str | None,
    Field(max_length=CURSOR_CHARACTERS_MAX),
    AfterValidator(_known),
    Query(description="The `next` of the page before; left out for the first page."),
]
