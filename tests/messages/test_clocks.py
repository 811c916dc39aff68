"""Rules and events of clocks refuse what cannot be."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from zhengcaidai.messages.clocks import (
    ClockId,
    ClockRule,
    ClockStatus,
    LimitUnit,
    Mark,
    Milestone,
    RuleOrigin,
    Timeline,
)
from zhengcaidai.messages.parties import Role

FIELDS: dict[str, object] = {
    "clock": ClockId.FINANCING,
    "starts": (Milestone.ACCEPTED,),
    "ends": (Milestone.DISBURSED,),
    "limit_days": 5,
    "limit_days_repeat": 3,
    "unit": LimitUnit.WORKING_DAY,
    "duty_of": Role.BANK,
    "clause": "kunming/4.2",
    "origin": RuleOrigin.REGION,
    "set_by": "530100",
}


@pytest.mark.clause("kunming/4.2")
@pytest.mark.parametrize(
    ("changes", "repeat", "limit"),
    [({}, False, 5), ({}, True, 3), ({"limit_days_repeat": None}, True, 5), ({"limit_days": 9}, False, 9)],
)
def test_first_and_repeat_loans_may_have_different_limits(changes: dict[str, object], repeat: bool, limit: int) -> None:
    assert ClockRule.model_validate(FIELDS | changes).limit_for(repeat=repeat) == limit


@pytest.mark.parametrize(
    "changes",
    [
        {"limit_days": 0},
        {"limit_days": -1},
        {"limit_days": None},
        {"starts": ()},
        {"ends": ()},
        {"pauses_from": (Milestone.MATERIALS_REQUESTED,)},
        {"resumes_on": (Milestone.MATERIALS_SUPPLIED,)},
        {"remind_before_days": (0,)},
        {"limit": 5},
    ],
)
def test_a_rule_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ClockRule.model_validate(FIELDS | changes)


def test_an_event_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        Mark(milestone=Milestone.ACCEPTED, at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_timeline_only_grows() -> None:
    mark = Mark(milestone=Milestone.ACCEPTED, at=datetime(2026, 3, 2, tzinfo=UTC))
    empty = Timeline()
    assert (empty.with_mark(mark).marks, empty.marks) == ((mark,), ())


def test_a_duty_stands_until_it_was_met_or_the_loan_ended() -> None:
    assert [each for each in ClockStatus if each.is_open] == [
        ClockStatus.RUNNING,
        ClockStatus.PAUSED,
        ClockStatus.BREACHED,
    ]


def test_every_clock_has_both_names() -> None:
    assert all(each.title_zh and each.title_en for each in ClockId)
