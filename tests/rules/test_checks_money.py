"""May this payment, return or repeat be taken? Asked before anything is written."""

from datetime import date
from typing import Any

import pytest

from tests.rules.asking import MAY, pass_, refusal
from tests.rules.loans import (
    AGREED,
    BANK,
    HUBEI,
    KUNMING,
    LUOYANG,
    OLD,
    PATHS,
    SAMPLES,
    SUPPLIER,
    TREASURY,
    at_stage,
    lived,
    on,
    paid,
    returned,
    rules,
    taken,
)
from zhengcaidai.errors import Conflict, InvalidInput, WrongParty
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.checks import check, is_repeat
from zhengcaidai.rules.payments import check_return_is_of_something
from zhengcaidai.rules.tasks import open_tasks

# — money —


@pytest.mark.clause("kunming/3.2#3")
@pytest.mark.parametrize(
    ("code", "clause"), [(KUNMING, "kunming/3.2"), (LUOYANG, "luoyang/2.3"), ("420105", "hanyang/1"), (HUBEI, None)]
)
def test_money_goes_into_the_locked_account_and_no_other(code: str, clause: str | None) -> None:
    loan = at_stage(Stage.DISBURSED)
    pass_(loan, paid(150_000, account=AGREED), code=code)
    problem = refusal(loan, paid(150_000, account=OLD), code=code).problem
    assert (problem.where, problem.right, problem.clause) == ("account_number", AGREED.masked, clause)


@pytest.mark.parametrize(
    ("day", "fits"), [("2026-03-01", False), ("2026-03-02", True), ("2026-05-15", True), ("2026-05-16", False)]
)
@pytest.mark.parametrize("step", [paid(150_000), returned(150_000, "P0")])
def test_a_value_date_lies_between_the_disbursement_and_today(step: Step, day: str, fits: bool) -> None:
    dated = step.model_copy(update={"value_date": date.fromisoformat(day)})
    if fits:
        pass_(at_stage(Stage.REPAYING), dated)
    else:
        assert refusal(at_stage(Stage.REPAYING), dated).problem.where == "value_date"


@pytest.mark.parametrize("step", [paid(150_000), returned(150_000, "P0")])
def test_what_is_not_valued_yet_is_to_be_told_again_on_its_day(step: Step) -> None:
    problem = refusal(at_stage(Stage.REPAYING), step.model_copy(update={"value_date": date(2026, 5, 18)})).problem
    assert "请于 2026-05-18 当日或之后再报" in problem.zh
    assert "Send it again on 2026-05-18 or later" in problem.en


@pytest.mark.clause("kunming/2.3.6#2")
@pytest.mark.parametrize("step", [paid(150_000), returned(150_000, "P0")])
def test_a_payment_is_told_by_the_treasury_that_paid_it_and_by_none_above(step: Step) -> None:
    loan, province = at_stage(Stage.REPAYING), TREASURY.model_copy(update={"organisation_id": "treasury-530000"})
    pass_(loan, step, who=TREASURY)
    refused = refusal(loan, step, who=province)
    assert isinstance(refused, WrongParty)
    assert refused.problem.right == "treasury-530100"


@pytest.mark.parametrize("step", [paid(150_000), returned(150_000, "P0")])
def test_where_a_region_has_no_treasury_the_one_above_that_pays_for_it_tells(step: Step) -> None:
    loan, province = at_stage(Stage.REPAYING), TREASURY.model_copy(update={"organisation_id": "treasury-530000"})
    in_force = rules(KUNMING)
    paid_above = in_force.model_copy(update={"profile": in_force.profile.model_copy(update={"treasury": "530000"})})
    check(loan, taken(step, province), paid_above, MAY)
    with pytest.raises(WrongParty):
        check(loan, taken(step, TREASURY), paid_above, MAY)
    asked = [each for each in open_tasks(loan, (), None, paid_above.profile) if each.role is Role.TREASURY]
    assert [each.organisation_id for each in asked] == ["treasury-530000"]


@pytest.mark.clause("kunming/3.2#3")
def test_every_treasury_numbers_the_payments_it_stopped_itself() -> None:
    stopped = SAMPLES[steps.ReportStoppedPayment]
    province = TREASURY.model_copy(update={"organisation_id": "treasury-530000"})
    loan = on(at_stage(Stage.DISBURSED), stopped, MAY)
    other = stopped.model_copy(update={"amount_fen": 1})
    assert is_repeat(loan, taken(stopped, TREASURY))
    assert not is_repeat(loan, taken(other, province))
    with pytest.raises(Conflict):
        is_repeat(loan, taken(other, TREASURY))


