"""The versions of the schema."""

from alembic.script import ScriptDirectory

from zhengcaidai.store.migrate import _config


def newest_revision() -> str | None:
    """The schema that the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()
