"""Every way in which a verified loan ends before money leaves the bank: rejected, withdrawn, lapsed, sent on."""

from datetime import timedelta

import pytest

from tests.workflows.harness import RunningLoan, refused, running_loan
from tests.workflows.invariants import check_always, folded
from tests.workflows.office import Office
from tests.workflows.samples import OLD_ACCOUNT, SCAN, product
from tests.workflows.world import Fault, World
from zhengcaidai import temporal
from zhengcaidai.errors import WrongStage
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules import errands

# — rejected and withdrawn —


@pytest.mark.clause("kunming/2.3.3")
@pytest.mark.parametrize("stage", [Stage.VERIFIED, Stage.ACCEPTED, Stage.MATERIALS_REQUESTED])
async def test_the_bank_rejects_with_its_reason(office: Office, stage: Stage) -> None:
    async with running_loan(office) as loan:
        await loan.to(stage)
        await loan.take(steps.Reject(reason="经营流水不足"), loan.parties.bank)
        outcome = await loan.handle.result()
        assert (outcome.stage, outcome.reason) == (Stage.REJECTED, "经营流水不足")
        assert [end.stage for end in loan.world.receivables.ends] == [Stage.REJECTED]
        assert not loan.world.records.claims


BEFORE_DISBURSEMENT = [
    Stage.SUBMITTED,
    Stage.VERIFIED,
    Stage.ACCEPTED,
    Stage.MATERIALS_REQUESTED,
    Stage.APPROVED,
    Stage.SIGNED,
    Stage.ACCOUNT_CHANGE,
    Stage.ACCOUNT_LOCKED,
]


async def _held_at(loan: RunningLoan, stage: Stage) -> None:
    """Bring a loan that `_world_for` prepared to a stage at which it stays."""
    match stage:
        case Stage.SUBMITTED:
            await loan.at(Stage.SUBMITTED)
        case Stage.SIGNED | Stage.ACCOUNT_CHANGE | Stage.ACCOUNT_LOCKED:
            await loan.approve()
            await loan.sign()
            await loan.at(stage)
            if stage is Stage.ACCOUNT_LOCKED:
                await loan.recorded(lambda update: any("report_not_paid_out" in task.actions for task in update.tasks))
                await loan.take(steps.ReportNotPaidOut(reason="尚未放款"), loan.parties.bank)
        case _:
            await loan.to(stage)


def _world_for(stage: Stage) -> World:
    world = World(product(Channel.OFFLINE if stage is Stage.ACCOUNT_LOCKED else Channel.ONLINE))
    if stage is Stage.SUBMITTED:
        world.faults["receivables.confirm"] = Fault(down=1)
    return world


def _given_for(stage: Stage) -> dict[str, object]:
    basis = Basis.AWARD_NOTICE if stage is Stage.SIGNED else Basis.CONTRACT
    given: dict[str, object] = {"basis": basis, "region": _region_for(stage)}
    return given | ({"collection_account": OLD_ACCOUNT} if stage is Stage.ACCOUNT_CHANGE else {})


def _region_for(stage: Stage) -> str:
    """Only an offline bank holds a loan at its lock, and only Luoyang takes them (luoyang/2.1)."""
    return "410300" if stage is Stage.ACCOUNT_LOCKED else "530100"


@pytest.mark.clause("kunming/1.2")
@pytest.mark.parametrize("stage", BEFORE_DISBURSEMENT)
async def test_the_supplier_withdraws_at_any_stage_before_disbursement(office: Office, stage: Stage) -> None:
    world = _world_for(stage)
    async with running_loan(office, world=world, **_given_for(stage)) as loan:  # type: ignore[arg-type]
        await _held_at(loan, stage)
        await loan.take(steps.Withdraw(reason="另有安排"), loan.parties.supplier)
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.WITHDRAWN
        assert not world.records.claims
        assert not world.budget.locks
        if stage is Stage.ACCOUNT_CHANGE:
            view = await loan.change_view(lambda view: view.stage.is_end)
            assert view.stage is changes.ChangeStage.CANCELLED


