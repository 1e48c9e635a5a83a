"""limit and offset, and where the next page is."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

PAGE_SIZE_DEFAULT = 50
PAGE_SIZE_MAX = 100
OFFSET_MAX = 10**12

ITEMS_PAGE_SIZE_DEFAULT = 100
ITEMS_PAGE_SIZE_MAX = 1000

ItemsLimit = Annotated[
    int, Query(ge=1, le=ITEMS_PAGE_SIZE_MAX, description="How many a page has; at most 1000.")
]
Limit = Annotated[
    int, Query(ge=1, le=PAGE_SIZE_MAX, description="How many a page has; at most 100.")
]
Offset = Annotated[
    int, Query(ge=0, le=OFFSET_MAX, description="How many to skip before the first of the page.")
]


def next_page(path: str, *, limit: int, offset: int, total: int) -> str | None:
    """Return the path and query of the page after this one, or None on the last page."""
    following = offset + limit
    return f"{path}?limit={limit}&offset={following}" if following < total else None


def headers(path: str, *, limit: int, offset: int, total: int) -> dict[str, str]:
    """Return what a plain list says of itself: its total, and the page after it (RFC 8288)."""
    following = next_page(path, limit=limit, offset=offset, total=total)
    link = {} if following is None else {"link": f'<{following}>; rel="next"'}
    return {"x-total-count": str(total), **link}
