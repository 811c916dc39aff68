"""Reminder, breach and repetition: each said once, people reminded in working hours only."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.timelines import adopted, at, day, happened, rule_of, sample_2027
from zhengcaidai.messages.alarms import Alarm, Threshold
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockRule, Deadline, Milestone, Timeline
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.alarms import WORK_BEGINS, WORK_ENDS, due_alarms, next_alarm
from zhengcaidai.rules.clocks import deadlines, promise_rule
from zhengcaidai.rules.working_days import calendar_in_force

APPROVAL = rule_of("410300", ClockId.APPROVAL)
KUNMING = rule_of("530100", ClockId.FINANCING)
CALENDARS = adopted("2026-01-01")
CALENDAR = calendar_in_force(CALENDARS)
ACCEPTED = happened((Milestone.ACCEPTED, "2026-03-02 10:00"))  # due 2026-03-16, a Monday
HALF_A_YEAR = timedelta(days=183)


def seen(timeline: Timeline, now: datetime, rules: tuple[ClockRule, ...] = (APPROVAL,)) -> tuple[Deadline, ...]:
    return deadlines(rules, timeline, CALENDARS, now, repeat=False)


def told(timeline: Timeline, since: str, until: str, rules: tuple[ClockRule, ...] = (APPROVAL,)) -> list[Alarm]:
    """What a loan says that sleeps until the next alarm, sends it, and sleeps again; with the moment of sending."""
    now, sent, found = at(since), set[str](), list[Alarm]()
    while (alarm := next_alarm(seen(timeline, now, rules), sent, CALENDAR, now)) and alarm.at <= at(until):
        now = max(now, alarm.at)
        for each in due_alarms(seen(timeline, now, rules), sent, CALENDAR, now):
            sent.add(each.key)
            found.append(each.model_copy(update={"at": now}))
    return found


def summary(alarms: list[Alarm]) -> list[tuple[str, str]]:
    return [(f"{each.at:%Y-%m-%d %H:%M}", each.key.rpartition("/")[2]) for each in alarms]


@pytest.mark.clause("luoyang/3.1#2")
def test_reminders_then_the_breach_then_its_repetition() -> None:
    assert summary(told(ACCEPTED, "2026-03-02 10:00", "2026-04-10")) == [
        ("2026-03-11 09:00", "reminder-3"),
        ("2026-03-13 09:00", "reminder-1"),
        ("2026-03-17 00:00", "breach"),
        ("2026-03-17 09:00", "repeat-1"),
        ("2026-03-18 09:00", "repeat-2"),
        ("2026-03-19 09:00", "repeat-3"),
        ("2026-03-20 09:00", "repeat-4"),
        ("2026-03-23 09:00", "repeat-5"),
        ("2026-03-30 09:00", "repeat-10"),
        ("2026-04-07 09:00", "repeat-15"),  # over Qingming
    ]


def test_repetitions_thin_out_so_that_a_year_of_breach_says_little() -> None:
    alarms = told(ACCEPTED, "2026-03-02 10:00", "2027-03-02")
    assert 20 < len(alarms) < 40
    assert [each.days for each in alarms[-3:]] == [180, 200, 220]


def test_what_was_slept_through_is_not_sent_in_a_heap() -> None:
    first = due_alarms(seen(ACCEPTED, at("2026-04-10 12:00")), (), CALENDAR, at("2026-04-10 12:00"))
    assert [each.threshold for each in first] == [Threshold.BREACH]
    then = due_alarms(seen(ACCEPTED, at("2026-04-10 12:00")), {first[0].key}, CALENDAR, at("2026-04-10 12:00"))
    assert [each.days for each in then] == [15]


def test_a_clock_that_was_met_says_nothing_more() -> None:
    met = ACCEPTED.with_mark(happened((Milestone.DECIDED, "2026-03-12")).marks[0])
    assert next_alarm(seen(met, at("2026-03-12")), (), CALENDAR, at("2026-03-12")) is None


def test_a_clock_met_late_has_its_breach_told_but_not_repeated() -> None:
    late = ACCEPTED.with_mark(happened((Milestone.DECIDED, "2026-03-18 10:00")).marks[0])
    assert summary(told(late, "2026-03-18 10:00", "2026-06-01")) == [("2026-03-18 10:00", "breach")]


def test_a_paused_clock_says_nothing() -> None:
    paused = ACCEPTED.with_mark(happened((Milestone.MATERIALS_REQUESTED, "2026-03-04")).marks[0])
    assert next_alarm(seen(paused, at("2026-06-01")), (), CALENDAR, at("2026-06-01")) is None


def test_a_reminder_is_sent_again_when_the_deadline_has_moved() -> None:
    sent = {each.key for each in told(ACCEPTED, "2026-03-02 10:00", "2026-03-13 10:00")}
    moved = ACCEPTED
    for mark in happened(
        (Milestone.MATERIALS_REQUESTED, "2026-03-13 11:00"), (Milestone.MATERIALS_SUPPLIED, "2026-03-20")
    ).marks:
        moved = moved.with_mark(mark)
    now = at("2026-03-20 12:00")
    alarm = next_alarm(seen(moved, now), sent, CALENDAR, now)
    assert alarm is not None
    assert alarm.deadline.due_date == day("2026-03-24")
    assert (alarm.key.endswith("reminder-3"), alarm.at) == (True, now)


def test_a_deadline_that_moves_earlier_is_reminded_of_at_the_next_working_hour() -> None:
    loaded = (*adopted("2026-12-01"), CalendarAdoption(at=at("2027-01-08 22:00"), years=(sample_2027(),)))
    paused = happened(
        (Milestone.ACCEPTED, "2026-12-23"),
        (Milestone.MATERIALS_REQUESTED, "2026-12-28"),
        (Milestone.MATERIALS_SUPPLIED, "2027-01-05"),
    )
    (found,) = deadlines((APPROVAL,), paused, loaded, at("2027-01-08 22:00"), repeat=False)
    assert found.due_date == day("2027-01-14")
    calendar = calendar_in_force(loaded)
    alarm = next_alarm((found,), (), calendar, at("2027-01-11 22:00"))
    assert alarm is not None
    assert (alarm.days, alarm.at) == (3, at("2027-01-12 09:00"))
    assert due_alarms((found,), (), calendar, at("2027-01-11 22:00")) == ()
    at_once = due_alarms((found,), (), calendar, at("2027-01-13 09:00"))
    assert [each.days for each in at_once] == [1]  # not both reminders at the same moment


def test_no_reminder_comes_on_the_day_of_the_start_or_before_it() -> None:
    short = KUNMING.model_copy(update={"limit_days": 1})
    assert summary(told(ACCEPTED, "2026-03-02 10:00", "2026-03-04", (short,))) == [("2026-03-04 00:00", "breach")]


def test_of_promise_and_limit_the_one_that_counts_is_reminded_of_and_both_breaches_are_told() -> None:
    promise = promise_rule(region("530100", day("2026-01-01")), "product-1", 4)
    alarms = told(ACCEPTED, "2026-03-02 10:00", "2026-03-10", (KUNMING, promise))
    reminded = {each.deadline.clock for each in alarms if each.threshold is Threshold.REMINDER}
    breached = [each.deadline.clock for each in alarms if each.threshold is Threshold.BREACH]
    assert reminded == {ClockId.PRODUCT_PROMISE}
    assert breached == [ClockId.PRODUCT_PROMISE, ClockId.FINANCING]


def test_a_promise_looser_than_the_limit_is_never_told_of() -> None:
    promise = promise_rule(region("530100", day("2026-01-01")), "product-1", 7)
    alarms = told(ACCEPTED, "2026-03-02 10:00", "2026-03-31", (KUNMING, promise))
    assert {each.deadline.clock for each in alarms} == {ClockId.FINANCING}


MOMENTS = st.integers(0, 333 * 24 * 60).map(lambda minutes: at("2026-01-02") + timedelta(minutes=minutes))


@given(start=MOMENTS)
def test_each_alarm_is_sent_once_and_people_are_reminded_at_work(start: datetime) -> None:
    accepted = happened((Milestone.ACCEPTED, f"{start:%Y-%m-%d %H:%M}"))
    begin = f"{start:%Y-%m-%d %H:%M}"
    alarms = told(accepted, begin, f"{start + HALF_A_YEAR:%Y-%m-%d}")
    keys = [each.key for each in alarms]
    assert len(set(keys)) == len(keys)
    assert sum(each.threshold is Threshold.BREACH for each in alarms) == 1
    for each in alarms:
        if each.threshold is not Threshold.BREACH:
            assert CALENDAR.is_working_day(each.at.date())
            assert WORK_BEGINS <= each.at.time() < WORK_ENDS


@given(start=MOMENTS, pause=st.integers(0, 200))
def test_waking_at_any_moment_leaves_nothing_due_unsaid(start: datetime, pause: int) -> None:
    accepted = happened((Milestone.ACCEPTED, f"{start:%Y-%m-%d %H:%M}"))
    now = start + timedelta(hours=pause * 12)
    sent: set[str] = set()
    for _ in range(10):
        due = due_alarms(seen(accepted, now), sent, CALENDAR, now)
        if not due:
            break
        sent |= {each.key for each in due}
    following = next_alarm(seen(accepted, now), sent, CALENDAR, now)
    assert following is not None
    assert following.at > now
    assert date(2026, 1, 1) < following.at.date()
