"""Who held the loan how long (占用时间): working days by party, which a bank's evaluation counts (luoyang/3.2)."""

from datetime import date, datetime

from zhengcaidai.messages.clocks import HeldTime, Mark
from zhengcaidai.messages.parties import Role
from zhengcaidai.rules.working_days import WorkingDayCalendar, shanghai_date

__all__ = ["holder_before", "holding"]


def holder_before(marks: tuple[Mark, ...], moment: datetime) -> Role | None:
    """The party with whom the loan lay just before that moment; `marks` in order of time."""
    return next((mark.holder for mark in reversed(marks) if mark.at < moment and mark.holder is not None), None)


def holding(marks: tuple[Mark, ...], calendar: WorkingDayCalendar, since: date, until: date) -> tuple[HeldTime, ...]:
    """Working days after `since` up to and including `until`, by the party that held the loan.

    Dates are counted, not hours: a working day belongs to the party that held the loan when the day began, so the day
    on which it is handed over is still the giver's, as the day of an event does not count for what follows from it
    (民法典 201). The days add up to all working days of the span; days before the first holder are nobody's.
    `marks` in order of time.
    """
    days: dict[Role, int] = {}
    handed_over = [(shanghai_date(mark.at), mark.holder) for mark in marks if mark.holder is not None]
    for index, (day, holder) in enumerate(handed_over):
        end = handed_over[index + 1][0] if index + 1 < len(handed_over) else until
        held = calendar.working_days_between(max(day, since), min(end, until))
        if held:
            days[holder] = days.get(holder, 0) + held
    return tuple(HeldTime(role=role, working_days=days[role]) for role in Role if role in days)
