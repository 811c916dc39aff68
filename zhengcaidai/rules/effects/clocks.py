"""Corrections, calendars and alarms (时限): none of them moves a loan on (luoyang/3.2)."""

from dataclasses import replace

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import StartCorrection
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.loan import Loan, PendingCorrection

__all__: list[str] = []


@effect.register
def _(event: steps.CorrectClockStart, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, correction=PendingCorrection(event, entry.by, (entry.noted or Noted()).run))


@effect.register
def _(event: steps.DecideClockCorrection, loan: Loan, entry: Entry) -> Loan:
    pending = loan.correction
    loan = replace(loan, correction=None)
    if pending is None or not event.approve:
        return loan
    correction = StartCorrection(
        clock=pending.step.clock,
        reference=pending.run.reference,
        instance=pending.run.instance,
        corrected_on=pending.step.corrected_on,
        reason=pending.step.reason,
        requested_by=pending.asked_by,
        approved_by=entry.by,
        at=entry.at,
    )
    return replace(loan, timeline=loan.timeline.with_correction(correction))


@effect.register
def _(event: facts.CalendarLoaded, loan: Loan, entry: Entry) -> Loan:
    adoption = CalendarAdoption(at=entry.at, years=(event.calendar,))
    return replace(loan, adoptions=(*loan.adoptions, adoption))


@effect.register
def _(event: facts.Reminded, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, alarms_sent=loan.alarms_sent | {event.alarm_key})


@effect.register
def _(event: facts.Breached, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, alarms_sent=loan.alarms_sent | {event.alarm_key}, breaches=(*loan.breaches, event.deadline))
