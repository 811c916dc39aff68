"""First schema: loans with journal, deadlines, tasks and claims; account changes; products, calendars; request logs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# Schemas move forward only: the way back from a bad one is a backup, since a downgrade would drop what was recorded.
def upgrade() -> None:
    _loans()
    _parts_of_loans()
    _documents_and_tasks()
    _account_changes()
    _catalogue()
    _requests()


def _loans() -> None:
    """The loan as it is listed."""
    op.create_table(
        "loans",
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("bank_id", sa.String(), nullable=False),
        sa.Column("purchaser_id", sa.String(), nullable=True),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("award_number", sa.String(), nullable=False),
        sa.Column("filing_number", sa.String(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("principal_fen", sa.BigInteger(), nullable=False),
        sa.Column("owed_fen", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disbursed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("awaited", sa.Text(), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("suspected_fraud", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_account", sa.LargeBinary(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("loan_id"),
    )
    op.create_index("ix_loans_bank", "loans", ["bank_id", "submitted_at", "loan_id"])
    op.create_index(
        "ix_loans_breached",
        "loans",
        ["submitted_at", "loan_id"],
        sqlite_where=sa.text("breaches > 0"),
        postgresql_where=sa.text("breaches > 0"),
    )
    op.create_index(
        "ix_loans_locked",
        "loans",
        ["filing_number"],
        sqlite_where=sa.text("locked_account IS NOT NULL"),
        postgresql_where=sa.text("locked_account IS NOT NULL"),
    )
    op.create_index("ix_loans_newest", "loans", ["submitted_at", "loan_id"])
    op.create_index("ix_loans_next_due", "loans", ["next_due_at"])
    op.create_index(
        "ix_loans_overdue",
        "loans",
        ["submitted_at", "loan_id"],
        sqlite_where=sa.text("overdue = 1"),
        postgresql_where=sa.text("overdue"),
    )
    op.create_index("ix_loans_purchaser", "loans", ["purchaser_id", "submitted_at", "loan_id"])
    op.create_index("ix_loans_region", "loans", ["region", "submitted_at", "loan_id"])
    op.create_index("ix_loans_stage", "loans", ["stage", "submitted_at", "loan_id"])
    op.create_index("ix_loans_supplier", "loans", ["supplier_id", "submitted_at", "loan_id"])


def _parts_of_loans() -> None:
    """What belongs to a loan, and its claim on an award."""
    op.create_table(
        "journal",
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.loan_id"]),
        sa.PrimaryKeyConstraint("loan_id", "sequence"),
    )
    op.create_table(
        "deadlines",
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(), nullable=False),
        sa.Column("duty_of", sa.String(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder_at_due", sa.String(), nullable=True),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.loan_id"]),
        sa.PrimaryKeyConstraint("loan_id", "ordinal"),
    )
    op.create_index(
        "ix_deadlines_missed",
        "deadlines",
        ["breached_at"],
        sqlite_where=sa.text("breached_at IS NOT NULL"),
        postgresql_where=sa.text("breached_at IS NOT NULL"),
    )
    op.create_table(
        "contract_claims",
        sa.Column("award_number", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("award_number"),
    )
    op.create_index("ix_contract_claims_loan", "contract_claims", ["loan_id"])


def _documents_and_tasks() -> None:
    """Documents by hash, whose they are and in which loans; open tasks."""
    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "organisation_id"),
    )
    op.create_table(
        "loan_documents",
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loans.loan_id"]),
        sa.PrimaryKeyConstraint("loan_id", "sha256"),
    )
    op.create_index("ix_loan_documents_content", "loan_documents", ["sha256"])
    op.create_table(
        "tasks",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("task_key", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("due_order", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "subject_id", "task_key"),
    )
    op.create_index(
        "ix_tasks_inbox", "tasks", ["organisation_id", "role", "due_order", "subject", "subject_id", "task_key"]
    )


def _account_changes() -> None:
    """Account changes."""
    op.create_table(
        "account_changes",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("filing_number", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("purchaser_id", sa.String(), nullable=False),
        sa.Column("bank_id", sa.String(), nullable=True),
        sa.Column("loan_id", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("scan_sha256", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("view", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("change_id"),
    )
    op.create_index("ix_account_changes_bank", "account_changes", ["bank_id", "recorded_at", "change_id"])
    op.create_index("ix_account_changes_filing", "account_changes", ["filing_number", "recorded_at", "change_id"])
    op.create_index("ix_account_changes_loan", "account_changes", ["loan_id", "recorded_at", "change_id"])
    op.create_index("ix_account_changes_newest", "account_changes", ["recorded_at", "change_id"])
    op.create_index("ix_account_changes_purchaser", "account_changes", ["purchaser_id", "recorded_at", "change_id"])
    op.create_index("ix_account_changes_region", "account_changes", ["region", "recorded_at", "change_id"])
    op.create_index("ix_account_changes_scan", "account_changes", ["scan_sha256"])
    op.create_index("ix_account_changes_supplier", "account_changes", ["supplier_id", "recorded_at", "change_id"])


def _catalogue() -> None:
    """Products and calendars."""
    op.create_table(
        "products",
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("bank_id", sa.String(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("product", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("product_id"),
    )
    op.create_index("ix_products_bank", "products", ["bank_id", "product_id"])
    op.create_table(
        "product_regions",
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["products.product_id"]),
        sa.PrimaryKeyConstraint("region", "product_id"),
    )
    op.create_index("ix_product_regions_product", "product_regions", ["product_id"])
    op.create_table(
        "calendars",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", "version"),
    )
    op.create_index("ix_calendars_newest", "calendars", ["year", "loaded_at"])


def _requests() -> None:
    """Requests, short messages and payment checks known again."""
    op.create_table(
        "idempotency_keys",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "key"),
    )
    op.create_index("ix_idempotency_keys_expiry", "idempotency_keys", ["expires_at"])
    op.create_table(
        "sms_log",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("gateway_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_sms_log_gateway", "sms_log", ["gateway_id"], unique=True)
    op.create_table(
        "payment_checks",
        sa.Column("organisation_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("filing_number", sa.String(), nullable=False),
        sa.Column("loan_id", sa.String(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payment", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "check_id"),
    )
    op.create_index(
        "ix_payment_checks_stopped",
        "payment_checks",
        ["checked_at", "organisation_id", "check_id"],
        sqlite_where=sa.text("allowed = 0"),
        postgresql_where=sa.text("NOT allowed"),
    )
