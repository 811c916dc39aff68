"""May this step be taken now, by this person, with this content? A refusal says what, where and what would be right."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.asking import CONFIRM, FREEZE, LIFT, MAY, OFFLINE, ORDERED, SUSPECT, pass_, refusal
from tests.rules.loans import (
    BANK,
    BEGAN,
    BUREAU,
    DISBURSED,
    LUOYANG,
    OLD,
    PARTIES,
    PATHS,
    SAMPLES,
    SIGN,
    SUPPLIER,
    TREASURY,
    at_stage,
    by,
    contract,
    lived,
    offer,
    on,
    paid,
    returned,
    rules,
    taken,
    verified,
)
from tests.rules.timelines import at
from zhengcaidai.errors import Conflict, InvalidInput, Refusal, RuleBroken, WrongParty, WrongStage
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.checks import check, is_repeat
from zhengcaidai.rules.tasks import open_tasks

# — the order of questions —


def test_whose_step_it_is_is_asked_first_then_the_stage_then_the_content() -> None:
    loan, wrong = at_stage(Stage.VERIFIED), offer(amount_fen=10**9)
    assert isinstance(refusal(loan, wrong, who=SUPPLIER), WrongParty)
    assert isinstance(refusal(loan, wrong), WrongStage)
    assert isinstance(refusal(at_stage(Stage.ACCEPTED), wrong), RuleBroken)


def test_nothing_that_needs_the_rules_is_taken_before_they_are_loaded() -> None:
    with pytest.raises(WrongStage, match="being verified"):
        check(at_stage(Stage.ACCEPTED), taken(offer()), None, BEGAN)


# — an offer is signed in time —


@pytest.mark.parametrize(
    ("expires_on", "last_moment"),
    [
        pytest.param(date(2026, 3, 6), "2026-03-06 23:59", id="the-day-that-the-offer-names"),
        pytest.param(date(2026, 3, 7), "2026-03-09 23:59", id="a-saturday-moves-to-monday"),
        pytest.param(None, "2026-03-16 23:59", id="ten-working-days-by-the-platform"),
    ],
)
def test_an_offer_is_signed_by_midnight_of_its_last_day_or_not_at_all(
    expires_on: date | None, last_moment: str
) -> None:
    loan = lived(verified(contract()), steps.Accept(), offer(offer_expires_on=expires_on))
    pass_(loan, SIGN, at(last_moment))
    late = refusal(loan, SIGN, at(last_moment) + timedelta(minutes=1))
    assert isinstance(late, WrongStage)
    assert str(late.problem.right).startswith("≤ 2026-03-")


# — paid out once, after the lock, by whoever is to do it —


@pytest.mark.clause("luoyang/2.1#2")
def test_an_offline_banks_staff_report_what_they_paid_out() -> None:
    loan, report = at_stage(Stage.ACCOUNT_LOCKED), SAMPLES[steps.ReportDisbursement]
    pass_(loan, report, **OFFLINE)
    assert refusal(loan, report, code=LUOYANG).problem.where == "channel"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"amount_fen": 199_999}, "amount_fen"),
        ({"amount_fen": 200_001}, "amount_fen"),
        ({"value_date": date(2026, 5, 16)}, "value_date"),
        ({"value_date": date(2026, 3, 1)}, "value_date"),
    ],
)
def test_what_is_reported_is_what_was_approved_and_on_a_possible_day(changed: dict[str, Any], where: str) -> None:
    report = SAMPLES[steps.ReportDisbursement].model_copy(update=changed)
    assert refusal(at_stage(Stage.ACCOUNT_LOCKED), report, **OFFLINE).problem.where == where


@pytest.mark.clause("hanyang/1#1")
def test_money_cannot_have_left_before_the_account_was_locked() -> None:
    report = SAMPLES[steps.ReportDisbursement].model_copy(update={"value_date": date(2026, 3, 1)})
    assert refusal(at_stage(Stage.ACCOUNT_LOCKED), report, **OFFLINE).problem.clause == "kunming/2.3.5"


@pytest.mark.parametrize("hold", [FREEZE, SUSPECT])
def test_money_that_an_offline_bank_has_paid_is_recorded_whatever_stands(hold: Step) -> None:
    """The instruction is held back (see test_tasks); a fact that has happened all the same is never refused and lost."""
    held = on(at_stage(Stage.ACCOUNT_LOCKED), hold, MAY)
    pass_(held, SAMPLES[steps.ReportDisbursement], **OFFLINE)


@pytest.mark.clause("luoyang/2.1#2")
def test_while_an_offline_bank_has_the_instruction_the_loan_cannot_be_withdrawn() -> None:
    ordered = on(at_stage(Stage.ACCOUNT_LOCKED), ORDERED, MAY)
    assert isinstance(refusal(ordered, SAMPLES[steps.Withdraw], **OFFLINE), WrongStage)
    pass_(ordered, SAMPLES[steps.ReportNotPaidOut], **OFFLINE)
    given_back = on(ordered, SAMPLES[steps.ReportNotPaidOut], MAY)
    pass_(given_back, SAMPLES[steps.Withdraw], **OFFLINE)
    assert isinstance(refusal(ordered, SAMPLES[steps.ReportNotPaidOut]), WrongStage)


def test_plans_and_deductions_come_to_the_contracts_price_at_most() -> None:
    lent = at_stage(Stage.DISBURSED)
    assert lent.contract is not None
    price = lent.contract.amount_fen
    plan = SAMPLES[steps.FileFundUsePlan]
    whole = plan.model_copy(update={"amount_fen": price, "pay_on": date(2026, 5, 20)})
    pass_(lent, whole)
    planned = on(lent, whole, MAY)
    more = whole.model_copy(update={"amount_fen": 1, "plan_number": "ANOTHER"})
    assert refusal(planned, more).problem.where == "amount_fen"
    deduction = SAMPLES[steps.ReportDeduction]
    assert refusal(lent, deduction.model_copy(update={"amount_fen": price + 1})).problem.where == "amount_fen"
    deducted = on(lent, deduction.model_copy(update={"amount_fen": price}), MAY)
    assert refusal(deducted, more).problem.right == "≤ 0"


@pytest.mark.clause("kunming/2.3.6")
def test_money_that_came_back_may_be_planned_again() -> None:
    repaying = at_stage(Stage.REPAYING)
    assert repaying.contract is not None
    plan = SAMPLES[steps.FileFundUsePlan].model_copy(update={"pay_on": date(2026, 5, 20)})
    left = repaying.contract.amount_fen - sum(each.amount_fen for each in repaying.plans)
    planned = on(repaying, plan.model_copy(update={"amount_fen": left, "plan_number": "REST"}), MAY)
    again = plan.model_copy(update={"amount_fen": 150_000, "plan_number": "AGAIN"})
    assert refusal(planned, again).problem.where == "amount_fen"
    came_back = on(planned, returned(150_000, "P0"), MAY)
    pass_(came_back, again)
    assert refusal(came_back, again.model_copy(update={"amount_fen": 150_001})).problem.right == "≤ 150000"


@pytest.mark.clause("kunming/2.3.5")
def test_each_court_order_is_lifted_by_its_own_number_and_holds_until_then() -> None:
    first = steps.RecordCourtFreeze(order_number="（2026）云01执1号", court="示例法院")
    second = steps.RecordCourtFreeze(order_number="（2026）云01执2号", court="示例法院")
    both = on(on(at_stage(Stage.ACCOUNT_LOCKED), first, MAY), second, MAY)
    lift = steps.LiftCourtFreeze(order_number=second.order_number, reason="已结案")
    one_left = on(both, lift, MAY)
    assert one_left.is_held
    assert isinstance(refusal(one_left, lift), InvalidInput)
    assert isinstance(refusal(one_left, first), Conflict)
    last = steps.LiftCourtFreeze(order_number=first.order_number, reason="已结案")
    assert not on(one_left, last, MAY).is_held


def test_a_loan_is_paid_out_once() -> None:
    loan, report = at_stage(Stage.DISBURSED), SAMPLES[steps.ReportDisbursement]
    assert is_repeat(loan, taken(report))
    other = report.model_copy(update={"bank_reference": "REF-2"})
    with pytest.raises(Conflict):
        is_repeat(loan, taken(other))
    assert isinstance(refusal(loan, other, **OFFLINE), Conflict)


def test_an_instruction_is_given_again_only_after_the_bank_has_refused_it() -> None:
    loan, retry = lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED), SAMPLES[steps.RetryDisbursement]
    assert isinstance(refusal(loan, retry), WrongStage)
    refused = on(loan, facts.DisbursementRefused(reason=Words.quoted("额度用尽")), MAY)
    pass_(refused, retry)
    pass_(refused, retry, who=PARTIES[Role.OPERATOR])


# — leaving —


@pytest.mark.parametrize("step", [SAMPLES[steps.Withdraw], SAMPLES[steps.Resend]])
def test_a_supplier_may_leave_until_the_instruction_to_pay_out_is_given(step: Step) -> None:
    pass_(at_stage(Stage.ACCOUNT_LOCKED), step)
    ordered = lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED)
    assert isinstance(refusal(ordered, step), WrongStage)
    pass_(on(ordered, facts.DisbursementRefused(reason=Words.quoted("额度用尽")), MAY), step)


def test_sending_on_is_to_another_bank() -> None:
    same = SAMPLES[steps.Resend].model_copy(update={"bank_id": "bank-1"})
    assert refusal(at_stage(Stage.ACCEPTED), same).problem.where == "bank_id"
    long = SAMPLES[steps.Resend].model_copy(update={"new_loan_id": "L" * 41})
    assert refusal(at_stage(Stage.ACCEPTED), long).problem.where == "new_loan_id"


# — contract and account —


def test_a_contract_is_reported_once_until_it_proves_wrong() -> None:
    loan, filed = at_stage(Stage.SIGNED), steps.FileContract(filing_number="合备[2026]1号")
    pass_(loan, filed)
    reported = on(loan, filed, MAY)
    assert isinstance(refusal(reported, filed), WrongStage)
    not_found = facts.ContractNotFound(filing_number="合备[2026]1号", reason=Words.quoted("查无此合同"))
    pass_(on(reported, not_found, MAY), filed)


def test_an_account_change_is_asked_for_again_only_after_the_first_has_ended() -> None:
    assert isinstance(refusal(at_stage(Stage.ACCOUNT_CHANGE), SAMPLES[steps.RefileAccountChange]), WrongStage)


@pytest.mark.clause("kunming/2.3.6#1")
def test_a_plan_names_the_locked_account_and_a_day_to_come() -> None:
    loan, plan = at_stage(Stage.DISBURSED), SAMPLES[steps.FileFundUsePlan]
    april = at("2026-04-30 12:00")
    pass_(loan, plan, april)
    assert refusal(loan, plan, at("2026-05-01")).problem.where == "pay_on"
    in_a_year = plan.model_copy(update={"pay_on": date(2027, 5, 1)})
    pass_(loan, in_a_year, april)
    assert refusal(loan, in_a_year.model_copy(update={"pay_on": date(2027, 5, 2)}), april).problem.where == "pay_on"
    elsewhere = plan.model_copy(update={"account_number": OLD.number})
    assert refusal(loan, elsewhere, april).problem.where == "account_number"


# — what lies over a loan —


def test_only_the_freeze_on_record_is_lifted() -> None:
    loan = at_stage(Stage.REPAYING)
    assert isinstance(refusal(loan, LIFT), InvalidInput)
    frozen = on(loan, FREEZE, MAY)
    pass_(frozen, LIFT)
    other = LIFT.model_copy(update={"order_number": "（2026）云01执2号"})
    assert refusal(frozen, other).problem.right == "（2026）云01执1号"


@pytest.mark.clause("hanyang/3#4")
def test_a_suspicion_is_raised_once_and_decided_once_by_the_bureau() -> None:
    loan = at_stage(Stage.REPAYING)
    for decision in (SAMPLES[steps.ClearFraud], CONFIRM):
        assert isinstance(refusal(loan, decision), WrongStage)
    suspected = on(loan, SUSPECT, MAY)
    assert isinstance(refusal(suspected, SUSPECT), WrongStage)
    pass_(suspected, SAMPLES[steps.ClearFraud])
    confirmed = on(suspected, CONFIRM, MAY)
    for again in (SUSPECT, SAMPLES[steps.ClearFraud], CONFIRM):
        assert isinstance(refusal(confirmed, again), WrongStage)


def test_the_end_of_a_contract_is_reported_once() -> None:
    ended = on(at_stage(Stage.REPAYING), SAMPLES[steps.ReportTermination], MAY)
    assert isinstance(refusal(ended, SAMPLES[steps.ReportTermination]), WrongStage)


def test_a_corrected_start_is_asked_for_by_one_person_and_decided_by_another() -> None:
    loan, asked = at_stage(Stage.ACCEPTED), SAMPLES[steps.CorrectClockStart]
    decide = SAMPLES[steps.DecideClockCorrection]
    assert isinstance(refusal(loan, decide), WrongStage)
    pass_(loan, asked, BEGAN)
    future = asked.model_copy(update={"corrected_on": date(2026, 3, 3)})
    assert refusal(loan, future, BEGAN).problem.where == "corrected_on"
    waiting = on(loan, asked, BEGAN + timedelta(days=1))
    assert isinstance(refusal(waiting, asked), WrongStage)
    pass_(waiting, decide)
    assert isinstance(refusal(waiting, decide.model_copy(update={"clock": ClockId.APPROVAL})), WrongStage)
    same_person = BUREAU.model_copy(update={"user_id": BANK.user_id})
    assert isinstance(refusal(waiting, decide, who=same_person), WrongParty)


# — whatever anybody tries —

_EVERY_STEP: list[tuple[Step, Principal]] = [
    *((step, by(step)) for step in SAMPLES.values()),
    (returned(150_000, "P1"), TREASURY),
    (paid(100_000, "P2"), BANK),
    (SAMPLES[steps.Accept], SUPPLIER),
    (offer(amount_fen=10**9), BANK),
]


@given(tried=st.lists(st.sampled_from(_EVERY_STEP), max_size=25), start=st.sampled_from(list(Stage)))
def test_whatever_is_tried_a_step_is_refused_or_taken_and_an_open_loan_waits_for_somebody(
    tried: list[tuple[Step, Principal]], start: Stage
) -> None:
    """No other error than a refusal; a refusal leaves the loan as it was; a taken step is known again."""
    loan, now = at_stage(start), MAY
    for number, (step, who) in enumerate(tried):
        before, asked, now = loan, taken(step, who, f"try-{number}"), now + timedelta(hours=1)
        try:
            if is_repeat(loan, asked):
                continue
            check(loan, asked, rules(), now)
        except Refusal:
            assert loan is before
            continue
        loan = on(loan, step, now, who, f"try-{number}")
        assert is_repeat(loan, asked)
        assert loan.stage.is_end or open_tasks(loan, (), rules().product)


def test_the_fixed_path_of_a_loan_is_taken_step_by_step() -> None:
    """Every step of the common way passes its check when its turn comes."""
    loan, now = at_stage(Stage.SUBMITTED), BEGAN
    told: tuple[Frozen, ...] = (*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, DISBURSED, SAMPLES[steps.FileFundUsePlan])
    for event in told:
        now += timedelta(hours=1)
        if isinstance(event, Step):
            pass_(loan, event, now)
        loan = on(loan, event, now)
    assert loan.stage is Stage.DISBURSED
