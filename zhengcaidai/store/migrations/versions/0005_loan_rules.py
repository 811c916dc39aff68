"""What each settled loan went by, so that it goes on under the same when it is taken out of the files."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Loans settled before have none."""
    op.create_table(
        "loan_rules",
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("rules", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.loan_id"]),
        sa.PrimaryKeyConstraint("loan_id"),
    )
