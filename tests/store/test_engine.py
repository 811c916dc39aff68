"""Transactions are whole, snapshots are still, and a database that is away is said to be away."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.store import samples
from zhengcaidai.errors import OutsideDown
from zhengcaidai.messages.parties import Role
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.engine import Database, database_url
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.queries import LoanFilter, LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///.state/zhengcaidai.db", "sqlite+aiosqlite:///.state/zhengcaidai.db"),
        ("sqlite+aiosqlite:////var/lib/z.db", "sqlite+aiosqlite:////var/lib/z.db"),
        ("postgresql://z:secret@db/z", "postgresql+psycopg://z:secret@db/z"),
        ("postgres://z@db/z", "postgresql+psycopg://z@db/z"),
        ("postgresql+psycopg://z@db/z?sslmode=require", "postgresql+psycopg://z@db/z?sslmode=require"),
    ],
)
def test_url_names_the_driver_that_is_used(written: str, used: str) -> None:
    assert database_url(written).render_as_string(hide_password=False) == used


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("postgresql+asyncpg://z@db/z", "asyncpg is not supported"),
        ("mysql://z@db/z", "mysql is not supported"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("zhengcaidai.db", "write sqlite:///"),
    ],
)
def test_other_databases_are_refused(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        database_url(written)


def test_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(ValueError, match="not supported") as refusal:
        database_url("mysql://z:secret@db/z")
    assert "secret" not in str(refusal.value)


async def test_database_that_answers_is_ready(database: Database) -> None:
    await database.ping()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all/z.db", "postgresql://z@127.0.0.1:1/z", "postgresql:///z?host=/nowhere"]
)
async def test_database_that_is_away_is_said_to_be_away(url: str, sealer: Sealer) -> None:
    database = Database(url, sealer)
    for work in (database.ping(), DatabaseRecords(database).record(samples.update())):
        with pytest.raises(OutsideDown, match="cannot be reached") as outage:
            await work
        assert outage.value.retryable
    await database.close()


async def test_database_without_its_tables_is_a_mistake_and_no_outage(tmp_path: Path, sealer: Sealer) -> None:
    database = Database(f"sqlite:///{tmp_path}/empty.db", sealer)
    with pytest.raises(OperationalError, match="no such table"):
        await DatabaseRecords(database).record(samples.update())
    await database.close()


async def test_writer_that_fails_leaves_nothing(database: Database) -> None:
    async def fails() -> None:
        async with database.writing() as session:
            connection = await session.connection()
            await connection.execute(text("INSERT INTO contract_claims VALUES ('award-1', 'loan-1')"))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        await fails()
    async with database.reading() as session:
        assert (await (await session.connection()).execute(text("SELECT * FROM contract_claims"))).all() == []


async def test_reader_sees_one_moment(database: Database) -> None:
    records, count = DatabaseRecords(database), text("SELECT count(*) FROM loans")
    async with database.reading() as session:
        connection = await session.connection()
        assert (await connection.execute(count)).scalar_one() == 0
        await records.record(samples.update())
        assert (await connection.execute(count)).scalar_one() == 0
    async with database.reading() as session:
        assert (await (await session.connection()).execute(count)).scalar_one() == 1


async def test_journal_needs_its_loan(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.writing() as session:
            await (await session.connection()).execute(
                text("INSERT INTO loan_documents VALUES ('no-loan', 'a', 1, 'x', '2026-09-18 00:00:00', '{}')")
            )


async def test_many_writers_and_readers_at_once_all_come_through(fresh_url: str, sealer: Sealer) -> None:
    databases = [Database(fresh_url, sealer) for _ in range(2)]
    everything = Scope(Role.OPERATOR, "operator")
    work = [
        DatabaseRecords(databases[number % 2]).record(
            samples.update(samples.view(f"loan-{number % 10}", sequence=number), tasks=(samples.task(),))
        )
        for number in range(60)
    ]
    reads = [LoanQueries(databases[number % 2]).loans(everything, LoanFilter(), PageRequest()) for number in range(20)]
    await asyncio.gather(*work, *reads)
    page = await LoanQueries(databases[0]).loans(everything, LoanFilter(), PageRequest())
    assert sorted(loan.sequence for loan in page.items) == list(range(50, 60))
    for database in databases:
        await database.close()
