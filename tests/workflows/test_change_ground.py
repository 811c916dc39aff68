"""变更依据 is asked again before anything is changed: between asking and signing off the account may have been locked."""

import pytest
from temporalio.client import WorkflowHandle

from tests.workflows.harness import Office, RunningLoan, running_loan, update_of
from tests.workflows.samples import NEW_ACCOUNT, account, product
from tests.workflows.world import Fault, World
from workflows.account_change import AccountChange
from zhengcaidai import temporal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import steps
from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeOutcome, ChangeStage
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.loans import AccountChangeStart
from zhengcaidai.messages.stages import Stage
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings

OTHER = account("7777000011112222")


async def _asked_before_signing(loan: RunningLoan, office: Office) -> WorkflowHandle[AccountChange, ChangeOutcome]:
    """A change beside the loan, asked for while nothing was locked: only the purchaser's word was needed then."""
    await loan.at(Stage.VERIFIED)
    now = await office.now()
    order = AccountChangeOrder(
        change_id=f"{loan.loan_id}-EARLY",
        region=loan.contract.region,
        filing_number=loan.contract.filing_number,
        supplier_id="sup-1",
        supplier_name=NEW_ACCOUNT.name,
        purchaser_id="pur-1",
        purchaser_name="示例采购人",
        old_account=NEW_ACCOUNT,
        new_account=OTHER,
        loan_id=loan.loan_id,
    )
    return await office.skipper.client.start_workflow(
        AccountChange.run,
        AccountChangeStart(
            order=order,
            clocks=platform_settings().clocks,
            calendars=(CalendarAdoption(at=now, years=calendar_years(now.date())),),
        ),
        id=temporal.change_workflow_id(order.change_id),
        task_queue=office.queue,
    )


async def _purchaser_signs_off(loan: RunningLoan) -> None:
    await loan.submit_change()
    await loan.change(changes.ApproveChange(), loan.parties.purchaser)


@pytest.mark.clause("kunming/2.3.5")
async def test_a_change_asked_for_before_the_pledge_is_not_made_after_disbursement(office: Office) -> None:
    async with running_loan(office) as loan:
        handle = await _asked_before_signing(loan, office)
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        await loan.at_rest()
        await _purchaser_signs_off(loan)
        outcome = await handle.result()
        assert outcome.stage is ChangeStage.CANCELLED
        assert outcome.reason is not None
        assert "贷款已发放" in outcome.reason.zh
        assert not loan.world.budget.changes
        assert (await loan.at_rest()).locked_account == NEW_ACCOUNT
        await loan.settle()


@pytest.mark.clause("hanyang/3")
@pytest.mark.parametrize("bank_consents", [True, False])
async def test_a_change_asked_for_before_the_pledge_needs_the_bank_once_the_account_is_locked(
    office: Office, bank_consents: bool
) -> None:
    world = World(product(), faults={"bank.disburse": Fault(refuses="额度冻结")})
    async with running_loan(office, world=world) as loan:
        handle = await _asked_before_signing(loan, office)
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.ACCOUNT_LOCKED)
        await loan.at_rest()
        await _purchaser_signs_off(loan)
        waiting = await loan.change_view(lambda view: view.stage is ChangeStage.AWAITING_CONSENT)
        assert [(task.role.value, task.organisation_id) for task in waiting.tasks] == [("bank", "bank-kunlun")]
        assert not loan.world.budget.changes
        word = changes.ConsentToChange() if bank_consents else changes.RefuseConsent(reason="影响还款")
        await update_of(handle, word, loan.parties.bank, "K-word", changes.ChangeReceipt)
        outcome = await handle.result()
        assert outcome.stage is (ChangeStage.CHANGED if bank_consents else ChangeStage.REFUSED)
        assert (await loan.at_rest()).locked_account == (OTHER if bank_consents else NEW_ACCOUNT)
        await loan.take(steps.Withdraw(reason="到此为止"), loan.parties.supplier)
