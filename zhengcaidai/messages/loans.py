"""How a loan's workflow begins and ends."""

from datetime import date

from zhengcaidai.messages.account_changes import AccountChangeOrder
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockRule
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage

__all__ = ["AccountChangeStart", "LoanOutcome", "LoanStart"]


class LoanStart(Frozen):
    """A new loan: the application and who handed it in. Or one that goes on: its journal and the rules it began under."""

    application: LoanApplication
    by: Principal
    key: Identifier
    journal: tuple[Entry, ...] = ()
    rules: RulesInForce | None = None
    recorded: int = 0
    """How many lines of the journal the application database has."""
    plans_submitted: tuple[str, ...] = ()
    """The fund-use plans that the treasury has been sent."""
    called_back_on: date | None = None
    """The value date of the money for which a settled loan was taken out of the files again."""


class LoanOutcome(Frozen):
    """How a loan ended."""

    loan_id: Identifier
    stage: Stage
    reason: str
    entries: int


class AccountChangeStart(Frozen):
    """An account change, the limits it runs under and the calendar they are counted on."""

    order: AccountChangeOrder
    clocks: tuple[ClockRule, ...]
    calendars: tuple[CalendarAdoption, ...]
    reported: bool = False
    """It shows itself in the operator's views, tells of breaches and of each system's yes; changes begun earlier do not."""
    lender: Product | None = None
    """The bank that waits for the change, if a loan asked for it."""
