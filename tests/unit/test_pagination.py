"""Where the next page is."""

import pytest

from novapay.http.pagination import next_page


@pytest.mark.parametrize(
    ("limit", "offset", "total", "following"),
    [
        (50, 0, 0, None),
        (50, 0, 49, None),
        (50, 0, 50, None),
        (50, 0, 51, "?limit=50&offset=50"),
        (50, 50, 100, None),
        (50, 50, 101, "?limit=50&offset=100"),
        (1, 0, 2, "?limit=1&offset=1"),
        (1, 1, 2, None),
        (50, 1000, 3, None),
    ],
)
def test_there_is_a_next_page_while_entries_are_left(
    limit: int, offset: int, total: int, following: str | None
) -> None:
    assert next_page(limit=limit, offset=offset, total=total) == following
