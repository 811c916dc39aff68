"""待办: at every moment a loan says whom it waits for, with what action, until when."""

from typing import Any

import pytest

from tests.rules.loans import (
    BEGAN,
    DISBURSED,
    PATHS,
    SAMPLES,
    SIGN,
    TODAY,
    application,
    at_stage,
    contract,
    ended,
    lived,
    offer,
    on,
    paid,
    product,
    rules,
    verified,
)
from tests.rules.timelines import at
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS
from zhengcaidai.messages.tasks import Task
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.clocks import deadlines, promise_rule
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.organisations import organisation_of
from zhengcaidai.rules.stages import ALLOWED
from zhengcaidai.rules.tasks import open_tasks

NOW = at("2026-03-03 09:00")
ORDERED = facts.DisbursementOrdered(key="L1:disburse", amount_fen=200_000)
REFUSED = facts.DisbursementRefused(reason=Words.quoted("额度用尽"))
KINDS = {step.name(): step for step in STEPS}
OFFLINE: dict[str, Any] = {"channel": Channel.OFFLINE}


def timed(loan: Loan, **of_product: Any) -> tuple[Deadline, ...]:
    going_by = rules(**of_product)
    promise = going_by.product.promise_days
    promised = (promise_rule(going_by.profile, "product-1", promise),) if promise else ()
    adopted = (CalendarAdoption(at=BEGAN, years=calendar_years(TODAY)),)
    every = (*going_by.profile.clocks, *promised, *going_by.platform_clocks)
    return deadlines(every, loan.timeline, adopted, NOW, repeat=loan.repeat_borrower)


def asked(loan: Loan, **of_product: Any) -> tuple[Task, ...]:
    return open_tasks(loan, timed(loan, **of_product), product(**of_product))


def brief(loan: Loan, **of_product: Any) -> list[tuple[Role, tuple[str, ...]]]:
    return [(task.role, task.actions) for task in asked(loan, **of_product)]


BUREAU_DECIDES = (Role.FINANCE_BUREAU, ("clear_fraud", "confirm_fraud"))
REPAYMENT = [
    (Role.PURCHASER, ("file_fund_use_plan",)),
    (Role.TREASURY, ("post_payment",)),
    (Role.BANK, ("post_payment",)),
]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.SUBMITTED, [(Role.SYSTEM, ())]),
        (Stage.VERIFIED, [(Role.BANK, ("accept", "reject"))]),
        (Stage.ACCEPTED, [(Role.BANK, ("approve", "request_materials", "reject"))]),
        (Stage.MATERIALS_REQUESTED, [(Role.SUPPLIER, ("supply_materials", "withdraw"))]),
        (Stage.APPROVED, [(Role.SUPPLIER, ("sign", "withdraw"))]),
        (Stage.SIGNED, [(Role.PURCHASER, ("file_contract",))]),
        (Stage.ACCOUNT_CHANGE, [(Role.SYSTEM, ())]),
        (Stage.ACCOUNT_LOCKED, [(Role.SYSTEM, ())]),
        (Stage.DISBURSED, REPAYMENT),
        (Stage.REPAYING, REPAYMENT),
        (Stage.SETTLED, []),
        (Stage.REFUSED, []),
        (Stage.REJECTED, []),
        (Stage.WITHDRAWN, []),
        (Stage.LAPSED, []),
    ],
)
def test_each_stage_waits_for_its_party(stage: Stage, expected: list[tuple[Role, tuple[str, ...]]]) -> None:
    assert brief(at_stage(stage)) == expected


@pytest.mark.parametrize(
    ("loan", "of_product", "expected"),
    [
        pytest.param(
            on(at_stage(Stage.SIGNED), SAMPLES[steps.FileContract], NOW),
            {},
            [(Role.SYSTEM, ())],
            id="contract-looked-up",
        ),
        pytest.param(
            on(at_stage(Stage.ACCOUNT_CHANGE), ended(ChangeStage.REFUSED), NOW),
            {},
            [(Role.SUPPLIER, ("refile_account_change", "withdraw"))],
            id="change-refused",
        ),
        pytest.param(
            on(at_stage(Stage.ACCOUNT_LOCKED), ORDERED, NOW),
            OFFLINE,
            [(Role.BANK, ("report_disbursement", "report_not_paid_out"))],
            id="an-offline-bank-pays-out",
        ),
        pytest.param(
            lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, REFUSED),
            {},
            [(Role.BANK, ("retry_disbursement",))],
            id="the-bank-has-refused",
        ),
        pytest.param(
            on(at_stage(Stage.ACCOUNT_LOCKED), SAMPLES[steps.SuspectFraud], NOW),
            {},
            [BUREAU_DECIDES],
            id="held-for-fraud",
        ),
        pytest.param(
            on(at_stage(Stage.ACCOUNT_LOCKED), SAMPLES[steps.RecordCourtFreeze], NOW),
            {},
            [(Role.FINANCE_BUREAU, ("lift_court_freeze",))],
            id="frozen",
        ),
        pytest.param(
            lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, SAMPLES[steps.SuspectFraud], SAMPLES[steps.ConfirmFraud]),
            {},
            [(Role.BANK, ("report_disbursement", "report_not_paid_out"))],
            id="fraud-confirmed-while-the-bank-pays-out",
        ),
        pytest.param(
            on(at_stage(Stage.ACCEPTED), SAMPLES[steps.CorrectClockStart], NOW),
            {},
            [
                (Role.BANK, ("approve", "request_materials", "reject")),
                (Role.FINANCE_BUREAU, ("decide_clock_correction",)),
            ],
            id="a-correction-to-decide",
        ),
        pytest.param(
            on(at_stage(Stage.REPAYING), SAMPLES[steps.ReportTermination], NOW),
            {},
            REPAYMENT[1:],
            id="no-plan-for-a-dead-contract",
        ),
    ],
)
def test_whatever_has_come_between_somebody_is_asked(
    loan: Loan, of_product: dict[str, Any], expected: list[tuple[Role, tuple[str, ...]]]
) -> None:
    assert brief(loan, **of_product) == expected


