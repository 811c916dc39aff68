"""A correction of a clock's start: of the run that is open, and of no other."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.loans import BUREAU, KUNMING, PATHS, SCAN, SUPPLIER, lent, lived, on, rules
from tests.rules.test_dues import CALENDARS
from tests.rules.timelines import at
from zhengcaidai.errors import InvalidInput, WrongStage
from zhengcaidai.messages import steps
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, Mark, Milestone, RunOfClock
from zhengcaidai.messages.journal import Noted
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.corrections import check_correction, check_not_before_application, run_to_correct
from zhengcaidai.rules.loan import Loan

ASK, SUPPLY = steps.RequestMaterials(items=("纳税证明",), reason="缺件"), steps.SupplyMaterials(documents=(SCAN,))
SUPPLEMENT = ClockId.MATERIALS_SUPPLEMENT
WISH = steps.CorrectClockStart(clock=SUPPLEMENT, corrected_on=date(2026, 3, 10), reason="通知晚一日送达")
YES = steps.DecideClockCorrection(clock=SUPPLEMENT, approve=True, reason="属实")


def found(loan: Loan, now: str) -> tuple[Deadline, ...]:
    return deadlines(rules(KUNMING).platform_clocks, loan.timeline, CALENDARS, at(now), repeat=False)


def supplements(loan: Loan, now: str = "2026-03-12 11:00") -> list[tuple[int, ClockStatus, bool]]:
    return [(each.instance, each.status, each.corrected) for each in found(loan, now) if each.clock is SUPPLEMENT]


@pytest.fixture
def second_round() -> Loan:
    """Materials were asked for twice, and came once."""
    loan = on(lived(*PATHS[Stage.ACCEPTED]), ASK, at("2026-03-03 10:00"))
    loan = on(loan, SUPPLY, at("2026-03-05 10:00"))
    return on(loan, ASK, at("2026-03-09 10:00"))


def test_the_second_round_is_corrected_and_the_first_stays_as_it_was_met(second_round: Loan) -> None:
    run = run_to_correct(SUPPLEMENT, found(second_round, "2026-03-12 10:00"))
    assert run == RunOfClock(instance=2)
    asked = on(second_round, WISH, at("2026-03-12 10:00"), SUPPLIER, noted=Noted(run=run))
    check_correction(asked, YES, found(asked, "2026-03-12 10:30"))
    decided = on(asked, YES, at("2026-03-12 10:30"), BUREAU)
    assert supplements(decided) == [(1, ClockStatus.MET, False), (2, ClockStatus.RUNNING, True)]


def test_a_line_written_before_the_run_was_named_means_the_first(second_round: Loan) -> None:
    asked = on(second_round, WISH, at("2026-03-12 10:00"), SUPPLIER)
    decided = on(asked, YES, at("2026-03-12 10:30"), BUREAU)
    assert supplements(decided) == [(1, ClockStatus.MET, True), (2, ClockStatus.RUNNING, False)]


@pytest.mark.clause("law/civil-code-204")
@pytest.mark.parametrize("clock", [ClockId.TREASURY_PAYMENT, ClockId.LOAN_REPAYMENT])
def test_no_start_moves_a_day_that_a_document_names(clock: ClockId) -> None:
    loan = lent()
    wish = steps.CorrectClockStart(clock=clock, corrected_on=date(2026, 3, 4), reason="更正")
    with pytest.raises(WrongStage, match="named by a document"):
        check_correction(loan, wish, found(loan, "2026-03-05 10:00"))


def test_what_has_ended_is_not_corrected(second_round: Loan) -> None:
    supplied = on(second_round, SUPPLY, at("2026-03-11 10:00"))
    with pytest.raises(WrongStage, match="is not running"):
        check_correction(supplied, WISH, found(supplied, "2026-03-12 10:00"))


def test_a_run_that_ends_before_the_decision_can_only_be_declined(second_round: Loan) -> None:
    run = RunOfClock(instance=2)
    asked = on(second_round, WISH, at("2026-03-10 10:00"), SUPPLIER, noted=Noted(run=run))
    supplied = on(asked, SUPPLY, at("2026-03-11 10:00"))
    again = on(supplied, ASK, at("2026-03-11 15:00"))
    for loan in (supplied, again):
        with pytest.raises(WrongStage, match="Decline it"):
            check_correction(loan, YES, found(loan, "2026-03-12 10:00"))
        check_correction(loan, YES.model_copy(update={"approve": False}), found(loan, "2026-03-12 10:00"))


@pytest.mark.parametrize(("day", "is_possible"), [("2026-03-01", False), ("2026-03-02", True), ("2026-03-12", True)])
def test_what_happened_here_did_not_begin_before_the_application(
    second_round: Loan, day: str, is_possible: bool
) -> None:
    wish = WISH.model_copy(update={"corrected_on": date.fromisoformat(day)})
    if is_possible:
        check_not_before_application(wish, second_round, rules(KUNMING))
        return
    with pytest.raises(InvalidInput) as refused:
        check_not_before_application(wish, second_round, rules(KUNMING))
    assert refused.value.problem.right == "≥ 2026-03-02"


def test_what_came_before_the_application_may_have_begun_before_it(second_round: Loan) -> None:
    awarded = Mark(milestone=Milestone.AWARD_ISSUED, at=at("2026-02-10"))
    loan = replace(second_round, timeline=second_round.timeline.with_mark(awarded))
    wish = WISH.model_copy(update={"clock": ClockId.CONTRACT_SIGNING, "corrected_on": date(2026, 2, 5)})
    check_not_before_application(wish, loan, rules("410300"))
