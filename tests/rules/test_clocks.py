"""Deadlines over a loan's life: met or missed, new calendars, the bank's own promise, corrected starts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.timelines import adopted, at, day, happened, rule_of, sample_2027
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import (
    ClockId,
    ClockRule,
    ClockStatus,
    Deadline,
    Milestone,
    RuleOrigin,
    StartCorrection,
    Timeline,
)
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.registers.calendars import newest
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.clocks import deadlines, moved, promise_rule

KUNMING = rule_of("530100", ClockId.FINANCING)
APPROVAL = rule_of("410300", ClockId.APPROVAL)
CALENDARS = adopted("2026-12-01")
SAMPLE_LOADED = (*CALENDARS, CalendarAdoption(at=at("2026-12-30 10:00"), years=(sample_2027(),)))


def one(
    rule: ClockRule,
    timeline: Timeline,
    now: str,
    calendars: tuple[CalendarAdoption, ...] = CALENDARS,
    *,
    repeat: bool = False,
) -> Deadline:
    (found,) = deadlines((rule,), timeline, calendars, at(now), repeat=repeat)
    return found


@pytest.mark.parametrize(
    ("ended", "now", "status", "is_breach"),
    [
        (None, "2026-12-10", ClockStatus.RUNNING, False),
        (None, "2026-12-15", ClockStatus.BREACHED, True),
        ("2026-12-14 23:59", "2026-12-20", ClockStatus.MET, False),
        ("2026-12-15 00:00", "2026-12-20", ClockStatus.MET_LATE, True),
    ],
)
def test_a_clock_is_met_by_midnight_or_late(ended: str | None, now: str, status: ClockStatus, is_breach: bool) -> None:
    events = happened((Milestone.ACCEPTED, "2026-12-07"))
    if ended:
        events = Timeline(marks=(*events.marks, *happened((Milestone.DISBURSED, ended)).marks))
    found = one(KUNMING, events, now)
    assert (found.status, found.is_breach, found.due_at) == (status, is_breach, at("2026-12-15"))


@pytest.mark.parametrize(("ended", "is_breach"), [("2026-12-10", False), ("2026-12-18", True)])
def test_the_end_of_the_loan_ends_the_clock_and_keeps_a_breach_on_record(ended: str, is_breach: bool) -> None:
    found = one(KUNMING, happened((Milestone.ACCEPTED, "2026-12-07"), (Milestone.ENDED, ended)), "2026-12-20")
    assert (found.status, found.is_breach) == (ClockStatus.ENDED, is_breach)


OVER_NEW_YEAR = happened((Milestone.ACCEPTED, "2026-12-23", Role.BANK))


def test_a_deadline_into_a_year_without_a_notice_is_provisional() -> None:
    found = one(APPROVAL, OVER_NEW_YEAR, "2026-12-24")
    assert (found.due_date, found.provisional) == (day("2027-01-07"), True)
    assert "2027@法定节假日" in found.calendar_version


def test_loading_the_years_calendar_moves_an_open_deadline() -> None:
    before = one(APPROVAL, OVER_NEW_YEAR, "2026-12-30 10:00")
    after = one(APPROVAL, OVER_NEW_YEAR, "2026-12-30 10:00", SAMPLE_LOADED)
    assert (after.due_date, after.provisional) == (day("2027-01-08"), False)
    assert moved((before,), (after,)) == ((before, after),)
    assert before.version != after.version


def test_a_paused_clock_is_counted_anew_too() -> None:
    paused = OVER_NEW_YEAR.with_mark(happened((Milestone.MATERIALS_REQUESTED, "2026-12-28")).marks[0])
    before = one(APPROVAL, paused, "2026-12-30 10:00")
    after = one(APPROVAL, paused, "2026-12-30 10:00", SAMPLE_LOADED)
    assert before.status is after.status is ClockStatus.PAUSED
    assert (before.due_date, after.due_date) == (day("2027-01-08"), day("2027-01-09"))
    resumed = paused.with_mark(happened((Milestone.MATERIALS_SUPPLIED, "2027-01-05")).marks[0])
    assert one(APPROVAL, resumed, "2027-01-06").due_date == day("2027-01-15")
    assert one(APPROVAL, resumed, "2027-01-06", SAMPLE_LOADED).due_date == day("2027-01-14")


def test_a_new_calendar_never_rewrites_a_clock_already_met() -> None:
    decided = OVER_NEW_YEAR.with_mark(happened((Milestone.DECIDED, "2026-12-29")).marks[0])
    assert one(APPROVAL, decided, "2027-02-01", SAMPLE_LOADED) == one(APPROVAL, decided, "2027-02-01")


def test_a_new_calendar_never_rewrites_a_clock_already_missed() -> None:
    missed = happened((Milestone.ACCEPTED, "2026-12-15"))
    late = (*CALENDARS, CalendarAdoption(at=at("2026-12-30"), years=(sample_2027(),)))
    found = one(APPROVAL, missed, "2027-01-20", late)
    assert found == one(APPROVAL, missed, "2027-01-20")
    assert found.breached_at == at("2026-12-30")


def test_a_mid_year_change_of_the_notice_moves_open_clocks_only() -> None:
    """Spring Festival 2020: the second notice came on 27 January, when the first one's limit had not passed."""
    calendars = adopted("2020-01-19", known_on="2020-01-19")
    amended = newest(2020, day("2020-01-27"))
    assert amended is not None
    changed = (*calendars, CalendarAdoption(at=at("2020-01-27 09:00"), years=(amended,)))
    opened = happened((Milestone.ACCEPTED, "2020-01-20"))
    assert one(KUNMING, opened, "2020-01-23", changed).due_date == day("2020-02-01")
    assert one(KUNMING, opened, "2020-01-27 09:00", changed).due_date == day("2020-02-04")
    closed = opened.with_mark(happened((Milestone.DISBURSED, "2020-01-22")).marks[0])
    assert one(KUNMING, closed, "2020-03-01", changed).due_date == day("2020-02-01")


