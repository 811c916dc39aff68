"""Bringing the database to the newest schema (数据库升级), at start-up and by `python -m zhengcaidai db upgrade`."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from zhengcaidai.store.engine import database_url, open_engine, outages_named

__all__ = ["SchemaUpgrade", "upgrade"]

_LOCK = 0x7A68_656E_6763_6169
"""PostgreSQL's advisory locks are numbers that applications choose: this one is ours."""


@dataclass(frozen=True)
class SchemaUpgrade:
    """What an upgrade found and left; the two are equal if there was nothing to do."""

    before: str | None
    after: str | None


async def upgrade(url: str) -> SchemaUpgrade:
    """All or nothing, in one transaction. Of several processes at once, one works and the others wait and find it done.

    On SQLite the transaction's write lock keeps the others waiting, on PostgreSQL an advisory lock that ends with it.
    Raises ValueError for a URL that is not supported, OutsideDown while the database cannot be reached.
    """
    target = database_url(url)
    is_sqlite = target.get_backend_name() == "sqlite"
    if is_sqlite and target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(target)
    try:
        with outages_named():
            async with engine.execution_options(immediate=True).begin() as connection:
                if not is_sqlite:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                return await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> SchemaUpgrade:
    before = _revision(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return SchemaUpgrade(before, _revision(connection))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))  # its parser expands %
    config.set_main_option("path_separator", "os")
    return config
