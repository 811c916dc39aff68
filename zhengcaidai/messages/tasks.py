"""待办: what a loan or an account change waits for, of whom, until when, why and by which clause; who works on it, who reminds."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.parties import Principal, Role

__all__ = ["LoanView", "Reminder", "Reminders", "Substitution", "Task", "TaskClaim", "TaskId"]

TaskId = Annotated[
    str,
    StringConstraints(pattern=r"^(loan|account_change):[A-Za-z0-9][A-Za-z0-9._:-]{0,79}:[0-9a-f]{16}-[1-9]\d{0,3}$"),
]
"""待办编号: what the task belongs to, and a key that stays the same for as long as the same is asked."""


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
    reference: str = ""
    """Which of several, where the same may be asked more than once at a time: the court order's number (法院文书号)."""


class TaskClaim(Frozen):
    """认领: who of the organisation works on a task, and since when. It decides nothing about what a loan accepts."""

    task_id: TaskId
    claimed_by: Identifier | None
    """None: nobody's; whoever of the organisation comes first may claim it."""
    claimed_at: AwareDatetime | None
    claimed_from: Identifier | None = None
    """The colleague who handed it over, or for whom a substitute took it; he may take it back."""


class Reminder(Frozen):
    """催办: who reminded the organisation that a task awaits, and when. Like a claim it decides nothing about the loan."""

    reminded_by: Principal
    reminded_at: AwareDatetime


class Reminders(Frozen):
    """Of each organisation that has reminded of a task the last one; the newest stands last."""

    of_each: tuple[Reminder, ...]


class Substitution(Frozen):
    """代办: a colleague stands in for a user of the same organisation and role, both days included."""

    substitution_id: Identifier
    user_id: Identifier
    """被代办人, who has named the substitute."""
    substitute: Identifier
    starts_on: date
    ends_on: date


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
