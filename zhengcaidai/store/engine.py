"""The database engine: SQLite file by default, PostgreSQL by URL; one transaction at a time is handed out."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext

from sqlalchemy import URL, event, literal, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.errors import OutsideDown
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.columns import seal_with
from zhengcaidai.store.tables import Row

__all__ = ["Database", "Insert", "database_url", "open_engine", "outages_named"]

Insert = postgresql.Insert | sqlite.Insert

_WAIT_SECONDS = 30
"""How long a SQLite writer waits for another one, and anyone for a free connection."""

_SQLITE_OUTAGES = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
)
"""SQLite's result codes that another try may not meet again. (A missing table, say, is not among them.)"""


def database_url(written: str) -> URL:
    """A URL with the driver that is used here, from `sqlite:///file` or `postgresql://user@host/name`.

    Raises ValueError for another database or driver, and for SQLite in memory, of which every connection has its own.
    """
    try:
        url = make_url(written)
    except ArgumentError:
        raise ValueError(
            "数据库地址应写作 sqlite:///路径/文件.db 或 postgresql://用户@主机/库名 / "
            "database URL: write sqlite:///path/to/file.db or postgresql://user@host/name"
        ) from None
    if url.drivername in ("sqlite", "sqlite+aiosqlite"):
        if url.database in (None, "", ":memory:"):
            raise ValueError(
                "数据库地址：SQLite 须写明文件，如 sqlite:///路径/文件.db / "
                "database URL: SQLite needs a file, as in sqlite:///path/to/file.db"
            )
        return url.set(drivername="sqlite+aiosqlite")
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    raise ValueError(
        f"数据库地址：不支持 {url.drivername}，请用 sqlite 或 postgresql（psycopg） / "
        f"database URL: {url.drivername} is not supported; use sqlite, or postgresql (with psycopg)"
    )


def open_engine(url: URL) -> AsyncEngine:
    """The engine for `database_url`'s result, its transactions made whole on SQLite."""
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, connect_args={"timeout": _WAIT_SECONDS}, pool_timeout=_WAIT_SECONDS)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        return engine
    return create_async_engine(
        url,
        pool_size=10,
        pool_pre_ping=True,
        pool_timeout=_WAIT_SECONDS,
        connect_args={"connect_timeout": 10},
    )


class Database:
    """One engine and its sealer. Readers see one moment of the database; writers commit on leaving, or not at all."""

    def __init__(self, url: str, sealer: Sealer) -> None:
        self.url = database_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = open_engine(self.url)
        seal_with(sealer, self.engine.sync_engine.dialect)
        if self.is_sqlite:
            self._reader, self._writer = self.engine, self.engine.execution_options(immediate=True)
            # SQLite lets writers in by chance and has them sleep meanwhile; within a process, they go in turn.
            self._turn: AbstractAsyncContextManager[object] = asyncio.Lock()
        else:
            self._reader, self._writer = self.engine.execution_options(isolation_level="REPEATABLE READ"), self.engine
            self._turn = nullcontext()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A snapshot. Raises OutsideDown while the database cannot be reached."""
        with outages_named():
            async with AsyncSession(self._reader, expire_on_commit=False) as session:
                yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction, on SQLite the only writing one. Raises OutsideDown while the database cannot be reached."""
        with outages_named():
            async with self._turn, AsyncSession(self._writer, expire_on_commit=False) as session, session.begin():
                yield session

    def insert(self, table: type[Row]) -> Insert:
        """An INSERT that knows ON CONFLICT, for which each database has a class of its own."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def ping(self) -> None:
        """Raises OutsideDown unless the database answers."""
        async with self.reading() as session:
            await (await session.connection()).execute(select(literal(1)))

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """The driver begins no transactions of its own, so that those begun here are real ones, DDL included."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    # NORMAL would let a power cut undo a commit that the workflow already counts on, and leave a hole in a journal.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that reads first and writes later can be refused without waiting."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def outages_named() -> Iterator[None]:
    """Within it, a database that is away, locked or full is OutsideDown: to be tried again."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        if isinstance(error, DBAPIError) and not _is_outage(error):
            raise
        raise OutsideDown(
            "业务数据库暂时不可用。", "The application database cannot be reached at the moment.", where="database"
        ) from error


def _is_outage(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF in _SQLITE_OUTAGES
