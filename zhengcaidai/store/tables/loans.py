"""Loans, their journal and deadlines, and which loan has which contract under finance."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.store.columns import Instant, Message, Roles, Sealed
from zhengcaidai.store.tables.base import Row

__all__ = ["ClaimRow", "DeadlineRow", "EntryRow", "LoanRow", "LoanRulesRow"]

_NEWEST = ("submitted_at", "loan_id")
_BREACHED = "breaches > 0"
_LOCKED = "locked_account IS NOT NULL"
_MISSED = "breached_at IS NOT NULL"
_CLOSED = "closed_at IS NOT NULL"


class LoanRow(Row, table=True):
    """贷款: `LoanView` column by column, and what is locked and owed. Replaced as a whole when its sequence rises."""

    __tablename__ = "loans"
    __table_args__ = (
        Index("ix_loans_newest", *_NEWEST),
        Index("ix_loans_supplier", "supplier_id", *_NEWEST),
        Index("ix_loans_bank", "bank_id", *_NEWEST),
        Index("ix_loans_purchaser", "purchaser_id", *_NEWEST),
        Index("ix_loans_region", "region", *_NEWEST),
        Index("ix_loans_stage", "stage", *_NEWEST),
        Index("ix_loans_breached", *_NEWEST, sqlite_where=text(_BREACHED), postgresql_where=text(_BREACHED)),
        Index("ix_loans_overdue", *_NEWEST, sqlite_where=text("overdue = 1"), postgresql_where=text("overdue")),
        Index("ix_loans_next_due", "next_due_at"),
        Index("ix_loans_contract", "filing_number"),
        Index("ix_loans_locked", "filing_number", sqlite_where=text(_LOCKED), postgresql_where=text(_LOCKED)),
    )

    loan_id: str = Field(primary_key=True)
    region: str
    stage: str
    supplier_id: str
    bank_id: str
    purchaser_id: str | None
    product_id: str
    award_number: str
    filing_number: str | None
    amount_fen: int = Field(sa_type=BigInteger)
    principal_fen: int = Field(sa_type=BigInteger)
    owed_fen: int = Field(sa_type=BigInteger)
    submitted_at: datetime = Field(sa_type=Instant)
    disbursed_on: date | None
    due_on: date | None
    awaited: tuple[Role, ...] = Field(sa_column=Column(Roles, nullable=False))
    next_due_at: datetime | None = Field(sa_type=Instant)
    breaches: int
    overdue: bool
    frozen: bool
    suspected_fraud: bool
    sequence: int
    updated_at: datetime = Field(sa_type=Instant)

    locked_account: Account | None = Field(sa_column=Column(Sealed(Account, "loans.locked_account")))
    """锁定账户, while the loan holds it."""
    statement: Statement | None = Field(sa_column=Column(Message(Statement)))


class EntryRow(Row, table=True):
    """流水: one line of a loan's journal, sealed; added, never changed."""

    __tablename__ = "journal"

    loan_id: str = Field(primary_key=True, foreign_key="loans.loan_id")
    sequence: int = Field(primary_key=True)
    kind: str
    at: datetime = Field(sa_type=Instant)
    entry: Entry = Field(sa_column=Column(Sealed(Entry, "journal.entry"), nullable=False))


class DeadlineRow(Row, table=True):
    """时限: one clock of a loan as of its last update; all of a loan's are replaced together."""

    __tablename__ = "deadlines"
    __table_args__ = (
        Index("ix_deadlines_missed", "breached_at", sqlite_where=text(_MISSED), postgresql_where=text(_MISSED)),
        Index("ix_deadlines_closed", "closed_at", sqlite_where=text(_CLOSED), postgresql_where=text(_CLOSED)),
    )

    loan_id: str = Field(primary_key=True, foreign_key="loans.loan_id")
    ordinal: int = Field(primary_key=True)
    clock: str
    duty_of: str
    counts: bool
    due_at: datetime = Field(sa_type=Instant)
    breached_at: datetime | None = Field(sa_type=Instant)
    holder_at_due: str | None
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    held_by_bank_days: int | None = None
    """占用工作日: those of the clock on which the loan lay with the bank."""
    deadline: Deadline = Field(sa_column=Column(Message(Deadline), nullable=False))


class LoanRulesRow(Row, table=True):
    """适用规则: what a settled loan went by, for the day it is taken out of the files; sealed, since it names a contact."""

    __tablename__ = "loan_rules"

    loan_id: str = Field(primary_key=True, foreign_key="loans.loan_id")
    rules: RulesInForce = Field(sa_column=Column(Sealed(RulesInForce, "loan_rules.rules"), nullable=False))


class ClaimRow(Row, table=True):
    """融资占用: the award is under finance by this loan; its key is what makes the second one fail (重复融资)."""

    __tablename__ = "contract_claims"
    __table_args__ = (Index("ix_contract_claims_loan", "loan_id"),)

    award_number: str = Field(primary_key=True)
    loan_id: str
