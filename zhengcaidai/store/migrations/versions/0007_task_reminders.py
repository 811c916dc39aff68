"""Which organisations have reminded of a task, and when last."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has reminded of the tasks that are open."""
    op.add_column("tasks", sa.Column("reminders", sa.Text(), nullable=True))
