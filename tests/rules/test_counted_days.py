"""The days that a deadline shows are those that it was computed from."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.timelines import adopted, at, day, happened, rule_of
from zhengcaidai.messages.clocks import ClockId, ClockRule, CountReason, Mark, Milestone, Timeline
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.counted_days import counted_days
from zhengcaidai.rules.working_days import calendar_in_force

CALENDARS = adopted("2026-01-01")
CALENDAR = calendar_in_force(CALENDARS)
APPROVAL = rule_of("410300", ClockId.APPROVAL)
SIGNING = rule_of("410300", ClockId.CONTRACT_SIGNING)


@given(
    rule=st.sampled_from([APPROVAL, SIGNING, rule_of("530100", ClockId.FINANCING)]),
    start=st.dates(date(2026, 1, 2), date(2030, 1, 1)),
    gaps=st.lists(st.integers(0, 12), max_size=6),
)
def test_the_counted_days_are_the_limit_and_the_last_shown_is_the_last_day(
    rule: ClockRule, start: date, gaps: list[int]
) -> None:
    events: list[tuple[Milestone, str]] = [(rule.starts[0], f"{start} 09:00")]
    for number, gap in enumerate(gaps):
        start += timedelta(days=gap)
        milestone = (Milestone.MATERIALS_REQUESTED, Milestone.MATERIALS_SUPPLIED)[number % 2]
        events.append((milestone, f"{start} {10 + number}:00"))
    (deadline,) = deadlines((rule,), happened(*events), CALENDARS, at("2031-01-01"), repeat=False)
    days = counted_days(deadline, CALENDAR)
    assert [each.ordinal for each in days if each.counted] == list(range(1, (rule.limit_days or 0) + 1))
    assert (days[0].date, days[-1].date) == (deadline.started_on, deadline.due_date)
    assert [each.date for each in days] == [days[0].date + timedelta(days=n) for n in range(len(days))]
    assert CALENDAR.is_working_day(days[-1].date)


@pytest.mark.clause("law/civil-code-203")
def test_a_last_day_of_rest_shows_how_the_end_moves_on() -> None:
    (deadline,) = deadlines(
        (SIGNING,), happened((Milestone.AWARD_ISSUED, "2026-09-16")), CALENDARS, at("2026-09-17"), repeat=False
    )
    tail = [(each.date.day, each.reason) for each in counted_days(deadline, CALENDAR)[-8:]]
    assert tail[0] == (1, CountReason.COUNTED)
    assert tail[1:] == [(n, CountReason.MOVED) for n in range(2, 9)]


def test_a_day_named_by_the_document_is_shown_as_that() -> None:
    mark = Mark(milestone=Milestone.ACCEPTED, at=at("2026-06-01"), fixed_due_date=day("2026-06-11"))
    (deadline,) = deadlines((APPROVAL,), Timeline(marks=(mark,)), CALENDARS, at("2026-06-02"), repeat=False)
    assert [each.reason for each in counted_days(deadline, CALENDAR)] == [CountReason.START_DAY, CountReason.FIXED]
