"""The migrations make the tables that the code uses, however often and from however many processes they are run."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Queue

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from tests.store import samples
from tests.store.conftest import Fresh, administer, in_database
from tests.store.revisions import newest_revision
from zhengcaidai.messages.clocks import ClockId, HeldTime
from zhengcaidai.messages.parties import SYSTEM, Role
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.migrate import SchemaUpgrade, _config, upgrade
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import Row
from zhengcaidai.store.tasks import Inbox

NUMBERS = count()


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database without any table; for SQLite, in a folder that is not there yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/100% 新/z.db"
        return
    server, name = request.getfixturevalue("postgresql_url"), f"empty_{next(NUMBERS)}"
    await administer(server, f"CREATE DATABASE {name}")
    yield in_database(server, name)
    await administer(server, f"DROP DATABASE {name}")


async def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, Row.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_difference_would_be_seen(fresh: Fresh, sealer: Sealer) -> None:
    """The check above can fail: it sees a table, a column and an index that are missing."""
    database = Database(await fresh(), sealer)

    def differences(connection: Connection) -> set[str]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Row.metadata)
        return {(each[0][0] if isinstance(each, list) else each[0]) for each in found}

    async with database.writing() as session:
        connection = await session.connection()
        await connection.execute(text("DROP INDEX ix_loans_bank"))
        await connection.execute(text("ALTER TABLE sms_log DROP COLUMN status"))
        await connection.execute(text("DROP TABLE calendars"))
    async with database.engine.connect() as connection:
        assert {"add_index", "add_column", "add_table"} <= await connection.run_sync(differences)
    await database.close()


async def test_second_upgrade_changes_nothing(empty_url: str, sealer: Sealer) -> None:
    newest = newest_revision()
    assert await upgrade(empty_url) == SchemaUpgrade(None, newest)
    database = Database(empty_url, sealer)
    await DatabaseRecords(database).record(samples.update(entries=(samples.entry(1),)))
    assert await upgrade(empty_url) == SchemaUpgrade(newest, newest)
    assert await DatabaseRecords(database).journal("loan-1", 0) == (samples.entry(1),)
    await database.close()


def to_schema(connection: Connection, revision: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_tasks_recorded_under_the_first_schema_are_still_there_and_nobodys(
    empty_url: str, sealer: Sealer, tmp_path: Path
) -> None:
    (tmp_path / "100% 新").mkdir()
    database = Database(empty_url, sealer)
    async with database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(lambda made: to_schema(made, "0001"))
        await connection.execute(
            text(
                "INSERT INTO tasks VALUES ('loan', 'loan-1', '3f2a91c07d5e4b68-1', 0, 'bank-1', 'bank', "
                "'2026-09-18 02:30:00', :task)"
            ),
            {"task": samples.task().model_dump_json()},
        )
    assert await upgrade(empty_url) == SchemaUpgrade("0001", newest_revision())
    (item,) = (await Inbox(database).tasks(samples.BANK, PageRequest(), samples.NOW.date())).items
    assert (item.task, item.claim.claimed_by, item.reminder) == (samples.task(), None, None)
    await database.close()


@pytest.mark.clause("luoyang/3.2")
async def test_deadlines_recorded_under_an_earlier_schema_say_how_long_the_bank_held(
    empty_url: str, sealer: Sealer, tmp_path: Path
) -> None:
    (tmp_path / "100% 新").mkdir()
    database = Database(empty_url, sealer)
    held = (HeldTime(role=Role.BANK, working_days=3), HeldTime(role=Role.SUPPLIER, working_days=2))
    recorded = (samples.deadline(closed_at=samples.NOW, held=held), samples.deadline(ClockId.DISBURSEMENT))
    async with database.writing() as session:
        await (await session.connection()).run_sync(lambda connection: to_schema(connection, "0002"))
    await DatabaseRecords(database).record(samples.update())
    async with database.writing() as session:
        for ordinal, deadline in enumerate(recorded):
            await (await session.connection()).execute(
                text(
                    "INSERT INTO deadlines (loan_id, ordinal, clock, duty_of, counts, due_at, deadline) "
                    "VALUES ('loan-1', :ordinal, :clock, 'bank', TRUE, '2026-09-24 16:00:00', :deadline)"
                ),
                {"ordinal": ordinal, "clock": deadline.clock.value, "deadline": deadline.model_dump_json()},
            )
    assert await upgrade(empty_url) == SchemaUpgrade("0002", newest_revision())
    (time,) = await LoanQueries(database).bank_times(Scope.of(SYSTEM), "bank-1")
    assert (time.clock, time.ended, time.held_working_days) == (ClockId.FINANCING, 1, 3)
    await database.close()


def upgrade_in_a_process(url: str, start: Barrier, told: "Queue[tuple[str | None, str | None] | str]") -> None:
    start.wait(timeout=50)
    try:
        done = asyncio.run(upgrade(url))
        told.put((done.before, done.after))
    except Exception as error:  # noqa: BLE001
        told.put(repr(error))


async def test_of_several_processes_at_once_one_upgrades_and_the_others_find_it_done(empty_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    start, told = spawn.Barrier(3), spawn.Queue()
    processes = [spawn.Process(target=upgrade_in_a_process, args=(empty_url, start, told)) for _ in range(3)]
    for process in processes:
        process.start()
    answers = [told.get(timeout=50) for _ in processes]
    for process in processes:
        process.join()
    newest = newest_revision()
    assert sorted(answers, key=str) == sorted([(None, newest), *[(newest, newest)] * 2], key=str)


async def test_upgrade_that_fails_leaves_the_database_as_it_was(empty_url: str) -> None:
    """A table of ours is there already, made by somebody else: nothing is made beside it."""
    await upgrade(empty_url)
    database = Database(empty_url, Sealer({"k": bytes(32)}, "k"))
    async with database.writing() as session:
        connection = await session.connection()
        for table in reversed(Row.metadata.sorted_tables):
            if table.name != "sms_log":
                await connection.execute(text(f"DROP TABLE {table.name}"))
        await connection.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(Exception, match="sms_log"):
        await upgrade(empty_url)
    async with database.engine.connect() as connection:
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if database.is_sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        tables = (await connection.execute(text(query))).scalars().all()
    assert sorted(tables) == ["alembic_version", "sms_log"]
    await database.close()