@pytest.mark.parametrize(
    ("step", "where"),
    [
        pytest.param(paid(100, "release-3"), "payment_id", id="a-payment"),
        pytest.param(returned(100, "P0", "release-3"), "return_id", id="a-return"),
        pytest.param(returned(100, "release-9"), "payment_id", id="a-return-of-no-refund-of-ours"),
        pytest.param(returned(100, "P0", "P0"), "return_id", id="a-return-named-like-its-payment"),
        pytest.param(returned(100, "R9", "R9"), "return_id", id="a-return-of-itself"),
    ],
)
def test_numbers_that_no_institution_may_give_are_refused(step: Step, where: str) -> None:
    loan = at_stage(Stage.REPAYING)
    refused = refusal(loan, step)
    assert isinstance(refused, InvalidInput)
    assert refused.problem.where == where
    with pytest.raises(InvalidInput):
        is_repeat(loan, taken(step))


def test_an_agreed_fee_is_no_payment_and_does_not_come_back() -> None:
    (*signed, plain) = PATHS[Stage.DISBURSED]
    loan = lived(*signed, plain.model_copy(update={"fees_fen": 5_000}))
    refused = refusal(loan, returned(5_000, "L1:fees", on="2026-03-02"))
    assert isinstance(refused, InvalidInput)
    assert "agreed fee" in refused.problem.en


def test_a_refund_that_came_back_is_returned_under_its_own_number() -> None:
    """P0 is more than the loan, what it does not need is released, and the supplier's bank sends it back."""
    settled = at_stage(Stage.SETTLED)
    assert settled.ledger is not None
    released = on(settled, facts.Swept(through=len(settled.ledger.entries), released_fen=98_820), MAY)
    assert released.ledger is not None
    pass_(released, returned(98_820, "release-1"))
    assert isinstance(refusal(released, returned(98_821, "release-1")), Conflict)


def test_what_the_ledger_would_refuse_is_refused_before_anything_is_written() -> None:
    assert isinstance(refusal(at_stage(Stage.REPAYING), returned(150_001, "P0")), Conflict)


def test_a_return_before_its_payment_is_taken() -> None:
    pass_(at_stage(Stage.REPAYING), returned(100, "P9"))


def test_a_wrong_return_that_came_first_does_not_keep_the_payment_out() -> None:
    early = on(at_stage(Stage.REPAYING), returned(60_000, "P9"), MAY)
    pass_(early, paid(50_000, "P9"))
    booked = on(early, paid(50_000, "P9"), MAY)
    assert isinstance(refusal(booked, returned(60_000, "P9")), Conflict)
    pass_(booked, returned(50_000, "P9", "R2"))


# — the same again —


@pytest.mark.parametrize(
    ("step", "other"),
    [
        (paid(150_000, "P0"), {"amount_fen": 150_001}),
        (paid(150_000, "P0"), {"value_date": date(2026, 5, 4)}),
        (SAMPLES[steps.FileFundUsePlan], {"amount_fen": 1}),
        (SAMPLES[steps.ReportStoppedPayment], {"amount_fen": 1}),
    ],
)
def test_the_same_number_again_is_a_repeat_and_with_other_content_a_conflict(step: Step, other: dict[str, Any]) -> None:
    loan = at_stage(Stage.DISBURSED)
    assert not is_repeat(loan, taken(step))
    done = on(loan, step, MAY)
    assert is_repeat(done, taken(step))
    with pytest.raises(Conflict):
        is_repeat(done, taken(step.model_copy(update=other)))


def test_a_payment_told_by_bank_and_treasury_is_one_payment() -> None:
    assert is_repeat(at_stage(Stage.REPAYING), taken(paid(150_000, "P0"), BANK))


def test_the_same_key_is_a_repeat_for_its_own_step_and_party_only() -> None:
    loan = at_stage(Stage.APPROVED)
    key = next(key for key, step in loan.keys.items() if isinstance(step, steps.Accept))
    assert is_repeat(loan, taken(steps.Accept(), key=key))
    with pytest.raises(WrongParty):
        is_repeat(loan, taken(steps.Accept(), SUPPLIER, key=key))
    with pytest.raises(Conflict):
        is_repeat(loan, taken(steps.Reject(reason="反悔"), key=key))


def test_a_settled_loan_takes_no_return_of_a_payment_that_nobody_knows_and_an_open_one_holds_it() -> None:
    unknown = returned(50_000, "TP9", "R9")
    check_return_is_of_something(at_stage(Stage.REPAYING), unknown)
    settled = on(at_stage(Stage.REPAYING), facts.Settled(received_fen=1, surplus_fen=0), MAY)
    with pytest.raises(InvalidInput) as refused:
        check_return_is_of_something(settled, unknown)
    assert refused.value.problem.where == "payment_id"
    assert "P0" in (refused.value.problem.right or "")
