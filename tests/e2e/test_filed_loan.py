"""A payment that comes back after the loan is settled, watched and filed: it is owed again all the same."""

from datetime import timedelta

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from tests.e2e.books import account_is_free
from tests.e2e.driving import AWARD_FEN, KUNMING, LOAN_FEN, Driven, driven, patiently
from tests.e2e.outside import Outside
from tests.waiting import eventually_async
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import PostPayment
from zhengcaidai.sandbox.people import People
from zhengcaidai.temporal import loan_workflow_id


async def _is_filed(temporal: Client, loan: Driven) -> bool:
    described = await temporal.get_workflow_handle(loan_workflow_id(loan.loan_id)).describe()
    return described.status is WorkflowExecutionStatus.COMPLETED


@pytest.mark.clause("kunming/2.3.6")
async def test_a_return_to_a_filed_loan_reopens_it_and_locks_the_account_again(
    people: People, temporal: Client, outside: Outside
) -> None:
    loan = await driven(people, KUNMING)
    await loan.home()
    today = (await loan.moved(timedelta(days=40))).date()
    await eventually_async(lambda: _is_filed(temporal, loan))

    back = {"return_id": f"{loan.loan_id}-R1", "amount_fen": AWARD_FEN, "value_date": str(today)}
    path = f"/budget/payments/{loan.plan_number}-1/return"
    await patiently(lambda: people.control("POST", path, back))
    seen = await loan.reaches(Stage.REPAYING)
    assert seen["principal_fen"] == LOAN_FEN
    assert seen["owed_fen"] > LOAN_FEN
    await loan.cast.operator.until(
        f"/v1/loans/{loan.loan_id}", lambda each: each["collection_account"] is not None, "locked again", 20
    )

    loan.plan_number_suffix, loan.value_date = "-P2", today
    await eventually_async(loan.plan_filed)
    await loan.paid()
    seen = await loan.cast.operator.until(
        f"/v1/loans/{loan.loan_id}", lambda each: each["statement"]["received_fen"] == AWARD_FEN, "paid again", 20
    )
    # The supplier was given the surplus in December and keeps it; the interest since then is still owed.
    owed_fen = seen["owed_fen"]
    assert seen["statement"]["over_refunded_fen"] == owed_fen > 0
    account = await loan.cast.bank_account()
    await loan.step(
        loan.cast.bank,
        PostPayment(
            payment_id=f"{loan.loan_id}-B1", amount_fen=owed_fen, account_number=account.number, value_date=today
        ),
    )
    await loan.home()
    await account_is_free(outside, loan)
    kinds = [each["kind"] for each in await loan.timeline()]
    assert kinds.count("settled") == 2
    assert kinds.count("reopened") == 1
    assert kinds.count("disbursed") == 1
