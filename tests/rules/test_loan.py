"""A loan as its journal tells it: what follows from it without being stored."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from tests.rules.loans import DISBURSED, SAMPLES, at_stage, on
from tests.rules.timelines import at
from zhengcaidai.messages import steps
from zhengcaidai.messages.stages import Stage

MAY = at("2026-05-15 09:00")
LENT = {Stage.DISBURSED, Stage.REPAYING, Stage.SETTLED}


@pytest.mark.parametrize("stage", Stage)
def test_there_is_a_debt_exactly_once_the_money_has_left(stage: Stage) -> None:
    loan = at_stage(stage)
    assert (loan.statement(MAY.date()) is not None) is (stage in LENT)
    assert (loan.terms is not None) is (stage in LENT)
    assert (loan.disbursed == DISBURSED) is (stage in LENT)


@pytest.mark.parametrize("stage", Stage)
def test_the_purchaser_is_known_once_the_award_was_found(stage: Stage) -> None:
    known = at_stage(stage).purchaser_id
    assert known == (None if stage in {Stage.SUBMITTED, Stage.REFUSED} else "pur-1")


@pytest.mark.parametrize(
    ("events", "held", "feared"),
    [
        ((), False, False),
        ((steps.RecordCourtFreeze,), True, False),
        ((steps.RecordCourtFreeze, steps.LiftCourtFreeze), False, False),
        ((steps.SuspectFraud,), True, True),
        ((steps.SuspectFraud, steps.ClearFraud), False, False),
        ((steps.SuspectFraud, steps.ConfirmFraud), True, True),
        ((steps.SuspectFraud, steps.RecordCourtFreeze, steps.LiftCourtFreeze), True, True),
    ],
)
def test_money_is_held_while_an_order_or_a_suspicion_stands(
    events: tuple[type[steps.Step], ...], held: bool, feared: bool
) -> None:
    loan = at_stage(Stage.REPAYING)
    for event in events:
        loan = on(loan, SAMPLES[event], MAY)
    assert (loan.is_held, loan.is_fraud_feared) == (held, feared)


def test_a_loan_is_never_changed_only_followed_by_another() -> None:
    loan = at_stage(Stage.APPROVED)
    with pytest.raises(FrozenInstanceError):
        loan.stage = Stage.SIGNED  # type: ignore[misc]
    later = on(loan, SAMPLES[steps.Sign], MAY)
    assert (loan.stage, later.stage) == (Stage.APPROVED, Stage.SIGNED)
    assert replace(later, sequence=loan.sequence) != loan


@pytest.mark.clause("law/interest#1")
def test_a_statement_is_of_the_day_asked_for() -> None:
    loan = at_stage(Stage.DISBURSED)
    owed = {day: loan.statement(date.fromisoformat(day)) for day in ("2026-03-02", "2026-03-03", "2026-04-01")}
    assert [each.interest_fen for each in owed.values() if each] == [0, 20, 600]