@given(
    start=st.dates(date(2026, 12, 1), date(2027, 2, 1)),
    decided_after=st.integers(1, 40),
    loaded=st.dates(date(2026, 12, 2), date(2027, 3, 1)),
)
def test_what_was_met_or_missed_before_a_calendar_came_stays_as_it_was(
    start: date, decided_after: int, loaded: date
) -> None:
    events = happened(
        (Milestone.ACCEPTED, f"{start} 10:00"), (Milestone.DECIDED, f"{start + timedelta(days=decided_after)} 10:00")
    )
    calendars = (*CALENDARS, CalendarAdoption(at=at(f"{loaded}"), years=(sample_2027(),)))
    old, new = one(APPROVAL, events, "2027-06-01"), one(APPROVAL, events, "2027-06-01", calendars)
    assert old.closed_at is not None
    if old.closed_at < at(f"{loaded}") or old.due_at <= at(f"{loaded}"):
        assert new == old
    else:
        assert new.calendar_adopted_at == at(f"{loaded}")


@given(days=st.lists(st.integers(0, 60), min_size=2, max_size=2, unique=True))
def test_a_breach_once_seen_is_seen_ever_after(days: list[int]) -> None:
    moments = [str(day("2026-12-23") + timedelta(days=each)) for each in sorted(days)]
    earlier, later = (one(APPROVAL, OVER_NEW_YEAR, each, SAMPLE_LOADED) for each in moments)
    assert not earlier.is_breach or later.breached_at == earlier.breached_at


