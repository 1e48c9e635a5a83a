"""A page of a longer list.

The records of a chain are numbered from 1 without gaps, so a page of one is a range of numbers.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list in the list's order, and how many items the whole list has."""

    items: list[T]
    total: int


def page_numbers(last: int, *, limit: int, offset: int) -> range:
    """Return the sequence numbers on a page, newest first; an empty range past the end.

    Args:
        last: the number of the newest record, which is how many there are.
        limit: how many records fit on the page.
        offset: how many of the newest records to skip.
    """
    newest = last - offset
    return range(newest, max(0, newest - limit), -1)
