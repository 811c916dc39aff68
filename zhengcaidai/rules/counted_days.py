"""Each day of a deadline (逐日说明): counted or not, and why (law/civil-code-201, law/civil-code-203).

The same dates that `due_dates` counts, one by one.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from zhengcaidai.messages.clocks import CountedDay, CountReason, Deadline, LimitUnit
from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["counted_days"]


def counted_days(deadline: Deadline, calendar: WorkingDayCalendar) -> tuple[CountedDay, ...]:
    """From the day of the start to the last day; `calendar` is the one that the deadline was counted under.

    While a clock is paused the days after the pause's first are those that would count if it ended at once.
    """
    return tuple(_days(deadline, calendar))


def _days(deadline: Deadline, calendar: WorkingDayCalendar) -> Iterator[CountedDay]:
    yield _day(calendar, deadline.started_on, CountReason.START_DAY)
    if deadline.limit_days is None:
        yield from _fixed(deadline, calendar)
        return
    ordinal, day = 0, deadline.started_on
    while day < deadline.due_date:
        day += timedelta(days=1)
        if _is_paused(deadline, day):
            yield _day(calendar, day, CountReason.PAUSED)
        elif deadline.unit is LimitUnit.WORKING_DAY and not calendar.is_working_day(day):
            yield _day(calendar, day, CountReason.REST_DAY)
        elif ordinal == deadline.limit_days:
            yield _day(calendar, day, CountReason.MOVED)
        else:
            ordinal += 1
            yield _day(calendar, day, CountReason.COUNTED, ordinal)


def _fixed(deadline: Deadline, calendar: WorkingDayCalendar) -> Iterator[CountedDay]:
    """The day that the document names and, if it is one of rest, the days up to the next working day (law/civil-code-203).

    A day named that a later calendar has made a working day is left out: the last day stays where it was moved to.
    """
    named = deadline.named_date
    if named is None or calendar.is_working_day(named):
        yield _day(calendar, deadline.due_date, CountReason.FIXED)
        return
    yield _day(calendar, named, CountReason.FIXED)
    for days in range(1, (deadline.due_date - named).days + 1):
        yield _day(calendar, named + timedelta(days=days), CountReason.MOVED)


def _is_paused(deadline: Deadline, day: date) -> bool:
    """The days on which a pause begins and ends are both not counted; the last day of a limit never lies in a pause."""
    return day < deadline.due_date and any(
        each.paused_on <= day <= (each.resumed_on or each.paused_on) for each in deadline.pauses
    )


def _day(calendar: WorkingDayCalendar, day: date, reason: CountReason, ordinal: int | None = None) -> CountedDay:
    return CountedDay(
        date=day,
        counted=ordinal is not None,
        reason=reason,
        kind=calendar.kind(day),
        holidays=calendar.holidays(day),
        ordinal=ordinal,
        provisional=calendar.is_provisional(day),
    )
