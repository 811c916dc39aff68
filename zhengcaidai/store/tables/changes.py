"""Account changes."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from zhengcaidai.messages.records import ChangeView
from zhengcaidai.store.columns import Instant, Sealed
from zhengcaidai.store.tables.base import Row

__all__ = ["AccountChangeRow"]

_NEWEST = ("recorded_at", "change_id")


class AccountChangeRow(Row, table=True):
    """合同账户变更: what it is found by, and the whole of it sealed, since it holds account numbers."""

    __tablename__ = "account_changes"
    __table_args__ = (
        Index("ix_account_changes_newest", *_NEWEST),
        Index("ix_account_changes_supplier", "supplier_id", *_NEWEST),
        Index("ix_account_changes_purchaser", "purchaser_id", *_NEWEST),
        Index("ix_account_changes_bank", "bank_id", *_NEWEST),
        Index("ix_account_changes_region", "region", *_NEWEST),
        Index("ix_account_changes_filing", "filing_number", *_NEWEST),
        Index("ix_account_changes_loan", "loan_id", *_NEWEST),
        Index("ix_account_changes_scan", "scan_sha256"),
    )

    change_id: str = Field(primary_key=True)
    region: str
    filing_number: str
    supplier_id: str
    purchaser_id: str
    bank_id: str | None
    """The bank whose consent is asked for, if any."""
    loan_id: str | None
    stage: str
    scan_sha256: str | None
    sequence: int
    recorded_at: datetime = Field(sa_type=Instant)
    """When it was first recorded: the order of lists, which an update must not disturb."""
    view: ChangeView = Field(sa_column=Column(Sealed(ChangeView, "account_changes.view"), nullable=False))