@pytest.mark.clause("kunming/2.3.5")
async def test_once_the_instruction_is_out_there_is_nothing_left_to_withdraw(office: Office) -> None:
    world = World(product(), faults={"bank.disburse": Fault(down=1)})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        await loan.happened("disbursement_ordered")
        refusal = await refused(loan.take(steps.Withdraw(reason="另有安排"), loan.parties.supplier))
        assert isinstance(refusal, WrongStage)
        await loan.at(Stage.DISBURSED)


# — sent on to another bank —


@pytest.mark.clause("luoyang/2.4")
@pytest.mark.parametrize(
    "stage", [Stage.SUBMITTED, Stage.VERIFIED, Stage.MATERIALS_REQUESTED, Stage.ACCOUNT_CHANGE, Stage.ACCOUNT_LOCKED]
)
async def test_a_loan_is_withdrawn_and_sent_to_another_bank_in_one_step(office: Office, stage: Stage) -> None:
    world = _world_for(stage)
    async with running_loan(office, world=world, materials=(SCAN,), **_given_for(stage)) as loan:  # type: ignore[arg-type]
        await _held_at(loan, stage)
        new_id = f"{loan.loan_id}-2"
        world.rulebook.product = product().model_copy(
            update={"product_id": "other", "bank_id": "bank-2", "regions": (loan.contract.region,)}
        )
        resend = steps.Resend(new_loan_id=new_id, bank_id="bank-2", product_id="other", reason="审批超时")
        await loan.take(resend, loan.parties.supplier)
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.WITHDRAWN

        sent_on = RunningLoan(new_id, office, world, loan.parties, loan.contract)
        record = await sent_on.at(Stage.VERIFIED)
        assert record.view.bank_id == "bank-2"
        assert world.records.claims == {loan.contract.award_number: new_id}
        assert not world.budget.locks
        begun = folded(await sent_on.journal())
        assert begun.materials == (SCAN,)
        assert begun.application.replaces == loan.loan_id
        details = await (await sent_on.handle.describe()).static_details()
        assert details == temporal.static_details(begun.application)
        await check_always(new_id, world, sent_on.handle)


