"""A page of a list, as clients read it."""

from collections.abc import Callable
from typing import Generic, Self, TypeVar

from pydantic import Field

from novapay.domain.pages import Page
from novapay.http.pagination import next_page
from novapay.http.schemas.fields import Body

Item = TypeVar("Item")
B = TypeVar("B", bound=Body)


class PageBody(Body, Generic[B]):
    """Some items of a list; `next` leads to those after them. Each list names its items itself."""

    items: list[B]
    total: int = Field(description="How many entries or lines there are on all pages.")
    limit: int = Field(description="The most that a page has, as asked for.")
    offset: int = Field(description="How many newer ones were skipped, as asked for.")
    next: str | None = Field(
        description="The next page, a reference to resolve from this request; null on the last."
    )

    @classmethod
    def page_of(
        cls,
        page: Page[Item],
        body_of: Callable[[Item], B],
        *,
        limit: int,
        offset: int,
        **query: str,
    ) -> Self:
        """Return a page as clients read it.

        Args:
            page: what the page shows.
            body_of: turns one item into its body.
            limit: how many fit on a page.
            offset: how many come before this page.
            query: the list's other query parameters.
        """
        return cls(
            items=[body_of(item) for item in page.items],
            total=page.total,
            limit=limit,
            offset=offset,
            next=next_page(limit=limit, offset=offset, total=page.total, **query),
        )
