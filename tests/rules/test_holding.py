"""Each deadline accounts for who held the loan how long, in working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.timelines import adopted, at, day, happened, rule_of
from zhengcaidai.messages.clocks import ClockId, HeldTime, Mark, Milestone
from zhengcaidai.messages.parties import Role
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.holding import holder_before, holding
from zhengcaidai.rules.working_days import calendar_in_force

CALENDARS = adopted("2026-01-01")
CALENDAR = calendar_in_force(CALENDARS)
EVENTS = happened(
    (Milestone.ACCEPTED, "2026-03-02 10:00", Role.BANK),
    (Milestone.MATERIALS_REQUESTED, "2026-03-04 16:00", Role.SUPPLIER),
    (Milestone.MATERIALS_SUPPLIED, "2026-03-10 09:00", Role.BANK),
)


@pytest.mark.clause("luoyang/3.2#1")
def test_time_is_counted_by_party_in_working_days() -> None:
    held = holding(EVENTS.marks, CALENDAR, day("2026-03-02"), day("2026-03-12"))
    assert held == (
        HeldTime(role=Role.SUPPLIER, working_days=4),  # 5, 6, 9, 10 March
        HeldTime(role=Role.BANK, working_days=4),  # 3, 4, 11, 12 March
    )


@pytest.mark.clause("kunming/4.2")
def test_a_breach_names_the_party_that_held_the_loan_when_it_fell_due() -> None:
    rule = rule_of("530100", ClockId.FINANCING)
    (found,) = deadlines((rule,), EVENTS, CALENDARS, at("2026-03-12"), repeat=False)
    assert found.breached_at == at("2026-03-10")
    assert found.holder_at_due is Role.SUPPLIER
    bank = next(each for each in found.held if each.role is Role.BANK)
    assert bank.working_days < 5  # the bank's evaluation counts only the time that the bank held it


def test_the_holder_before_the_first_event_is_nobody() -> None:
    assert holder_before(EVENTS.marks, at("2026-03-02 10:00")) is None
    assert holder_before(EVENTS.marks, at("2026-03-02 10:01")) is Role.BANK


PARTIES = st.sampled_from([Role.BANK, Role.SUPPLIER, Role.PURCHASER])
HOLDERS = st.lists(st.tuples(st.integers(0, 9), PARTIES), min_size=1)


@given(steps=HOLDERS, until=st.integers(0, 120))
def test_the_parties_days_add_up_to_all_working_days(steps: list[tuple[int, Role]], until: int) -> None:
    start = date(2026, 1, 5)
    when, marks = start, []
    for number, (gap, role) in enumerate(steps):
        when += timedelta(days=gap if number else 0)
        marks.append(Mark(milestone=Milestone.ACCEPTED, at=at(f"{when} 12:00"), holder=role))
    end = start + timedelta(days=until)
    held = holding(tuple(marks), CALENDAR, start, end)
    assert sum(each.working_days for each in held) == CALENDAR.working_days_between(start, end)
