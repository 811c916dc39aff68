"""变更依据 is asked again before anything is changed: between asking and signing off the account may have been locked."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowHandle

from tests.waiting import eventually
from tests.workflows.harness import RunningLoan, running_loan, update_of
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, account, product
from tests.workflows.world import Fault, World
from workflows.account_change import AccountChange
from zhengcaidai import temporal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeOutcome, ChangeStage
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.loans import AccountChangeStart
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.troubles import Urgency
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings

OTHER = account("7777000011112222")


async def _asked_before_signing(loan: RunningLoan, office: Office) -> WorkflowHandle[AccountChange, ChangeOutcome]:
    """A change beside the loan, asked for while nothing was locked: only the purchaser's word was needed then."""
    await loan.at(Stage.VERIFIED)
    return await _beside(loan, office, loan.loan_id)


async def _beside(
    loan: RunningLoan, office: Office, loan_id: str | None
) -> WorkflowHandle[AccountChange, ChangeOutcome]:
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
        loan_id=loan_id,
    )
    return await office.skipper.client.start_workflow(
        AccountChange.run,
        AccountChangeStart(
            order=order,
            reported=True,
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


@pytest.mark.clause("hanyang/4.1.4")
async def test_a_loan_that_began_after_the_change_was_asked_for_learns_of_the_new_account(office: Office) -> None:
    """The lender's account is in the contract already; the change moves it away, so the loan asks for it back."""
    async with running_loan(office) as loan:
        await loan.approve()
        handle = await _beside(loan, office, None)
        await _purchaser_signs_off(loan)
        assert (await handle.result()).stage is ChangeStage.CHANGED
        await loan.happened("account_change_ended")
        await loan.sign()
        opened = (await loan.at(Stage.ACCOUNT_CHANGE)).view
        assert opened.stage == Stage.ACCOUNT_CHANGE
        [asked] = await loan.events(facts.AccountChangeOpened)
        assert (asked.old_account, asked.new_account) == (OTHER, NEW_ACCOUNT)
        await loan.take(steps.Withdraw(reason="到此为止"), loan.parties.supplier)


@pytest.mark.clause("kunming/3.4")
async def test_a_change_asked_for_before_the_loan_is_not_made_once_the_agreement_names_the_account(
    office: Office,
) -> None:
    world = World(product(), faults={"budget.lock_account": Fault(down=10**6)})
    async with running_loan(office, world=world) as loan:
        await loan.at(Stage.VERIFIED)
        handle = await _beside(loan, office, None)
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.SIGNED)
        await _purchaser_signs_off(loan)
        outcome = await handle.result()
        assert outcome.stage is ChangeStage.CANCELLED
        assert not world.budget.changes
        world.faults.clear()
        assert (await loan.at(Stage.DISBURSED)).locked_account == NEW_ACCOUNT


@pytest.mark.clause("kunming/2.3.5")
async def test_a_reopened_loan_locks_the_account_that_the_contract_has_now(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(200_000, "P1")
        await loan.settle()
        await loan.at_rest()
        handle = await _beside(loan, office, None)
        await _purchaser_signs_off(loan)
        assert (await handle.result()).stage is ChangeStage.CHANGED
        await loan.give_back("P1", 200_000, "R1")
        again = await loan.recorded(
            lambda update: update.view.stage == Stage.REPAYING and update.locked_account is not None
        )
        assert again.locked_account == OTHER
        paid = steps.PostPayment(
            payment_id="P2", amount_fen=200_000, account_number=OTHER.number, value_date=await loan.today()
        )
        await loan.take(paid, loan.parties.treasury)
        await loan.at(Stage.SETTLED)


@pytest.mark.clause("kunming/2.3.5")
async def test_money_follows_the_budget_systems_account_though_another_system_is_not_told_yet(office: Office) -> None:
    world = World(product(), faults={"procurement.account_changed": Fault(refuses="维护")})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.take(steps.RecordCourtFreeze(order_number="(2026)执1号", court="示例法院"), loan.parties.bureau)
        await loan.at_rest()
        handle = await _beside(loan, office, loan.loan_id)
        await _purchaser_signs_off(loan)
        await loan.change_view(lambda view: view.stage is ChangeStage.AWAITING_CONSENT)
        await update_of(handle, changes.ConsentToChange(), loan.parties.bank, "K-word", changes.ChangeReceipt)
        moved = await loan.recorded(lambda update: update.locked_account == OTHER)
        assert moved.view.stage == Stage.DISBURSED
        paid = steps.PostPayment(
            payment_id="P1", amount_fen=1_000, account_number=OTHER.number, value_date=await loan.today()
        )
        await loan.take(paid, loan.parties.treasury)
        world.faults.clear()
        await handle.signal("ask_again")
        assert (await handle.result()).stage is ChangeStage.CHANGED
        assert (await loan.at_rest()).locked_account == OTHER


@pytest.mark.clause("hanyang/2")
@pytest.mark.clause("luoyang/3.2")
async def test_a_purchaser_that_lets_a_change_lie_is_in_the_views_and_reported(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.approve()
        await loan.sign()
        view = await loan.change_view(lambda view: view.stage is ChangeStage.DRAFT)
        change = loan.change_handle(view.order.change_id)
        assert [(task.clock, task.role) for task in view.tasks] == [(ClockId.CHANGE_DRAFT, Role.SUPPLIER)]
        await loan.recorded(lambda update: update.view.awaited == (Role.SUPPLIER,))
        await loan.submit_change()
        waiting = await loan.change_view(lambda view: view.stage is ChangeStage.SUBMITTED)
        await loan.recorded(lambda update: update.view.awaited == (Role.PURCHASER,))
        due_at = waiting.tasks[0].due_at
        assert due_at is not None
        await office.skipper.fast_forward(
            change, due_at - await office.skipper.get_current_time(change) + timedelta(minutes=1)
        )
        await loan.change_view(lambda view: any(entry.event.kind == "change_alarm" for entry in view.entries))
        await eventually(lambda: loan.world.bureau.breaches, bool, 10)
        [report] = loan.world.bureau.breaches
        assert (report.loan_id, report.change_id, report.bank_id) == (loan.loan_id, view.order.change_id, "bank-kunlun")
        assert (report.clock, report.duty_of, report.holder) == (
            ClockId.PURCHASER_SIGN_OFF,
            Role.PURCHASER,
            Role.PURCHASER,
        )
        assert [each.change_id for each in loan.world.bank.breaches] == [view.order.change_id]
        shown = (await change.describe()).typed_search_attributes
        assert list(shown[temporal.AWAITED]) == ["purchaser"]
        assert (shown[temporal.URGENCY], shown[temporal.BREACHES]) == (Urgency.BREACHED.value, 1)
        await loan.take(steps.Withdraw(reason="到此为止"), loan.parties.supplier)
