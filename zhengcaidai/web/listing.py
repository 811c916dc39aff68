"""Lists (列表): a page and the cursor of the next; which page is asked for."""

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query

from zhengcaidai.messages.base import Frozen
from zhengcaidai.store.paging import MAX_PAGE, Page, PageRequest

__all__ = ["CurrentPage", "Listing"]

T = TypeVar("T")
S = TypeVar("S")


class Listing(Frozen, Generic[T]):
    """One page. `next_cursor` goes into `cursor` of the next request; null: this is the last page."""

    items: tuple[T, ...]
    next_cursor: str | None = None

    @classmethod
    def of(cls, page: Page[S], shown: Callable[[S], T]) -> "Listing[T]":
        """A page of the store as it is shown."""
        return cls(items=tuple(shown(each) for each in page.items), next_cursor=page.next_cursor)


async def _page(
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="每页条数 / rows a page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=500, description="上一页的 next_cursor / next_cursor of the page before")
    ] = None,
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor)


CurrentPage = Annotated[PageRequest, Depends(_page)]
"""Which page is asked for."""
