"""Who works on a task, and who stands in for whom."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_DUE_FIRST = ["due_order", "subject", "subject_id", "task_key"]


def upgrade() -> None:
    """Open tasks stay as they are, nobody's."""
    op.add_column("tasks", sa.Column("claimed_by", sa.String(), nullable=True))
    op.add_column("tasks", sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tasks", sa.Column("claimed_from", sa.String(), nullable=True))
    op.create_index(
        "ix_tasks_unclaimed",
        "tasks",
        ["organisation_id", "role", *_DUE_FIRST],
        sqlite_where=sa.text("claimed_by IS NULL"),
        postgresql_where=sa.text("claimed_by IS NULL"),
    )
    op.create_index(
        "ix_tasks_claimed",
        "tasks",
        ["organisation_id", "role", "claimed_by", *_DUE_FIRST],
        sqlite_where=sa.text("claimed_by IS NOT NULL"),
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_table(
        "substitutes",
        sa.Column("substitution_id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("substitute", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("substitution_id"),
    )
    op.create_index("ix_substitutes_newest", "substitutes", ["organisation_id", "role", "substitution_id"])
    op.create_index("ix_substitutes_standing_in", "substitutes", ["organisation_id", "role", "substitute", "ends_on"])
