"""Which SQL a piece of work sends."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from zhengcaidai.store.engine import Database


@contextmanager
def statements_of(database: Database) -> Iterator[list[str]]:
    """All statements but the BEGIN that SQLite is sent as one, and that PostgreSQL's driver sends by itself."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
