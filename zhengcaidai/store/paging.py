"""Keyset paging (按键翻页): a page begins after the last row of the one before, found by index wherever it is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, tuple_
from sqlmodel.sql.expression import SelectOfScalar

from zhengcaidai.errors import InvalidInput
from zhengcaidai.store.columns import Instant
from zhengcaidai.store.tables import Row

__all__ = ["MAX_PAGE", "Keyset", "Page", "PageRequest"]

MAX_PAGE = 200
"""Rows a page, at most."""

T = TypeVar("T")
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class PageRequest:
    """Which page: `cursor` is the `next_cursor` of the page before, None for the first.

    Raises InvalidInput for a limit outside 1 to `MAX_PAGE`.
    """

    limit: int = 50
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_PAGE:
            raise InvalidInput(
                f"每页条数应为1至{MAX_PAGE}，现为{self.limit}。",
                f"A page has 1 to {MAX_PAGE} rows; {self.limit} were asked for.",
                where="limit",
                right=f"1–{MAX_PAGE}",
            )


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page; no `next_cursor`: it is the last."""

    items: tuple[T, ...]
    next_cursor: str | None


class Keyset(Generic[R]):
    """One list's order: columns of a table that never hold NULL and together make a row unique, all in one direction.

    Every cursor names its list, so that another list refuses it. A cursor is no secret and gives no right: what a
    reader may see is asked anew for every page.
    """

    def __init__(self, table: type[R], *columns: str, newest_first: bool) -> None:
        self._name = str(table.__tablename__)
        self._columns: list[Column[Any]] = [table.metadata.tables[self._name].c[name] for name in columns]
        self._newest_first = newest_first

    def page_of(self, query: SelectOfScalar[R], request: PageRequest) -> SelectOfScalar[R]:
        """The query of one page; it asks for one row more, by which `cut` knows whether there is a next page."""
        if request.cursor is not None:
            here, after = tuple_(*self._columns), self._decode(request.cursor)
            query = query.where(here < after if self._newest_first else here > after)
        order = [column.desc() if self._newest_first else column.asc() for column in self._columns]
        return query.order_by(*order).limit(request.limit + 1)

    def cut(self, rows: Sequence[R], request: PageRequest, item: Callable[[R], T]) -> Page[T]:
        """The page, from the rows of `page_of`'s query."""
        shown = rows[: request.limit]
        more = len(rows) > request.limit
        return Page(tuple(item(row) for row in shown), self._encode(shown[-1]) if more else None)

    def _encode(self, row: R) -> str:
        values = [getattr(row, column.key) for column in self._columns]
        parts = [value.isoformat() if isinstance(value, datetime) else value for value in values]
        return urlsafe_b64encode(json.dumps([self._name, *parts], separators=(",", ":")).encode()).decode().rstrip("=")

    def _decode(self, cursor: str) -> tuple[str | datetime, ...]:
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            name, *parts = json.loads(urlsafe_b64decode(padded.encode("ascii")))
            values = tuple(_value(part, column) for part, column in zip(parts, self._columns, strict=True))
        except (ValueError, TypeError, RecursionError):
            raise _wrong_cursor() from None
        if name != self._name:
            raise _wrong_cursor()
        return values


def _value(part: object, column: Column[Any]) -> str | datetime:
    if not isinstance(part, str) or "\0" in part:
        raise TypeError(f"{part!r} is no text that a database can hold")
    if not isinstance(column.type, Instant):
        return part
    moment = datetime.fromisoformat(part)
    if moment.tzinfo is None:
        raise ValueError(f"{part} has no time zone")
    return moment


def _wrong_cursor() -> InvalidInput:
    return InvalidInput(
        "翻页游标无效。",
        "This cursor does not belong to this list.",
        where="cursor",
        right="上一页返回的 next_cursor，原样传回 / next_cursor of the page before, as it was given",
    )
