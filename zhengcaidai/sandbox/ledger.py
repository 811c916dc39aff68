"""One outside system's own SQLite file, and the register of keyed requests in it.

Each system has tables of its own registry, so that its file holds nothing of the others or of the engine.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Protocol, Self, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, MetaData, UniqueConstraint, event
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, create_engine, select

from zhengcaidai.errors import Conflict
from zhengcaidai.messages.base import Frozen

__all__ = ["Booked", "Keyed", "LedgerFile", "SharedTable"]


class SharedTable(SQLModel, registry=registry()):
    """Tables that every system's file has: its requests and its outbox."""


class KeyedRequest(SharedTable, table=True):
    """登记簿: a request that changed something, under its key, with the answer that was given."""

    __table_args__ = (UniqueConstraint("operation", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    operation: str
    key: str
    about: str = Field(index=True)
    content: str
    answer: str


class Booked(Frozen):
    """The answer of an operation that has nothing else to say."""

    key: str


class Keyed(Protocol):
    """A message that carries its idempotency key."""

    @property
    def key(self) -> str:
        """A repeat with the same key has the effect of one call."""
        ...

    def model_dump_json(self) -> str:
        """The message as JSON."""
        ...

    @classmethod
    def model_validate_json(cls, json_data: str) -> Self:
        """The message again: what a repeat is compared with. Fields that it has got since then have their defaults."""
        ...


A = TypeVar("A", bound=BaseModel)
M = TypeVar("M", bound=BaseModel)


def _set_pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


class LedgerFile:
    """A system's SQLite file (WAL). Starts again on what is there."""

    def __init__(self, path: Path, tables: MetaData | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _set_pragmas)
        # Python's sqlite3 would begin a transaction only at the first write: what was read before it could be stale.
        event.listen(self._engine, "begin", _begin)
        for metadata in (SharedTable.metadata, tables):
            if metadata is not None:
                metadata.create_all(self._engine)
        self._one_writer = RLock()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session to read in."""
        with Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are kept together or not at all; one writer at a time."""
        with self._one_writer, Session(self._engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def once(
        self, operation: str, message: Keyed, answer: type[A], effect: Callable[[Session], A], *, about: str = ""
    ) -> A:
        """Do it and keep key and answer in one transaction; a repeat has no effect and gets the first answer.

        Raises Conflict: the key was used for other content. Whatever `effect` raises leaves nothing behind.
        """
        with self.write() as session:
            kept = session.exec(
                select(KeyedRequest).where(KeyedRequest.operation == operation, KeyedRequest.key == message.key)
            ).one_or_none()
            if kept is None:
                given = effect(session)
                session.add(
                    KeyedRequest(
                        operation=operation,
                        key=message.key,
                        about=about,
                        content=message.model_dump_json(),
                        answer=given.model_dump_json(),
                    )
                )
                return given
        if message.model_validate_json(kept.content) != message:
            raise Conflict(
                f"幂等键 {message.key} 已用于内容不同的请求。",
                f"The key {message.key} was used before, for a request with other content.",
                where="key",
                right="原请求内容，或新的键 / the first content, or a new key",
            )
        return answer.model_validate_json(kept.answer)

    def register(self, operation: str, message: Keyed, *, about: str = "") -> Booked:
        """Take note of a message; nothing else follows from it."""
        return self.once(operation, message, Booked, lambda _session: Booked(key=message.key), about=about)

    def registered(self, operation: str, model: type[M], *, about: str | None = None) -> list[M]:
        """The messages of an operation in order of arrival."""
        query = select(KeyedRequest).where(KeyedRequest.operation == operation).order_by(KeyedRequest.id)  # type: ignore[arg-type]
        if about is not None:
            query = query.where(KeyedRequest.about == about)
        with self.read() as session:
            return [model.model_validate_json(row.content) for row in session.exec(query)]

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