@pytest.mark.clause("kunming/5.2#3")
def test_a_tighter_promise_of_the_bank_is_the_one_that_counts() -> None:
    promise = promise_rule(region("530100", day("2026-01-01")), "product-1", 3)
    events = happened((Milestone.ACCEPTED, "2026-12-07"))
    both = deadlines((KUNMING, promise), events, CALENDARS, at("2026-12-08"), repeat=False)
    found = {each.clock: each for each in both}
    assert found[ClockId.PRODUCT_PROMISE].counts
    assert not found[ClockId.FINANCING].counts
    assert found[ClockId.PRODUCT_PROMISE].due_date == day("2026-12-10")
    assert found[ClockId.PRODUCT_PROMISE].origin is RuleOrigin.PRODUCT


@pytest.mark.clause("kunming/5.2#3")
@pytest.mark.parametrize(("promise_days", "repeat"), [(5, False), (9, False), (3, True), (4, True)])
def test_a_promise_that_is_no_tighter_does_not_count(promise_days: int, repeat: bool) -> None:
    promise = promise_rule(region("530100", day("2026-01-01")), "product-1", promise_days)
    events = happened((Milestone.ACCEPTED, "2026-12-07"))
    found = deadlines((KUNMING, promise), events, CALENDARS, at("2026-12-08"), repeat=repeat)
    assert {each.clock: each.counts for each in found} == {ClockId.FINANCING: True, ClockId.PRODUCT_PROMISE: False}


def test_a_promise_pauses_with_the_regions_clock() -> None:
    promise = promise_rule(region("410300", day("2026-01-01")), "product-1", 5)
    assert (promise.tightens, promise.pauses_from) == (ClockId.APPROVAL, (Milestone.MATERIALS_REQUESTED,))


def test_a_promise_counts_where_the_region_sets_no_limit() -> None:
    promise = promise_rule(region("420105", day("2026-01-01")), "product-1", 5)
    events = happened((Milestone.ACCEPTED, "2026-12-07"))
    (found,) = deadlines((promise,), events, CALENDARS, at("2026-12-08"), repeat=False)
    assert found.counts
    assert promise.ends == (Milestone.DECIDED,)


def test_a_corrected_start_moves_the_deadline_and_says_so() -> None:
    correction = StartCorrection(
        clock=ClockId.FINANCING,
        corrected_on=day("2026-12-08"),
        reason="受理日登记有误",
        requested_by=Principal(user_id="a", organisation_id="bank", role=Role.BANK),
        approved_by=Principal(user_id="b", organisation_id="bureau", role=Role.FINANCE_BUREAU),
        at=at("2026-12-09"),
    )
    events = happened((Milestone.ACCEPTED, "2026-12-07"))
    before, after = one(KUNMING, events, "2026-12-09"), one(KUNMING, events.with_correction(correction), "2026-12-09")
    assert (before.due_date, after.due_date, after.corrected) == (day("2026-12-14"), day("2026-12-15"), True)
    assert moved((before,), (after,)) == ((before, after),)


def test_a_rule_not_confirmed_for_the_start_makes_it_provisional() -> None:
    assert KUNMING.confirmed_until is not None
    after = KUNMING.confirmed_until + timedelta(days=1)
    calendars = (CalendarAdoption(at=at("2026-12-01"), years=(*CALENDARS[0].years, sample_2027())),)
    found = one(KUNMING, happened((Milestone.ACCEPTED, str(after))), str(after), calendars)
    assert (found.provisional, found.rule_confirmed_until) == (True, KUNMING.confirmed_until)


def test_the_version_changes_exactly_with_the_due_moment() -> None:
    seen = {one(APPROVAL, OVER_NEW_YEAR, f"2026-12-{n} 12:00", SAMPLE_LOADED).version for n in range(24, 30)}
    assert len(seen) == 1
    assert one(APPROVAL, OVER_NEW_YEAR, "2026-12-30 12:00", SAMPLE_LOADED).version not in seen


def test_a_loan_without_a_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one calendar"):
        deadlines((KUNMING,), OVER_NEW_YEAR, (), at("2026-12-24"), repeat=False)
