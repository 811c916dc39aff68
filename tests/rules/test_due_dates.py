"""Limits end where the regions' texts and the Civil Code let them end."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.timelines import adopted, at, day, happened, rule_of
from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.clocks import ClockId, ClockRule, ClockStatus, Deadline, Mark, Milestone, Timeline
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.due_dates import counted_until, due, end_of_day
from zhengcaidai.rules.runs import Run, runs
from zhengcaidai.rules.working_days import calendar_in_force

KUNMING = rule_of("530100", ClockId.FINANCING)
APPROVAL = rule_of("410300", ClockId.APPROVAL)
DISBURSEMENT = rule_of("410300", ClockId.DISBURSEMENT)
SIGNING = rule_of("410300", ClockId.CONTRACT_SIGNING)
FILING = rule_of("410300", ClockId.CONTRACT_FILING)
CALENDARS = adopted("2026-01-01")
CALENDAR = calendar_in_force(CALENDARS)


def started(rule: ClockRule, on: str) -> Run:
    (run,) = runs(rule, happened((rule.starts[0], on)), at(on))
    return run


def last_day(rule: ClockRule, on: str, *, repeat: bool = False) -> str:
    return due(rule, started(rule, on), CALENDAR, repeat=repeat).day.isoformat()


def deadline_of(rule: ClockRule, timeline: Timeline, now: str) -> Deadline:
    (found,) = deadlines((rule,), timeline, CALENDARS, at(now), repeat=False)
    return found


@pytest.mark.clause("kunming/4.2#1")
@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("2026-09-18", "2026-09-24"),  # over a worked Sunday
        ("2026-09-18 23:59", "2026-09-24"),  # dates are counted, not hours
        ("2026-09-19", "2026-09-24"),  # accepted on a Saturday of rest
        ("2026-09-20", "2026-09-28"),  # accepted on the worked Sunday itself: that day is not counted
        ("2026-09-30", "2026-10-13"),  # over National Day and the worked Saturday after it
        ("2026-02-13", "2026-02-27"),  # over a worked Saturday and Spring Festival
        ("2026-02-14", "2026-02-28"),  # over Spring Festival, ending on a worked Saturday
    ],
)
def test_kunming_first_loan_five_working_days_from_acceptance(accepted: str, expected: str) -> None:
    assert last_day(KUNMING, accepted) == expected


@pytest.mark.clause("kunming/4.2#2")
@pytest.mark.parametrize(
    ("accepted", "expected"), [("2026-09-18", "2026-09-22"), ("2026-09-30", "2026-10-10"), ("2026-02-13", "2026-02-25")]
)
def test_kunming_repeat_loan_three_working_days_from_acceptance(accepted: str, expected: str) -> None:
    assert last_day(KUNMING, accepted, repeat=True) == expected


@pytest.mark.clause("luoyang/2.4#2")
@pytest.mark.parametrize(("accepted", "expected"), [("2026-03-02", "2026-03-16"), ("2026-12-23", "2027-01-07")])
def test_luoyang_decision_ten_working_days_from_complete_materials(accepted: str, expected: str) -> None:
    assert last_day(APPROVAL, accepted) == expected


@pytest.mark.clause("luoyang/2.4#3")
@pytest.mark.parametrize(("ready", "expected"), [("2026-03-02", "2026-03-11"), ("2026-04-29", "2026-05-12")])
def test_luoyang_disbursement_seven_working_days_from_the_lock(ready: str, expected: str) -> None:
    assert DISBURSEMENT.starts == (Milestone.ACCOUNT_LOCKED,)
    assert last_day(DISBURSEMENT, ready) == expected


@pytest.mark.clause("luoyang/2.2#1")
@pytest.mark.clause("law/civil-code-203#1")
@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        ("2026-03-02", "2026-03-17"),
        ("2026-09-16", "2026-10-08"),  # the 15th day is National Day: the next working day
        ("2026-09-05", "2026-09-20"),  # the 15th day is a Sunday, but a worked one
        ("2026-09-04", "2026-09-20"),  # the 15th day is a Saturday of rest, the Sunday after it is worked
    ],
)
def test_luoyang_contract_is_signed_within_fifteen_days_of_the_award(issued: str, expected: str) -> None:
    assert last_day(SIGNING, issued) == expected


@pytest.mark.clause("luoyang/2.2#2")
@pytest.mark.parametrize(("signed", "expected"), [("2026-03-02", "2026-03-05"), ("2026-04-30", "2026-05-08")])
def test_luoyang_contract_is_filed_within_three_working_days(signed: str, expected: str) -> None:
    assert last_day(FILING, signed) == expected


@pytest.mark.clause("law/civil-code-201")
@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_day_it_starts_is_never_the_last_day(start: date) -> None:
    for rule in (KUNMING, APPROVAL, SIGNING, FILING):
        assert day(last_day(rule, start.isoformat())) > start


@given(start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), later=st.integers(0, 60))
def test_a_later_start_never_falls_due_earlier(start: date, later: int) -> None:
    for rule in (KUNMING, APPROVAL, SIGNING, FILING):
        assert last_day(rule, start.isoformat()) <= last_day(rule, (start + timedelta(days=later)).isoformat())


@pytest.mark.clause("law/civil-code-203#2")
def test_the_last_day_ends_at_midnight_or_at_the_close_of_business() -> None:
    assert end_of_day(day("2026-09-24"), None) == at("2026-09-25 00:00")
    assert end_of_day(day("2026-09-24"), time(17, 30)) == at("2026-09-24 17:30")


@pytest.mark.clause("law/civil-code-203#2")
def test_a_region_may_set_a_close_of_business() -> None:
    early = KUNMING.model_copy(update={"close_of_business": time(17)})
    events = happened((Milestone.ACCEPTED, "2026-09-18"))
    assert deadline_of(early, events, "2026-09-24 16:59").status is ClockStatus.RUNNING
    assert deadline_of(early, events, "2026-09-24 17:00").status is ClockStatus.BREACHED
    assert deadline_of(KUNMING, events, "2026-09-24 23:59").status is ClockStatus.RUNNING
    assert deadline_of(KUNMING, events, "2026-09-25").status is ClockStatus.BREACHED


@pytest.mark.clause("law/civil-code-204")
@pytest.mark.parametrize(("named", "expected"), [("2026-06-11", "2026-06-11"), ("2026-06-20", "2026-06-22")])
def test_a_day_that_the_document_names_goes_before_the_limit(named: str, expected: str) -> None:
    mark = Mark(milestone=Milestone.ACCEPTED, at=at("2026-06-01"), fixed_due_date=day(named))
    found = deadline_of(KUNMING, Timeline(marks=(mark,)), "2026-06-02")
    assert (found.due_date.isoformat(), found.limit_days) == (expected, None)


def test_a_clock_without_any_limit_is_refused() -> None:
    endless = ClockRule.model_validate(KUNMING.model_dump() | {"limit_days": None, "limit_days_repeat": None})
    with pytest.raises(InvalidInput, match="没有期限"):
        due(endless, started(endless, "2026-06-01"), CALENDAR, repeat=False)


PAUSED = (
    (Milestone.ACCEPTED, "2026-03-02 09:00"),  # Monday
    (Milestone.MATERIALS_REQUESTED, "2026-03-04 16:00"),  # Wednesday: one day was counted
    (Milestone.MATERIALS_SUPPLIED, "2026-03-10 10:00"),  # Tuesday: nine are left, from Wednesday on
)


@pytest.mark.clause("luoyang/2.4#2")
def test_luoyangs_clock_runs_only_while_materials_are_complete() -> None:
    found = deadline_of(APPROVAL, happened(*PAUSED), "2026-03-10 12:00")
    assert (found.status, found.due_date.isoformat(), found.counted_days) == (ClockStatus.RUNNING, "2026-03-23", 1)
    assert [(each.paused_on, each.resumed_on) for each in found.pauses] == [(day("2026-03-04"), day("2026-03-10"))]


@pytest.mark.clause("luoyang/2.4#2")
def test_while_paused_luoyangs_clock_cannot_fall_due() -> None:
    found = deadline_of(APPROVAL, happened(*PAUSED[:2]), "2026-08-01")
    assert (found.status, found.breached_at, found.counted_days) == (ClockStatus.PAUSED, None, 1)
    assert found.due_date == day("2026-03-17")  # as if the materials had come in on the day they were asked for


@pytest.mark.clause("luoyang/2.4#2")
def test_a_clock_paused_on_its_last_day_has_that_day_left() -> None:
    events = happened(
        (Milestone.ACCEPTED, "2026-03-02"),
        (Milestone.MATERIALS_REQUESTED, "2026-03-16 15:00"),  # the tenth working day
        (Milestone.MATERIALS_SUPPLIED, "2026-03-18"),
    )
    assert deadline_of(APPROVAL, events, "2026-03-18 09:00").due_date == day("2026-03-19")


def test_a_request_after_the_limit_changes_nothing() -> None:
    events = happened((Milestone.ACCEPTED, "2026-03-02"), (Milestone.MATERIALS_REQUESTED, "2026-03-17 00:00"))
    found = deadline_of(APPROVAL, events, "2026-03-20")
    assert (found.status, found.due_date) == (ClockStatus.BREACHED, day("2026-03-16"))


@pytest.mark.clause("kunming/4.2")
def test_kunmings_text_knows_no_pause_so_its_clock_runs_through() -> None:
    assert deadline_of(KUNMING, happened(*PAUSED), "2026-03-10").due_date == day("2026-03-09")


PAUSES = st.lists(st.integers(1, 9), min_size=2, max_size=8)


@given(gaps=PAUSES)
def test_a_pause_never_makes_a_deadline_earlier(gaps: list[int]) -> None:
    events: list[tuple[Milestone, str]] = [(Milestone.ACCEPTED, "2026-03-02 12:00")]
    when = day("2026-03-02")
    previous = deadline_of(APPROVAL, happened(*events), "2026-12-01").due_date
    for number, gap in enumerate(gaps):
        when += timedelta(days=gap)
        milestone = (Milestone.MATERIALS_REQUESTED, Milestone.MATERIALS_SUPPLIED)[number % 2]
        events.append((milestone, f"{when} 12:00"))
        found = deadline_of(APPROVAL, happened(*events), "2026-12-01").due_date
        assert found >= previous
        previous = found


@given(gaps=PAUSES)
def test_a_pause_longer_by_working_days_moves_the_deadline_by_as_many(gaps: list[int]) -> None:
    """The days counted up to the last day are the limit, whatever was paused in between."""
    events: list[tuple[Milestone, str]] = [(Milestone.ACCEPTED, "2026-03-02 12:00")]
    when = day("2026-03-02")
    for number, gap in enumerate(gaps[: len(gaps) // 2 * 2]):
        when += timedelta(days=gap)
        milestone = (Milestone.MATERIALS_REQUESTED, Milestone.MATERIALS_SUPPLIED)[number % 2]
        events.append((milestone, f"{when} 12:00"))
    (run,) = runs(APPROVAL, happened(*events), at("2026-12-01"))
    found = due(APPROVAL, run, CALENDAR, repeat=False)
    assert counted_until(APPROVAL, run, CALENDAR, found.day) == APPROVAL.limit_days
    assert counted_until(APPROVAL, run, CALENDAR, found.day - timedelta(days=1)) == 9
