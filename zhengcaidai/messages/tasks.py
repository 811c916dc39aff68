"""待办: what a loan or an account change waits for, of whom, until when, why and by which clause."""

from datetime import date

from pydantic import AwareDatetime

from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.parties import Role

__all__ = ["LoanView", "Task"]


class Task(Frozen):
    """One thing asked of one party; `actions` are the steps that answer it, any one of them."""

    actions: tuple[str, ...]
    role: Role
    organisation_id: Identifier
    zh: str
    en: str
    clause: str | None = None
    clock: ClockId | None = None
    due_at: AwareDatetime | None = None
    provisional: bool = False


class LoanView(Frozen):
    """What is listed and counted of a loan: the projection's row, written after each change (status is derived, never set)."""

    loan_id: Identifier
    region: str
    stage: str
    supplier_id: Identifier
    bank_id: Identifier
    purchaser_id: Identifier | None
    product_id: Identifier
    award_number: FilingNumber
    filing_number: FilingNumber | None
    amount_fen: int
    principal_fen: int
    owed_fen: int
    submitted_at: AwareDatetime
    disbursed_on: date | None
    due_on: date | None
    awaited: tuple[Role, ...]
    next_due_at: AwareDatetime | None
    breaches: int
    overdue: bool
    frozen: bool
    suspected_fraud: bool
    sequence: int
    updated_at: AwareDatetime
