"""视图: each query that the Temporal UI is linked with finds the loans that its title speaks of, and no others."""

from datetime import timedelta

import pytest

from tests.waiting import eventually_async
from tests.workflows.harness import RunningLoan, running_loan
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT
from zhengcaidai import temporal
from zhengcaidai.cli.views import SAVED_VIEWS
from zhengcaidai.messages import steps
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.stages import Stage

_TITLES = {"等银行", "等采购人", "等财政", "将到期", "已超时", "异常"}


async def _found_under(loan: RunningLoan) -> set[str]:
    """The titles of the views in which the loan is listed, each asked for as the UI asks."""
    workflow_id = temporal.loan_workflow_id(loan.loan_id)
    return {
        title
        for title, query in SAVED_VIEWS.items()
        if workflow_id in [each.id async for each in loan.office.client.list_workflows(query)]
    }


async def _is_found_under(loan: RunningLoan, *titles: str) -> None:
    """Under these and no others, as soon as the server's lists are up to date."""
    seen: set[str] = set()

    async def so() -> bool:
        seen.clear()
        seen.update(await _found_under(loan))
        return seen == set(titles)

    await loan.at_rest()
    try:
        await eventually_async(so, within_s=10)
    except AssertionError as error:
        raise AssertionError(f"found under {sorted(seen)}, not {sorted(titles)}") from error


def test_there_is_a_view_of_everything_that_operators_look_for() -> None:
    assert set(SAVED_VIEWS) == _TITLES


async def test_a_loan_is_listed_under_whom_it_waits_for_and_how_its_limit_stands(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        await _is_found_under(loan, "等银行")
        due_at = (await loan.deadline(ClockId.FINANCING)).due_at
        await loan.advance_to(due_at - timedelta(hours=1))
        await _is_found_under(loan, "等银行", "将到期")
        await loan.advance_to(due_at + timedelta(hours=1))
        await _is_found_under(loan, "等银行", "已超时")
        await loan.take(steps.SuspectFraud(reason="印章存疑"), loan.parties.bank)
        await _is_found_under(loan, "等银行", "等财政", "已超时", "异常")
        await loan.take(steps.ConfirmFraud(reason="合同系伪造"), loan.parties.bureau)
        await loan.handle.result()
        await _is_found_under(loan)


@pytest.mark.clause("kunming/2.3.4")
async def test_a_loan_that_waits_for_its_contract_waits_for_the_purchaser_alone(office: Office) -> None:
    async with running_loan(office, basis=Basis.AWARD_NOTICE) as loan:
        await loan.to(Stage.SIGNED)
        await _is_found_under(loan, "等采购人")
        await loan.take(steps.Withdraw(reason="到此为止"), loan.parties.supplier)
        await loan.handle.result()
        await _is_found_under(loan)


@pytest.mark.clause("kunming/2.3.6")
async def test_a_loan_that_is_repaid_waits_for_a_plan_and_a_payment_and_when_due_for_its_collection(
    office: Office,
) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await _is_found_under(loan, "等采购人", "等财政")
        plan = steps.FileFundUsePlan(
            plan_number="PL1", amount_fen=300_000, pay_on=await loan.today(), account_number=NEW_ACCOUNT.number
        )
        await loan.take(plan, loan.parties.purchaser)
        await _is_found_under(loan, "等财政")
        due_at = (await loan.deadline(ClockId.LOAN_REPAYMENT)).due_at
        await loan.advance_to(due_at + timedelta(hours=1))
        await _is_found_under(loan, "等财政", "等银行", "已超时", "异常")
        await loan.settle()
        await _is_found_under(loan)
