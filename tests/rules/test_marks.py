"""What the journal leaves on a loan's timeline."""

from datetime import date

import pytest

from tests.rules.loans import at_stage, journal
from tests.rules.timelines import at
from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.marks import dated, ended, marked

LOAN = at_stage(Stage.ACCEPTED)
ENTRY = journal()[0]


def test_a_mark_is_added_and_none_is_lost() -> None:
    moment = at("2026-03-05 10:00")
    later = marked(
        LOAN, Milestone.PAYMENT_DUE, moment, Role.PURCHASER, reference="contract-1", fixed_due_date=date(2026, 4, 30)
    )
    assert later.timeline.marks[:-1] == LOAN.timeline.marks
    last = later.timeline.marks[-1]
    assert (last.milestone, last.at, last.holder, last.reference) == (
        Milestone.PAYMENT_DUE,
        moment,
        Role.PURCHASER,
        "contract-1",
    )


@pytest.mark.parametrize(
    ("day", "times"),
    [
        ("2026-02-10", True),
        ("2023-03-05", True),
        ("2029-03-01", True),
        ("2023-02-20", False),
        ("2029-03-20", False),
        ("0001-01-01", False),
        ("9999-12-31", False),
    ],
)
def test_a_date_far_from_the_loan_times_nothing(day: str, times: bool) -> None:
    after = dated(LOAN, Milestone.AWARD_ISSUED, date.fromisoformat(day), ENTRY)
    assert (after.timeline != LOAN.timeline) is times
    if times:
        assert after.timeline.marks[-1].at == at(day)


def test_the_end_names_its_reason() -> None:
    over = ended(LOAN, ENTRY, Stage.REFUSED, "查无此标")
    assert (over.stage, over.end_reason) == (Stage.REFUSED, "查无此标")
    assert over.timeline.marks[-1].milestone is Milestone.ENDED
