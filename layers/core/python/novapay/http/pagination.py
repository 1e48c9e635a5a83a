"""limit and offset, and where the next page is."""

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BeforeValidator, Field

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 100
OFFSET_MAX = 10**12

ITEMS_PAGE_SIZE_DEFAULT = 100
ITEMS_PAGE_SIZE_MAX = 1000

_DIGITS = re.compile("0|[1-9][0-9]*")


def _digits(text: object) -> object:
    """Return a number's text, of which there is one spelling; defaults are numbers already."""
    if isinstance(text, str) and _DIGITS.fullmatch(text) is None:
        raise ValueError("must be a whole number in digits 0 to 9, without zeros before it")
    return text


_number = BeforeValidator(_digits)

# The bounds stand before the spelling: so they are the schema's minimum and maximum.
ItemsLimit = Annotated[
    int,
    Field(ge=1, le=ITEMS_PAGE_SIZE_MAX),
    _number,
    Query(description="How many a page has; at most 1000."),
]
Limit = Annotated[
    int,
    Field(ge=1, le=PAGE_SIZE_MAX),
    _number,
    Query(description="How many a page has; at most 100."),
]
Offset = Annotated[
    int,
    Field(ge=0, le=OFFSET_MAX),
    _number,
    Query(description="How many to skip before the first of the page."),
]


def next_page(*, limit: int, offset: int, total: int, **others: str) -> str | None:
    """Return the page after this one as a reference, or None on the last page.

    It is a query alone, which RFC 3986 (5.2.2) resolves against the address that was asked for:
    whatever is before the route there, a stage, a base path, an emulator's own path, stays.

    Args:
        limit: how many fit on a page.
        offset: how many come before this page.
        total: how many there are.
        others: the list's other query parameters.
    """
    return _following({**others, "limit": limit}, limit=limit, offset=offset, total=total)


def headers(
    *, limit: int, offset: int, total: int, query: Mapping[str, object] | None = None
) -> dict[str, str]:
    """Return what a plain list says of itself: its total, and the page after it (RFC 8288).

    Args:
        limit, offset, total: see `next_page`.
        query: the parameters of the next page beside its offset; None: the limit.
    """
    asked = {"limit": limit} if query is None else query
    following = _following(asked, limit=limit, offset=offset, total=total)
    link = {} if following is None else {"link": f'<{following}>; rel="next"'}
    return {"x-total-count": str(total), **link}


def _following(query: Mapping[str, object], *, limit: int, offset: int, total: int) -> str | None:
    following = offset + limit
    return None if following >= total else "?" + urlencode({**query, "offset": following})
