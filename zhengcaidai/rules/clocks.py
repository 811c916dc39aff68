"""Deadlines (到期): a pure function of rules, append-only events and the calendars that a loan adopted.

A clock is counted under the calendar in force at the time. As long as it is neither met nor missed, a calendar adopted
later counts it anew, paused or not; once it is, no later calendar touches it. That follows from the dates of the
adoptions alone, so nothing needs to be frozen or stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import (
    ClockId,
    ClockRule,
    ClockStatus,
    Deadline,
    LimitUnit,
    Milestone,
    PausePeriod,
    RuleOrigin,
    Timeline,
)
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.rules.due_dates import Due, counted_until, due
from zhengcaidai.rules.holding import holder_before, holding
from zhengcaidai.rules.runs import Run, marks_until, runs
from zhengcaidai.rules.working_days import WorkingDayCalendar, calendar_in_force, shanghai_date

__all__ = ["calendar_of", "deadlines", "moved", "promise_rule"]


@dataclass(frozen=True, slots=True)
class _Counted:
    """One run, counted under the calendar that holds for it."""

    due: Due
    calendar: WorkingDayCalendar
    adopted_at: datetime


def deadlines(
    rules: Iterable[ClockRule],
    timeline: Timeline,
    calendars: tuple[CalendarAdoption, ...],
    now: datetime,
    *,
    repeat: bool,
) -> tuple[Deadline, ...]:
    """Every clock that has started by `now`, as it stands then.

    `calendars`: the loan's adoptions in their order; the first holds from the beginning, whatever its date.
    `repeat`: 再次贷款, the supplier had a loan disbursed before (kunming/4.2).
    Raises InvalidInput for a clock without a limit or a date outside the calendar.
    """
    rules = tuple(rules)
    adopted = tuple(each for number, each in enumerate(calendars) if number == 0 or each.at <= now)
    found = tuple(
        _deadline(rule, run, _count(rule, run, adopted, repeat=repeat), timeline, now, repeat=repeat)
        for rule in rules
        for run in runs(rule, timeline, now)
    )
    tightening = {rule.tightens for rule in rules if rule.tightens is not None}
    return _settle_competition(found, tightening) if tightening else found


def moved(before: Iterable[Deadline], after: Iterable[Deadline]) -> tuple[tuple[Deadline, Deadline], ...]:
    """期限变动: the clocks whose due moment differs, old and new, after a calendar or a start date changed."""
    old = {each.name: each for each in before}
    return tuple((old[each.name], each) for each in after if each.name in old and old[each.name].due_at != each.due_at)


def calendar_of(deadline: Deadline, calendars: tuple[CalendarAdoption, ...]) -> WorkingDayCalendar:
    """The calendar under which that deadline was counted."""
    until = deadline.calendar_adopted_at
    return calendar_in_force(each for number, each in enumerate(calendars) if number == 0 or each.at <= until)


def promise_rule(profile: RegionProfile, product_id: str, promise_days: int) -> ClockRule:
    """服务承诺: a product's own promise as a rule beside the region's (kunming/5.2).

    It runs from acceptance to the step that the region's text limits: to disbursement where one limit covers approval
    and disbursement (Kunming), else to the decision, with the pauses of the region's clock.
    """
    rivals = (profile.clock(ClockId.FINANCING), profile.clock(ClockId.APPROVAL))
    rival = next((each for each in rivals if each is not None), None)
    return ClockRule(
        clock=ClockId.PRODUCT_PROMISE,
        starts=rival.starts if rival else (Milestone.ACCEPTED,),
        ends=rival.ends if rival else (Milestone.DECIDED,),
        limit_days=promise_days,
        unit=LimitUnit.WORKING_DAY,
        pauses_from=rival.pauses_from if rival else (),
        resumes_on=rival.resumes_on if rival else (),
        pause_clause=rival.pause_clause if rival else None,
        close_of_business=rival.close_of_business if rival else None,
        duty_of=Role.BANK,
        clause=f"product:{product_id}",
        origin=RuleOrigin.PRODUCT,
        set_by=product_id,
        remind_before_days=rival.remind_before_days if rival else (1,),
        tightens=rival.clock if rival else None,
    )


def _count(rule: ClockRule, run: Run, adopted: tuple[CalendarAdoption, ...], *, repeat: bool) -> _Counted:
    """Count under each calendar in turn until the clock was met or missed before the next one was adopted."""
    for number, adoption in enumerate(adopted, start=1):
        calendar = calendar_in_force(adopted[:number])
        counted = _Counted(due(rule, run, calendar, repeat=repeat), calendar, adoption.at)
        if number == len(adopted):
            return counted
        next_at = adopted[number].at
        missed = not counted.due.paused and counted.due.at <= next_at
        if missed or (run.closed_at is not None and run.closed_at < next_at):
            return counted
    raise ValueError("a loan has at least one calendar: the first adoption is made when it begins")


def _status(run: Run, counted: Due, now: datetime) -> ClockStatus:
    if run.closed_at is not None:
        if run.is_cut_short:
            return ClockStatus.ENDED
        return ClockStatus.MET_LATE if _missed(run, counted, now) else ClockStatus.MET
    if counted.paused:
        return ClockStatus.PAUSED
    return ClockStatus.BREACHED if _missed(run, counted, now) else ClockStatus.RUNNING


def _missed(run: Run, counted: Due, now: datetime) -> bool:
    """Late is what has not happened before the end of the last day; a clock that stands still cannot be late."""
    return not counted.paused and counted.at <= (run.closed_at or now)


def _deadline(
    rule: ClockRule, run: Run, counted: _Counted, timeline: Timeline, now: datetime, *, repeat: bool
) -> Deadline:
    calendar, last = counted.calendar, counted.due
    until = shanghai_date(run.closed_at or now)
    limit = None if run.start.fixed_due_date else rule.limit_for(repeat=repeat)
    named = run.start.agreed_on or run.start.fixed_due_date
    days = counted_until(rule, run, calendar, until)
    marks = marks_until(timeline, now)
    missed = _missed(run, last, now)
    first_counted = min(run.started_on + timedelta(days=1), last.day)
    is_confirmed = rule.confirmed_until is None or run.started_on <= rule.confirmed_until
    return Deadline(
        clock=rule.clock,
        reference=run.start.reference,
        instance=run.instance,
        clause=rule.clause,
        origin=rule.origin if run.start.fixed_due_date is None else RuleOrigin.AGREEMENT,
        set_by=rule.set_by,
        duty_of=rule.duty_of,
        started_by=run.start.milestone,
        started_at=run.start.at,
        started_on=run.started_on,
        corrected=run.corrected,
        limit_days=limit,
        unit=rule.unit,
        due_date=last.day,
        named_date=named if named != last.day else None,
        due_at=last.at,
        provisional=not is_confirmed or calendar.is_provisional(first_counted) or calendar.is_provisional(last.day),
        rule_confirmed_until=None if is_confirmed else rule.confirmed_until,
        calendar_version=calendar.version(first_counted, last.day),
        calendar_adopted_at=counted.adopted_at,
        status=_status(run, last, now),
        counted_days=days if limit is None else min(days, limit),
        pauses=tuple(
            PausePeriod(
                paused_on=shanghai_date(each.paused_at),
                resumed_on=shanghai_date(each.resumed_at) if each.resumed_at else None,
            )
            for each in run.pauses
        ),
        closed_at=run.closed_at,
        breached_at=last.at if missed else None,
        holder_at_due=holder_before(marks, last.at) if missed else None,
        held=holding(marks, calendar, run.started_on, until),
        counts=True,
        remind_before_days=rule.remind_before_days,
        version=f"{rule.clock}:{run.start.reference}:{run.instance}@{last.at.isoformat(timespec='minutes')}",
    )


def _settle_competition(found: tuple[Deadline, ...], tightening: set[ClockId]) -> tuple[Deadline, ...]:
    """Of a product's promise and the region's limit on the same run the earlier counts; if equal, the region's."""
    rivals = {(each.reference, each.instance): each for each in found if each.clock in tightening}
    promises = {(each.reference, each.instance): each for each in found if each.clock is ClockId.PRODUCT_PROMISE}

    def counts(each: Deadline) -> bool:
        run = (each.reference, each.instance)
        if each.clock is ClockId.PRODUCT_PROMISE:
            return run not in rivals or each.due_at < rivals[run].due_at
        return each.clock not in tightening or run not in promises or each.due_at <= promises[run].due_at

    return tuple(each if counts(each) else each.model_copy(update={"counts": False}) for each in found)
