"""Which loan is open on a contract is asked before its account is changed, by the contract's number."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An index; nothing is written."""
    op.create_index("ix_loans_contract", "loans", ["filing_number"])
