"""Which records are on a page of a chain."""

import pytest

from novapay.domain.pages import page_numbers


@pytest.mark.parametrize(
    ("last", "limit", "offset", "numbers"),
    [
        (0, 10, 0, []),
        (1, 10, 0, [1]),
        (5, 2, 0, [5, 4]),
        (5, 5, 0, [5, 4, 3, 2, 1]),
        (5, 6, 0, [5, 4, 3, 2, 1]),
        (5, 2, 3, [2, 1]),
        (5, 2, 4, [1]),
        (5, 2, 5, []),
        (5, 2, 6, []),
    ],
)
def test_a_page_is_counted_down_from_the_newest(
    last: int, limit: int, offset: int, numbers: list[int]
) -> None:
    assert list(page_numbers(last, limit=limit, offset=offset)) == numbers