async def test_a_number_that_is_taken_sends_nothing_on_and_frees_the_contract(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        resend = steps.Resend(new_loan_id=loan.loan_id, bank_id="bank-2", product_id="other", reason="换一家")
        await loan.take(resend, loan.parties.supplier)
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.WITHDRAWN
        assert [event.what for event in await loan.events(facts.DeliveryRefused)] == [errands.SENT_ON]
        assert not loan.world.records.claims


# — lapsed —


@pytest.mark.clause("kunming/2.3.3")
async def test_an_offer_that_is_not_signed_by_its_last_day_lapses(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.approve(offer_expires_on=await loan.today() + timedelta(days=3))
        clock = await loan.deadline(ClockId.OFFER_EXPIRY)
        await loan.advance_to(clock.due_at - timedelta(minutes=1))
        assert (await loan.at_rest()).view.stage == Stage.APPROVED
        await loan.advance_to(clock.due_at + timedelta(minutes=1))
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.LAPSED
        assert "要约" in outcome.reason


@pytest.mark.clause("kunming/5.2")
@pytest.mark.clause("kunming/2.3.4")
async def test_a_contract_that_does_not_come_is_the_purchasers_breach_and_ends_nothing(office: Office) -> None:
    """拖延签订 is reported; the supplier may go on waiting, or withdraw."""
    async with running_loan(office, basis=Basis.AWARD_NOTICE) as loan:
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.SIGNED)
        clock = await loan.deadline(ClockId.CONTRACT_WAIT)
        await loan.advance_to(clock.due_at + timedelta(minutes=1))
        await loan.happened("breached")
        assert (await loan.at_rest()).view.stage == Stage.SIGNED
        [report] = [each for each in loan.world.bureau.breaches if each.clock is ClockId.CONTRACT_WAIT]
        assert report.duty_of is Role.PURCHASER
        await loan.take(steps.Withdraw(reason="不再等待"), loan.parties.supplier)
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.WITHDRAWN
        assert not loan.world.records.claims


@pytest.mark.parametrize("stage", [each for each in BEFORE_DISBURSEMENT if each is not Stage.SUBMITTED])
async def test_a_contract_that_is_terminated_before_disbursement_lets_the_loan_lapse(
    office: Office, stage: Stage
) -> None:
    world = _world_for(stage)
    async with running_loan(office, world=world, **_given_for(stage)) as loan:  # type: ignore[arg-type]
        await _held_at(loan, stage)
        await loan.take(steps.ReportTermination(reason="双方解除合同"), loan.parties.purchaser)
        outcome = await loan.handle.result()
        assert (outcome.stage, outcome.reason) == (Stage.LAPSED, "双方解除合同")
        assert not world.budget.locks


async def test_a_contract_terminated_while_the_bank_refuses_to_pay_out_lets_the_loan_lapse(office: Office) -> None:
    world = World(product(), faults={"bank.disburse": Fault(down=1)})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        await loan.happened("disbursement_ordered")
        await loan.take(steps.ReportTermination(reason="合同解除"), loan.parties.purchaser)
        world.faults["bank.disburse"] = Fault(refuses="额度冻结")
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.LAPSED
        assert not world.bank.paid_out
        assert not world.budget.locks


# — fraud suspected —


@pytest.mark.clause("hanyang/3")
async def test_a_suspicion_holds_the_money_until_it_is_cleared(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.approve()
        await loan.take(steps.SuspectFraud(reason="印章存疑"), loan.parties.purchaser)
        await loan.sign()
        held = await loan.at(Stage.ACCOUNT_LOCKED)
        assert [task.actions for task in held.tasks] == [("clear_fraud", "confirm_fraud")]
        assert not (await loan.at_rest()).view.disbursed_on
        await loan.take(steps.ClearFraud(reason="印章属实"), loan.parties.bureau)
        await loan.at(Stage.DISBURSED)


@pytest.mark.clause("hanyang/3")
@pytest.mark.parametrize("stage", [Stage.VERIFIED, Stage.APPROVED, Stage.ACCOUNT_LOCKED])
async def test_a_confirmed_fraud_ends_the_loan_as_refused_and_is_reported(office: Office, stage: Stage) -> None:
    world = _world_for(stage)
    async with running_loan(office, world=world, region=_region_for(stage)) as loan:
        await _held_at(loan, stage)
        await loan.take(steps.SuspectFraud(reason="印章存疑"), loan.parties.bank)
        await loan.take(steps.ConfirmFraud(reason="合同系伪造"), loan.parties.bureau)
        outcome = await loan.handle.result()
        assert (outcome.stage, outcome.reason) == (Stage.REFUSED, "合同系伪造")
        assert [report.reasons for report in world.bureau.frauds] == [("合同系伪造",)]
        assert not world.budget.locks


@pytest.mark.clause("kunming/5.2")
async def test_a_fraud_confirmed_after_disbursement_stays_in_sight_and_the_loan_is_repaid(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.take(steps.SuspectFraud(reason="印章存疑"), loan.parties.bank)
        await loan.take(steps.ConfirmFraud(reason="合同系伪造"), loan.parties.bureau)
        record = await loan.at_rest()
        assert record.view.suspected_fraud
        assert not [task for task in record.tasks if "confirm_fraud" in task.actions]
        assert [report.reasons for report in loan.world.bureau.frauds] == [("合同系伪造",)]
        described = await loan.handle.describe()
        assert described.typed_search_attributes.get(temporal.TROUBLE) == "fraud"
        await loan.settle()
