"""The last day of a limit (期间的最后一日), counted by the Civil Code (民法典 201–204).

- 201: the day of the event is not counted; counting begins on the next day.
- A limit in working days ends with the Nth working day; one in calendar days counts every day.
- 203: a last day of rest moves to the next working day; the last day ends at 24:00, or at the close of business where
  the rule names one.
- 204 lets the law or the parties fix it otherwise: a day named by the document goes before the limit.

(law/civil-code-201, law/civil-code-203, law/civil-code-204 in the clause register.)

A pause, where the region's text knows one (luoyang/2.4): the clock runs only on days on which the materials were
complete from beginning to end. The day of the request is therefore not counted, nor is the day on which they came in,
which begins the count anew as the day of an event does (201). So a clock paused on its last day has that day left, and
a pause never makes a deadline earlier. The other reading, that the day of the request still counts, would end a limit
paused on its last day at the very moment the materials come in. A pause after the limit has passed changes nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.clocks import ClockRule, LimitUnit
from zhengcaidai.rules.runs import Run
from zhengcaidai.rules.working_days import SHANGHAI, WorkingDayCalendar, shanghai_date

__all__ = ["Due", "counted_until", "due", "end_of_day"]


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a run under one calendar."""

    day: date
    at: datetime
    paused: bool
    """The run stands still; `day` is the last day if the pause had ended on the day it began."""


def end_of_day(day: date, close_of_business: time | None) -> datetime:
    """截止时刻: 24:00 of the day, i.e. 00:00 of the next, or the close of business (民法典 203)."""
    if close_of_business is not None:
        return datetime.combine(day, close_of_business, SHANGHAI)
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def due(rule: ClockRule, run: Run, calendar: WorkingDayCalendar, *, repeat: bool) -> Due:
    """Count the limit of one run under one calendar.

    Raises InvalidInput where neither the rule nor the event gives a limit, or the date lies outside the calendar.
    """
    if run.start.fixed_due_date is not None:
        return _due(rule, calendar.working_day_on_or_after(run.start.fixed_due_date))
    remaining = rule.limit_for(repeat=repeat)
    if remaining is None:
        raise InvalidInput(
            f"“{rule.clock.title_zh}”没有期限：规则未定天数，{run.start.milestone}事件也未载明到期日。",
            f"Clock {rule.clock} has no limit: neither its rule nor the event {run.start.milestone} names one.",
            where=rule.clock,
            right="limit_days / fixed_due_date",
            clause=rule.clause,
        )
    cursor = run.started_on
    for pause in run.pauses:
        candidate = _due(rule, _last_day(rule, calendar, cursor, remaining))
        if candidate.at <= pause.paused_at:
            return candidate
        paused_on = max(cursor, shanghai_date(pause.paused_at))
        remaining -= min(remaining - 1, _days_inside(rule, calendar, cursor, paused_on))
        if pause.resumed_at is None:
            return _due(rule, _last_day(rule, calendar, paused_on, remaining), paused=True)
        cursor = max(paused_on, shanghai_date(pause.resumed_at))
    return _due(rule, _last_day(rule, calendar, cursor, remaining))


def counted_until(rule: ClockRule, run: Run, calendar: WorkingDayCalendar, until: date) -> int:
    """How many days of the run were counted up to and including `until`, in the rule's unit."""
    total, cursor = 0, run.started_on
    for pause in run.pauses:
        paused_on = max(cursor, shanghai_date(pause.paused_at))
        if paused_on > until:
            break
        total += _days_inside(rule, calendar, cursor, paused_on)
        if pause.resumed_at is None:
            return total
        cursor = max(paused_on, shanghai_date(pause.resumed_at))
    return total + _days_inside(rule, calendar, cursor, until + timedelta(days=1))


def _due(rule: ClockRule, day: date, *, paused: bool = False) -> Due:
    return Due(day, end_of_day(day, rule.close_of_business), paused)


def _last_day(rule: ClockRule, calendar: WorkingDayCalendar, start: date, days: int) -> date:
    if rule.unit is LimitUnit.WORKING_DAY:
        return calendar.add_working_days(start, days)
    return calendar.working_day_on_or_after(start + timedelta(days=days))


def _days_inside(rule: ClockRule, calendar: WorkingDayCalendar, after: date, before: date) -> int:
    """Days strictly between two dates, in the rule's unit."""
    if before <= after:
        return 0
    if rule.unit is LimitUnit.WORKING_DAY:
        return calendar.working_days_between(after, before - timedelta(days=1))
    return (before - after).days - 1
