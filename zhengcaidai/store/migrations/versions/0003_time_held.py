"""How long the bank held a loan under each of its clocks, and when the clock ended, for the banks' evaluation."""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DEADLINES = sa.table(
    "deadlines",
    sa.column("loan_id", sa.String()),
    sa.column("ordinal", sa.Integer()),
    sa.column("deadline", sa.Text()),
    sa.column("closed_at", sa.DateTime(timezone=True)),
    sa.column("held_by_bank_days", sa.Integer()),
)


def upgrade() -> None:
    """Deadlines that were recorded before are read for both: what they say is in them already."""
    op.add_column("deadlines", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deadlines", sa.Column("held_by_bank_days", sa.Integer(), nullable=True))
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index("ix_deadlines_closed", "deadlines", ["closed_at"], sqlite_where=closed, postgresql_where=closed)
    connection = op.get_bind()
    known = connection.execute(sa.select(_DEADLINES.c.loan_id, _DEADLINES.c.ordinal, _DEADLINES.c.deadline)).all()
    for loan_id, ordinal, text in known:
        deadline = json.loads(text)
        closed_at = deadline["closed_at"]
        days = sum(each["working_days"] for each in deadline["held"] if each["role"] == "bank")
        row = sa.and_(_DEADLINES.c.loan_id == loan_id, _DEADLINES.c.ordinal == ordinal)
        moment = datetime.fromisoformat(closed_at).astimezone(UTC) if closed_at else None
        connection.execute(_DEADLINES.update().where(row).values(closed_at=moment, held_by_bank_days=days))
