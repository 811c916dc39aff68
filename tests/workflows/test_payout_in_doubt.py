"""放款存疑: no money leaves while a hold stands, and what the bank's system says is not believed when it cannot be so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.fakes import FakeBank
from tests.waiting import eventually, eventually_async
from tests.workflows.harness import RunningLoan, refused, running_loan
from tests.workflows.office import Office
from tests.workflows.samples import product
from tests.workflows.world import Fault, World
from zhengcaidai.errors import WrongStage
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.orders import DisbursementOrder, DisbursementReceipt
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage

FREEZE = steps.RecordCourtFreeze(order_number="(2026)执1号", court="示例法院")
LIFTED = steps.LiftCourtFreeze(order_number="(2026)执1号", reason="解除")
WITHDRAW = steps.Withdraw(reason="改用自有资金")
NOT_PAID = steps.ReportNotPaidOut(reason="核心系统无此笔放款")


@dataclass
class OddBank(FakeBank):
    """Its receipts say something else than its books."""

    odd: dict[str, Any] | None = None
    books: bool = True

    async def disburse(self, order: DisbursementOrder) -> DisbursementReceipt:
        receipt = await super().disburse(order)
        if not self.books:
            del self.paid_out[order.key]
        return receipt.model_copy(update=self.odd) if self.odd else receipt


async def _held_while_the_bank_is_silent(loan: RunningLoan) -> None:
    """Signed; the bank's system gives no answer; then a court's order comes."""
    await loan.approve()
    await loan.sign()
    await eventually(lambda: loan.world.calls.count("bank.disburse"), bool, 10)
    await loan.take(FREEZE, loan.parties.bureau)
    await loan.recorded(lambda update: any("report_not_paid_out" in task.actions for task in update.tasks))


async def _only_the_record_is_missing(loan: RunningLoan) -> bool:
    """The account is locked, the loan knows it, and the instruction waits for the database alone."""
    raw = (await loan.handle.describe()).raw_description
    called = [each.activity_type.name for each in raw.pending_activities]
    return bool(loan.world.budget.locks) and called == ["records.record"] and not raw.HasField("pending_workflow_task")


@pytest.mark.clause("hanyang/3")
@pytest.mark.clause("kunming/2.3.5")
async def test_a_hold_that_comes_before_the_bank_is_called_stops_the_instruction(office: Office) -> None:
    """Our own database was down: the instruction was made, and not on record yet."""
    async with running_loan(office) as loan:
        await loan.approve()
        await loan.at_rest()
        loan.world.faults["records.record"] = Fault(down=10**6)
        await loan.take(steps.Sign(agreement_number="AG-1"), loan.parties.supplier)
        await eventually_async(lambda: _only_the_record_is_missing(loan))
        await loan.take(FREEZE, loan.parties.bureau)
        loan.world.faults.clear()
        held = await loan.recorded(
            lambda update: any("report_not_paid_out" in task.actions for task in update.tasks), within_s=40
        )  # the database is asked again after some seconds only
        assert loan.world.calls.count("bank.disburse") == 0
        assert held.view.stage == Stage.ACCOUNT_LOCKED
        await loan.take(LIFTED, loan.parties.bureau)
        await loan.at(Stage.DISBURSED)
        assert len(loan.world.bank.paid_out) == 1


@pytest.mark.clause("hanyang/3")
async def test_a_bank_that_does_not_answer_is_not_called_on_while_a_hold_stands(office: Office) -> None:
    world = World(product(), faults={"bank.disburse": Fault(down=10**6)})
    async with running_loan(office, world=world) as loan:
        await _held_while_the_bank_is_silent(loan)
        called = world.calls.count("bank.disburse")
        world.faults.clear()
        assert isinstance(await refused(loan.take(WITHDRAW, loan.parties.supplier)), WrongStage)
        await loan.at_rest()
        assert world.calls.count("bank.disburse") == called
        assert not world.bank.paid_out
        await loan.take(LIFTED, loan.parties.bureau)
        await loan.at(Stage.DISBURSED)
        assert len(world.bank.paid_out) == 1


@pytest.mark.clause("kunming/2.3.5")
async def test_money_that_left_before_the_hold_is_found_again_under_its_key(office: Office) -> None:
    world = World(product(), faults={"bank.disburse": Fault(down_after=10**6)})
    async with running_loan(office, world=world) as loan:
        await _held_while_the_bank_is_silent(loan)
        world.faults.clear()
        await loan.take(LIFTED, loan.parties.bureau)
        await loan.at(Stage.DISBURSED)
        assert len(world.bank.paid_out) == 1
        assert len(await loan.events(facts.DisbursementOrdered)) == 1


@pytest.mark.clause("hanyang/3")
async def test_proven_fraud_ends_the_loan_once_the_bank_says_that_nothing_has_left(office: Office) -> None:
    world = World(product(), faults={"bank.disburse": Fault(down=10**6)})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        await eventually(lambda: world.calls.count("bank.disburse"), bool, 10)
        await loan.take(steps.SuspectFraud(reason="印章存疑"), loan.parties.bureau)
        await loan.take(steps.ConfirmFraud(reason="合同系伪造"), loan.parties.bureau)
        await loan.take(NOT_PAID, loan.parties.bank)
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.REFUSED
        assert not world.bank.paid_out
        assert not world.budget.locks


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.parametrize(
    "odd",
    [{"amount_fen": 199_999}, {"value_date": date(1990, 1, 1)}, {"value_date": date(2099, 1, 1)}],
    ids=["another amount", "before the lock", "after today"],
)
async def test_an_odd_receipt_is_a_doubt_until_the_bank_has_put_it_right(office: Office, odd: dict[str, Any]) -> None:
    """Money may have left: nobody withdraws, and nothing is ended behind the bank's back."""
    bank = OddBank(odd=odd)
    async with running_loan(office, world=World(product(), bank=bank)) as loan:
        await loan.approve()
        await loan.sign()
        doubt = await loan.recorded(lambda update: any("retry_disbursement" in task.actions for task in update.tasks))
        assert [(task.role, task.actions) for task in doubt.tasks] == [
            (Role.BANK, ("report_disbursement", "report_not_paid_out", "retry_disbursement"))
        ]
        assert isinstance(await refused(loan.take(WITHDRAW, loan.parties.supplier)), WrongStage)
        await loan.take(steps.ReportTermination(reason="双方解除合同"), loan.parties.purchaser)
        assert (await loan.at_rest()).view.stage == Stage.ACCOUNT_LOCKED
        bank.odd = None
        await loan.take(steps.RetryDisbursement(reason="回单已更正"), loan.parties.bank)
        await loan.at(Stage.DISBURSED)
        assert len(bank.paid_out) == 1


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.parametrize("has_left", [True, False])
async def test_the_banks_people_settle_the_doubt(office: Office, has_left: bool) -> None:
    bank = OddBank(odd={"amount_fen": 1}, books=has_left)
    async with running_loan(office, world=World(product(), bank=bank)) as loan:
        await loan.approve()
        await loan.sign()
        await loan.recorded(lambda update: any("report_not_paid_out" in task.actions for task in update.tasks))
        if has_left:
            said = steps.ReportDisbursement(bank_reference="R-1", amount_fen=200_000, value_date=await loan.today())
            await loan.take(said, loan.parties.bank)
            await loan.at(Stage.DISBURSED)
        else:
            await loan.take(NOT_PAID, loan.parties.bank)
            await loan.take(WITHDRAW, loan.parties.supplier)
            assert (await loan.handle.result()).stage is Stage.WITHDRAWN
