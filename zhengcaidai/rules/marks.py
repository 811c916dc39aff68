"""What the journal leaves on a loan's timeline (时限事件): marks from which every clock is computed."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from zhengcaidai.messages.clocks import Mark, Milestone
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.working_days import SHANGHAI

__all__ = ["dated", "ended", "marked"]

_WITHIN_LIVING_MEMORY = timedelta(days=3 * 366)
"""Far longer than any award waits for its contract, and well inside the working-day calendar."""


def marked(
    loan: Loan,
    milestone: Milestone,
    at: datetime,
    holder: Role | None = None,
    *,
    reference: str = "",
    fixed_due_date: date | None = None,
) -> Loan:
    """The loan with one mark more; from then on it lies with `holder` (luoyang/3.2: who held it how long)."""
    mark = Mark(milestone=milestone, at=at, holder=holder, reference=reference, fixed_due_date=fixed_due_date)
    return replace(loan, timeline=loan.timeline.with_mark(mark))


def dated(loan: Loan, milestone: Milestone, day: date, entry: Entry) -> Loan:
    """A date as another system has it (luoyang/2.2). One from long ago, or a slip of the pen, times nothing in this loan."""
    moment = datetime.combine(day, time(), SHANGHAI)
    return marked(loan, milestone, moment) if abs(entry.at - moment) <= _WITHIN_LIVING_MEMORY else loan


def ended(loan: Loan, entry: Entry, stage: Stage, reason: str) -> Loan:
    """提前终结: the stage in which the loan ends, why, and the end of every open clock."""
    return marked(replace(loan, stage=stage, end_reason=reason), Milestone.ENDED, entry.at)
