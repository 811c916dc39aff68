"""合同账户变更 within a loan and on its own: who says yes, what a no does, and that it is never left half done."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowHandle

from tests.waiting import eventually, eventually_async, is_at_rest
from tests.workflows.harness import RunningLoan, refused, running_loan, update_of
from tests.workflows.invariants import current_details, folded
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, SCAN, account, product
from tests.workflows.world import Fault, World
from workflows.account_change import AccountChange
from zhengcaidai import temporal
from zhengcaidai.errors import RuleBroken, WrongParty, WrongStage
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeOutcome, ChangeStage
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockStatus
from zhengcaidai.messages.loans import AccountChangeStart
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings


async def _at_change(loan: RunningLoan) -> None:
    await loan.approve()
    await loan.sign()
    await loan.at(Stage.ACCOUNT_CHANGE)


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.clause("hanyang/1#2")
@pytest.mark.clause("hubei/3.1.4#2")
@pytest.mark.clause("jilin/4.2#2")
async def test_all_three_systems_have_the_new_account_before_it_is_locked(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        disbursed = await loan.at(Stage.DISBURSED)

        assert disbursed.locked_account == NEW_ACCOUNT
        order = [
            call for call in loan.world.calls if call.endswith(("account_changed", "change_account", "lock_account"))
        ]
        assert order == [
            "budget.change_account",
            "procurement.account_changed",
            "receivables.account_changed",
            "budget.lock_account",
        ]
        assert [each.new_account for each in loan.world.receivables.account_updates] == [NEW_ACCOUNT]


@pytest.mark.clause("hanyang/4.1.4")
async def test_nothing_goes_to_the_purchaser_without_a_sealed_scan(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.change_view(lambda view: True)
        assert isinstance(await refused(loan.change(changes.SubmitChange(), loan.parties.supplier)), RuleBroken)
        await loan.submit_change()
        assert isinstance(await refused(loan.change(changes.UploadScan(scan=SCAN), loan.parties.supplier)), WrongStage)
        assert isinstance(await refused(loan.change(changes.ApproveChange(), loan.parties.supplier)), WrongParty)
        assert isinstance(await refused(loan.change(changes.ApproveChange(), loan.parties.bank)), WrongParty)
        stranger = loan.parties.purchaser.model_copy(update={"organisation_id": "pur-2"})
        assert isinstance(await refused(loan.change(changes.ApproveChange(), stranger)), WrongParty)
        assert not loan.world.budget.changes


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize("no", ["refused by the purchaser", "cancelled by the supplier"])
async def test_after_a_no_the_supplier_asks_again_and_the_loan_goes_on(office: Office, no: str) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        if no.startswith("refused"):
            await loan.change(changes.RefuseChange(reason="印章不清"), loan.parties.purchaser)
        else:
            await loan.change(changes.CancelChange(reason="填错账号"), loan.parties.supplier)
        waiting = await loan.recorded(
            lambda update: any("refile_account_change" in task.actions for task in update.tasks)
        )
        assert [task.role for task in waiting.tasks] == [Role.SUPPLIER]
        assert (await loan.deadline(ClockId.CHANGE_REFILE)).status is ClockStatus.RUNNING

        await loan.take(steps.RefileAccountChange(reason="已更正"), loan.parties.supplier)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)
        assert len(loan.world.records.changes) == 2
        assert (await loan.deadline(ClockId.CHANGE_REFILE)).status is ClockStatus.MET


@pytest.mark.clause("hanyang/4.1.4")
async def test_a_change_that_was_stopped_by_force_is_asked_for_again(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.approve()
        await loan.sign()
        first = await loan.change_view(lambda view: view.stage is changes.ChangeStage.DRAFT)
        await loan.at_rest()
        await loan.change_handle(first.order.change_id).terminate("by mistake")
        await loan.recorded(lambda update: any("refile_account_change" in task.actions for task in update.tasks))
        await loan.take(steps.RefileAccountChange(reason="重新申请"), loan.parties.supplier)
        again = await loan.change_view(lambda view: view.order.change_id != first.order.change_id)
        assert again.stage is changes.ChangeStage.DRAFT
        await loan.take(steps.Withdraw(reason="另有安排"), loan.parties.supplier)
        assert (await loan.handle.result()).stage is Stage.WITHDRAWN


@pytest.mark.clause("hanyang/4.1.4")
async def test_a_refused_change_that_nobody_asks_for_again_lets_the_loan_lapse(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        await loan.change(changes.RefuseChange(reason="不同意变更"), loan.parties.purchaser)
        await loan.recorded(lambda update: any("refile_account_change" in task.actions for task in update.tasks))
        clock = await loan.deadline(ClockId.CHANGE_REFILE)
        await loan.advance_to(clock.due_at + timedelta(minutes=1))
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.LAPSED
        assert not loan.world.budget.changes


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize("system", ["procurement", "receivables"])
@pytest.mark.parametrize("fault", [Fault(down=1), Fault(down_after=1)], ids=["down", "down after the fact"])
async def test_a_system_that_is_down_half_way_is_told_later_and_the_change_is_never_split(
    office: Office, system: str, fault: Fault
) -> None:
    world = World(product(), faults={f"{system}.account_changed": Fault(fault.down, fault.down_after)})
    async with running_loan(office, world=world, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await eventually(lambda: world.budget.changes or None, bool)
        assert (await loan.at_any_time()).view.stage == Stage.ACCOUNT_CHANGE
        await loan.at(Stage.DISBURSED)
        assert world.receivables.account_updates[-1].new_account == NEW_ACCOUNT
        assert world.procurement.account_updates[-1].new_account == NEW_ACCOUNT


@pytest.mark.clause("hanyang/4.1.4")
async def test_a_platform_that_says_no_after_the_budget_system_said_yes_is_asked_again_each_day(office: Office) -> None:
    world = World(product(), faults={"receivables.account_changed": Fault(refuses="回款账户格式不符")})
    async with running_loan(office, world=world, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        view = await loan.change_view(lambda view: view.stage is ChangeStage.EXECUTING)
        handle = loan.change_handle(view.order.change_id)
        await eventually_async(lambda: is_at_rest(handle))
        assert "每日再报" in await current_details(handle)
        del world.faults["receivables.account_changed"]
        await office.skipper.fast_forward(handle, timedelta(days=1, minutes=1))
        await loan.at(Stage.DISBURSED)
        assert len(world.receivables.account_updates) == 1


async def test_a_budget_system_that_refuses_the_account_leaves_everything_as_it_was(office: Office) -> None:
    world = World(product(), faults={"budget.change_account": Fault(refuses="账户已销户")})
    async with running_loan(office, world=world, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.recorded(lambda update: any("refile_account_change" in task.actions for task in update.tasks))
        (ended,) = await loan.events(facts.AccountChangeEnded)
        assert (ended.outcome.stage, ended.outcome.account) == (ChangeStage.CANCELLED, OLD_ACCOUNT)
        assert not world.procurement.account_updates
        assert not world.receivables.account_updates


@pytest.mark.clause("kunming/3.2")
async def test_the_purchasers_time_is_its_own_and_a_breach_decides_nothing(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        await loan.submit_change()
        view = await loan.change_view(lambda view: any(task.due_at for task in view.tasks))
        handle = loan.change_handle(view.order.change_id)
        (task,) = view.tasks
        assert task.due_at is not None
        await office.skipper.fast_forward(
            handle, task.due_at - await office.skipper.get_current_time(handle) + timedelta(hours=1)
        )
        late = await loan.change_view(lambda view: any(each.is_breach for each in view.deadlines))
        assert late.stage is ChangeStage.SUBMITTED
        assert "超时" in await current_details(handle)
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.clause("hanyang/3")
@pytest.mark.parametrize("bank_consents", [True, False])
async def test_on_a_courts_order_a_locked_account_changes_with_purchaser_and_bank(
    office: Office, bank_consents: bool
) -> None:
    other = account("6222000099998888")
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        freeze = steps.RecordCourtFreeze(order_number="(2026)执1号", court="示例法院")
        await loan.take(freeze, loan.parties.bureau)
        order = AccountChangeOrder(
            change_id=f"{loan.loan_id}-COURT",
            region="530100",
            filing_number=loan.contract.filing_number,
            supplier_id="sup-1",
            supplier_name=other.name,
            purchaser_id="pur-1",
            purchaser_name="示例采购人",
            old_account=NEW_ACCOUNT,
            new_account=other,
            loan_id=loan.loan_id,
            consent_of_bank_id="bank-kunlun",
            court_order=changes.CourtOrder(order_number="(2026)执1号", court="示例法院"),
        )
        handle = await _start(office, order)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)
        asked = await loan.change_view(lambda view: view.stage is ChangeStage.AWAITING_CONSENT)
        assert [(task.role, task.clause) for task in asked.tasks] == [(Role.BANK, "kunming/3.4")]
        assert (await loan.at_rest()).locked_account == NEW_ACCOUNT
        if bank_consents:
            await loan.change(changes.ConsentToChange(), loan.parties.bank)
        else:
            await loan.change(changes.RefuseConsent(reason="影响还款"), loan.parties.bank)
        outcome = await handle.result()
        assert outcome.stage is (ChangeStage.CHANGED if bank_consents else ChangeStage.REFUSED)

        await loan.happened("account_change_ended")
        record = await loan.at_rest()
        assert record.locked_account == (other if bank_consents else NEW_ACCOUNT)
        assert folded(await loan.journal()).stage is Stage.DISBURSED
        await loan.advance(timedelta(days=40))
        assert (await loan.at_rest()).view.stage == Stage.DISBURSED, "a refused change ends no loan that was paid out"
        await loan.settle()


async def _start(office: Office, order: AccountChangeOrder) -> WorkflowHandle[AccountChange, ChangeOutcome]:
    now = await office.now()
    timed = tuple(rule for rule in platform_settings().clocks if rule.clock.is_of_account_change)
    calendars = (CalendarAdoption(at=now, years=calendar_years(now.date())),)
    return await office.skipper.client.start_workflow(
        AccountChange.run,
        AccountChangeStart(order=order, clocks=timed, calendars=calendars),
        id=temporal.change_workflow_id(order.change_id),
        task_queue=office.queue,
    )


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.clause("jilin/4.2")
async def test_a_change_without_a_loan_asks_supplier_and_purchaser_alone(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.at(Stage.VERIFIED)
        order = AccountChangeOrder(
            change_id=f"{loan.loan_id}-ALONE",
            region="220000",
            filing_number="合备[2026]77号",
            supplier_id="sup-1",
            supplier_name=NEW_ACCOUNT.name,
            purchaser_id="pur-1",
            purchaser_name="示例采购人",
            old_account=OLD_ACCOUNT,
            new_account=NEW_ACCOUNT,
        )
        handle = await _start(office, order)
        await loan.submit_change()
        approve = changes.ApproveChange()
        first = await update_of(handle, approve, loan.parties.purchaser, "K-1", changes.ChangeReceipt)
        outcome = await handle.result()
        assert outcome.stage is ChangeStage.CHANGED
        assert outcome.decided_by == loan.parties.purchaser
        assert first.stage is ChangeStage.EXECUTING
        assert "account_change_ended" not in await loan.kinds()
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_a_change_that_ends_as_its_loan_is_withdrawn_harms_neither(office: Office) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await _at_change(loan)
        view = await loan.change_view(lambda view: True)
        await loan.change_handle(view.order.change_id).terminate("as if it were through")
        await loan.take(steps.Withdraw(reason="另有安排"), loan.parties.supplier)
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.WITHDRAWN
        assert not loan.world.records.claims