@pytest.mark.parametrize("stage", Stage)
def test_every_action_shown_is_the_partys_own_and_possible_now(stage: Stage) -> None:
    loan = at_stage(stage)
    for task in asked(loan):
        assert task.organisation_id == organisation_of(loan, task.role)
        assert task.zh
        assert task.en
        for action in task.actions:
            assert task.role in KINDS[action].by_role
            assert stage in ALLOWED[KINDS[action]]


@pytest.mark.clause("kunming/2.3.5")
def test_each_of_two_court_freezes_is_a_task_of_its_own() -> None:
    """Nothing else may tell them apart, and whoever works on the one does not thereby work on the other."""
    first = steps.RecordCourtFreeze(order_number="（2026）示例执1号", court="示例区人民法院", document=None)
    second = first.model_copy(update={"order_number": "（2026）示例执2号"})
    frozen = on(on(at_stage(Stage.REPAYING), first, NOW), second, NOW)
    lifted = [each.reference for each in asked(frozen) if each.actions == ("lift_court_freeze",)]
    assert lifted == [first.order_number, second.order_number]


@pytest.mark.parametrize("stage", [stage for stage in Stage if not stage.is_end])
def test_an_open_loan_is_never_without_a_task(stage: Stage) -> None:
    loan = at_stage(stage)
    for hold in (SAMPLES[steps.SuspectFraud], SAMPLES[steps.RecordCourtFreeze], SAMPLES[steps.CorrectClockStart]):
        assert asked(loan)
        assert asked(on(loan, hold, NOW))


@pytest.mark.clause("kunming/2.3.6#1")
def test_plans_are_asked_for_until_the_whole_contract_is_planned() -> None:
    loan, plan = at_stage(Stage.DISBURSED), SAMPLES[steps.FileFundUsePlan]
    half = on(loan, plan, NOW)
    assert brief(half) == REPAYMENT
    assert brief(on(half, plan.model_copy(update={"plan_number": "PLAN-2"}), NOW)) == REPAYMENT[1:]
    less = on(half, steps.ReportDeduction(amount_fen=150_000, reason="迟交"), NOW)
    assert brief(less) == REPAYMENT[1:]


@pytest.mark.parametrize(
    ("stage", "clock", "due", "clause"),
    [
        (Stage.VERIFIED, ClockId.ACCEPTANCE, "2026-03-06", "platform/acceptance"),
        (Stage.ACCEPTED, ClockId.FINANCING, "2026-03-10", "kunming/4.2"),
        (Stage.MATERIALS_REQUESTED, ClockId.MATERIALS_SUPPLEMENT, "2026-03-17", "platform/materials_supplement"),
        (Stage.APPROVED, ClockId.OFFER_EXPIRY, "2026-03-17", "platform/offer_expiry"),
        (Stage.ACCOUNT_LOCKED, ClockId.FINANCING, "2026-03-10", "kunming/4.2"),
    ],
)
def test_a_task_shows_the_limit_that_runs_and_its_clause(stage: Stage, clock: ClockId, due: str, clause: str) -> None:
    (task,) = asked(at_stage(stage))
    assert (task.clock, task.clause, task.due_at) == (clock, clause, at(due))


@pytest.mark.clause("kunming/5.2#3")
@pytest.mark.parametrize(("promise_days", "clock"), [(2, ClockId.PRODUCT_PROMISE), (5, ClockId.FINANCING)])
def test_of_promise_and_limit_the_task_shows_the_one_that_counts(promise_days: int, clock: ClockId) -> None:
    (task,) = asked(at_stage(Stage.ACCEPTED), promise_days=promise_days)
    assert task.clock is clock


def test_the_purchasers_task_shows_the_contracts_next_day_and_the_banks_the_loans() -> None:
    plan, treasury, bank = asked(at_stage(Stage.DISBURSED))
    assert plan.due_at == treasury.due_at == at("2026-05-01")
    assert bank.due_at == at("2026-09-01")  # 29 August is a Saturday


def test_a_task_without_a_limit_says_its_clause() -> None:
    waiting = lived(
        verified(), steps.Accept(), offer(), SIGN, asked=application(basis=Basis.AWARD_NOTICE, filing_number=None)
    )
    (task,) = open_tasks(waiting, (), product())
    assert (task.clock, task.due_at, task.clause) == (None, None, "kunming/2.3.4")


def test_what_is_asked_for_is_told_in_the_task() -> None:
    assert "财务报表" in asked(at_stage(Stage.MATERIALS_REQUESTED))[0].zh
    refused = lived(
        verified(contract()), steps.Accept(), offer(), SIGN, *PATHS[Stage.ACCOUNT_LOCKED][4:], ORDERED, REFUSED
    )
    assert "额度用尽" in asked(refused)[0].zh


def test_a_paid_out_loan_has_left_the_task_of_paying_out() -> None:
    loan = lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, DISBURSED, paid(1, on="2026-03-02"))
    assert "report_disbursement" not in {action for task in asked(loan, **OFFLINE) for action in task.actions}
