"""What has to be said about a deadline, and when (提醒与超时通报): each thing once, derived from what was sent.

- Reminder: so many working days before the last day, at 09:00. Where that moment is past because the deadline moved,
  at the next working hour, as long as the limit has not passed. None on or before the day of the start.
- Breach: at `due_at`, day or night, since it is a fact on record.
- Repetition while it lasts (luoyang/3.1): 09:00 of the 1st to 5th working day after the last day, then every 5th until
  the 60th, then every 20th. What was missed meanwhile is not sent in a heap: only the newest repetition is due.

One alarm exists per (clock, version of its deadline, threshold). A paused clock says nothing. Of a product's promise
and the region's limit only the one that counts is reminded of; the breach of either is told, except a promise's that
is looser than the region's limit.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time

from zhengcaidai.messages.alarms import Alarm, AlarmKey, Threshold
from zhengcaidai.messages.clocks import ClockStatus, Deadline, RuleOrigin
from zhengcaidai.messages.orders import BreachReport
from zhengcaidai.rules.working_days import SHANGHAI, WorkingDayCalendar, shanghai_date

__all__ = ["WORK_BEGINS", "WORK_ENDS", "breach_report", "due_alarms", "next_alarm"]

WORK_BEGINS, WORK_ENDS = time(9), time(17)
"""The hours of a working day in which people are reminded, set by the platform."""

DAILY_UNTIL, WEEKLY_UNTIL = 5, 60
"""Working days after the last day: repeated each day, then each 5th, then each 20th."""
WEEK, MONTH = 5, 20


def next_alarm(
    deadlines: Iterable[Deadline], sent: Collection[str], calendar: WorkingDayCalendar, now: datetime
) -> Alarm | None:
    """The earliest thing not said yet: due if not after `now`, else what to sleep for; None = nothing to come."""
    found = _alarms(deadlines, sent, calendar, now)
    return min(found, key=lambda alarm: (alarm.at, alarm.key), default=None)


def due_alarms(
    deadlines: Iterable[Deadline], sent: Collection[str], calendar: WorkingDayCalendar, now: datetime
) -> tuple[Alarm, ...]:
    """All that has to be said now, oldest first."""
    found = (alarm for alarm in _alarms(deadlines, sent, calendar, now) if alarm.at <= now)
    return tuple(sorted(found, key=lambda alarm: (alarm.at, alarm.key)))


def breach_report(
    alarm: Alarm,
    *,
    key: str,
    loan_id: str | None,
    region: str,
    bank_id: str | None,
    at: datetime,
    change_id: str | None = None,
) -> BreachReport:
    """超时通报 of a breach or its repetition, for the finance bureau and the bank's head office (luoyang/3.1)."""
    deadline = alarm.deadline
    return BreachReport(
        key=key,
        loan_id=loan_id,
        change_id=change_id,
        region=region,
        bank_id=bank_id,
        clock=deadline.clock,
        clause=deadline.clause,
        duty_of=deadline.duty_of,
        holder=deadline.holder_at_due,
        due_at=deadline.due_at,
        days=alarm.days,
        reported_at=at,
    )


def _alarms(
    deadlines: Iterable[Deadline], sent: Collection[str], calendar: WorkingDayCalendar, now: datetime
) -> list[Alarm]:
    found: list[Alarm] = []
    for deadline in deadlines:
        if deadline.status is ClockStatus.RUNNING:
            found += _reminders(deadline, sent, calendar, now)
        if deadline.counts or deadline.origin is not RuleOrigin.PRODUCT:
            found += _breaches(deadline, sent, calendar, now)
    return found


def _alarm(deadline: Deadline, threshold: Threshold, days: int, at: datetime) -> Alarm:
    key = AlarmKey(deadline.version, threshold, days)
    return Alarm(key=str(key), threshold=threshold, days=days, at=at, deadline=deadline)


def _reminders(deadline: Deadline, sent: Collection[str], calendar: WorkingDayCalendar, now: datetime) -> list[Alarm]:
    """The reminders of a running clock; of several already past only the one nearest to the last day is said."""
    if not deadline.counts or now >= deadline.due_at:
        return []
    coming: list[Alarm] = []
    for days in sorted(deadline.remind_before_days, reverse=True):
        day = calendar.working_day_before(deadline.due_date, days)
        if day <= deadline.started_on:
            continue  # the start itself was told on that day or later
        alarm = _alarm(deadline, Threshold.REMINDER, days, _nine_o_clock(day))
        if alarm.at <= now:
            coming = [alarm.model_copy(update={"at": _within_working_hours(calendar, now)})]
        elif alarm.at < deadline.due_at:
            coming = [*(each for each in coming if each.at < alarm.at), alarm]
    return [alarm for alarm in coming if alarm.key not in sent and alarm.at < deadline.due_at]


def _breaches(deadline: Deadline, sent: Collection[str], calendar: WorkingDayCalendar, now: datetime) -> list[Alarm]:
    if deadline.status is ClockStatus.RUNNING:
        return [_alarm(deadline, Threshold.BREACH, 0, deadline.due_at)]
    if deadline.breached_at is None:
        return []
    breach = _alarm(deadline, Threshold.BREACH, 0, deadline.breached_at)
    if breach.key not in sent:
        return [breach]
    return [_repetition(deadline, sent, calendar, now)] if deadline.status is ClockStatus.BREACHED else []


def _repetition(deadline: Deadline, sent: Collection[str], calendar: WorkingDayCalendar, now: datetime) -> Alarm:
    """The newest repetition that is due and unsaid, else the next one to come."""
    elapsed = calendar.working_days_between(deadline.due_date, shanghai_date(now))
    step = _last_step(elapsed)
    if step and now < _repetition_at(calendar, deadline, step):
        step = _last_step(step - 1)
    if step:
        newest = _alarm(deadline, Threshold.REPEAT, step, _repetition_at(calendar, deadline, step))
        if newest.key not in sent:
            return newest
    following = _next_step(step)
    return _alarm(deadline, Threshold.REPEAT, following, _repetition_at(calendar, deadline, following))


def _repetition_at(calendar: WorkingDayCalendar, deadline: Deadline, days: int) -> datetime:
    return _nine_o_clock(calendar.add_working_days(deadline.due_date, days))


def _last_step(days: int) -> int:
    """The last working day after the limit, not later than `days`, on which a breach is repeated; 0 = none."""
    if days <= DAILY_UNTIL:
        return max(days, 0)
    return days - days % WEEK if days <= WEEKLY_UNTIL else days - (days - WEEKLY_UNTIL) % MONTH


def _next_step(step: int) -> int:
    if step < DAILY_UNTIL:
        return step + 1
    return step + (WEEK if step < WEEKLY_UNTIL else MONTH)


def _nine_o_clock(day: date) -> datetime:
    return datetime.combine(day, WORK_BEGINS, SHANGHAI)


def _within_working_hours(calendar: WorkingDayCalendar, moment: datetime) -> datetime:
    """That moment if people are at work, else the next 09:00 of a working day."""
    local = moment.astimezone(SHANGHAI)
    day = calendar.working_day_on_or_after(local.date())
    if day != local.date() or local.time() < WORK_BEGINS:
        return _nine_o_clock(day)
    return local if local.time() < WORK_ENDS else _nine_o_clock(calendar.add_working_days(day, 1))
