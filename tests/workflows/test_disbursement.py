"""放款: exactly once, whatever fails in between; after it, freezes, terminations and stopped payments."""

from datetime import timedelta

import pytest

from tests.workflows.harness import refused, running_loan
from tests.workflows.invariants import current_details
from tests.workflows.office import Office
from tests.workflows.samples import product
from tests.workflows.world import Fault, World
from zhengcaidai import temporal
from zhengcaidai.errors import Conflict, InvalidInput, RuleBroken, WrongStage
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.orders import NoticeKind
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.parametrize("fault", [Fault(down=1), Fault(down_after=1), Fault(down=1, down_after=1)], ids=str)
async def test_the_bank_pays_out_once_whatever_becomes_of_its_answers(office: Office, fault: Fault) -> None:
    world = World(product(), faults={"bank.disburse": Fault(fault.down, fault.down_after)})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        assert world.calls.count("bank.disburse") == 1 + fault.down + fault.down_after
        assert len(world.bank.paid_out) == 1
        (ordered,) = await loan.events(facts.DisbursementOrdered)
        assert list(world.bank.paid_out) == [ordered.key]


@pytest.mark.clause("kunming/2.3.5")
async def test_the_instruction_is_on_record_before_the_bank_is_called(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        calls = loan.world.calls
        written = next(
            number
            for number, update in enumerate(loan.world.records.written, start=1)
            if any(entry.event.kind == "disbursement_ordered" for entry in update.entries)
        )
        before = calls[: calls.index("bank.disburse")]
        assert before.count("records.record") >= written


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.parametrize("by", ["bank", "operator"])
async def test_a_refused_disbursement_waits_for_the_bank_and_is_tried_again_under_the_same_key(
    office: Office, by: str
) -> None:
    world = World(product(), faults={"bank.disburse": Fault(refuses="额度冻结")})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        waiting = await loan.recorded(lambda update: any("retry_disbursement" in task.actions for task in update.tasks))
        assert [task.role for task in waiting.tasks] == [Role.BANK]
        assert (await loan.handle.describe()).typed_search_attributes.get(temporal.TROUBLE) == "disbursement_refused"
        assert isinstance(
            await refused(
                loan.take(
                    steps.ReportDisbursement(bank_reference="R", amount_fen=200_000, value_date=await loan.today()),
                    loan.parties.bank,
                )
            ),
            WrongStage,
        )
        del world.faults["bank.disburse"]
        await loan.take(steps.RetryDisbursement(reason="额度已恢复"), getattr(loan.parties, by))
        await loan.at(Stage.DISBURSED)
        first, second = await loan.events(facts.DisbursementOrdered)
        assert first.key == second.key
        assert (await loan.handle.describe()).typed_search_attributes.get(temporal.TROUBLE) == "none"


@pytest.mark.clause("kunming/2.3.5")
async def test_a_refused_disbursement_can_still_be_withdrawn(office: Office) -> None:
    world = World(product(), faults={"bank.disburse": Fault(refuses="额度冻结")})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        await loan.recorded(lambda update: any("retry_disbursement" in task.actions for task in update.tasks))
        await loan.take(steps.Withdraw(reason="改用自有资金"), loan.parties.supplier)
        assert (await loan.handle.result()).stage is Stage.WITHDRAWN
        assert not world.budget.locks


@pytest.mark.clause("luoyang/2.3")
async def test_a_lock_that_another_loan_holds_ends_this_one(office: Office) -> None:
    async with running_loan(office) as loan:
        loan.world.budget.locks[loan.contract.filing_number] = "L-OTHER"
        await loan.approve()
        await loan.sign()
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.LAPSED
        assert "无法锁定" in outcome.reason
        assert loan.world.budget.locks == {loan.contract.filing_number: "L-OTHER"}


@pytest.mark.clause("luoyang/2.1")
async def test_an_offline_banks_report_is_checked_and_taken_once(office: Office) -> None:
    async with running_loan(office, region="410300", world=World(product(Channel.OFFLINE))) as loan:
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.ACCOUNT_LOCKED)
        bank, today = loan.parties.bank, await loan.today()
        good = steps.ReportDisbursement(bank_reference="PAPER-1", amount_fen=200_000, value_date=today)
        for wrong, kind in (
            (good.model_copy(update={"amount_fen": 199_999}), InvalidInput),
            (good.model_copy(update={"value_date": today + timedelta(days=1)}), InvalidInput),
            (good.model_copy(update={"value_date": today - timedelta(days=1)}), RuleBroken),
        ):
            assert isinstance(await refused(loan.take(wrong, bank)), kind)
        await loan.take(good, bank)
        await loan.take(good, bank)
        again = good.model_copy(update={"bank_reference": "PAPER-2"})
        assert isinstance(await refused(loan.take(again, bank)), Conflict)
        assert (await loan.kinds()).count("report_disbursement") == 1


@pytest.mark.clause("luoyang/2.1")
async def test_an_offline_bank_gives_the_instruction_back_and_takes_it_again(office: Office) -> None:
    async with running_loan(office, region="410300", world=World(product(Channel.OFFLINE))) as loan:
        await loan.approve()
        await loan.sign()
        await loan.recorded(lambda update: any("report_not_paid_out" in task.actions for task in update.tasks))
        withdraw = steps.Withdraw(reason="另有安排")
        assert isinstance(await refused(loan.take(withdraw, loan.parties.supplier)), WrongStage)
        await loan.take(steps.ReportNotPaidOut(reason="柜面停办"), loan.parties.bank)
        await loan.take(steps.RetryDisbursement(reason="柜面恢复"), loan.parties.bank)
        report = steps.ReportDisbursement(bank_reference="PAPER-1", amount_fen=200_000, value_date=await loan.today())
        await loan.take(report, loan.parties.bank)
        await loan.at(Stage.DISBURSED)


@pytest.mark.clause("kunming/3.2")
@pytest.mark.clause("luoyang/2.3")
async def test_a_payment_to_another_account_that_was_stopped_is_on_record_and_told(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        stopped = steps.ReportStoppedPayment(check_id="C-1", amount_fen=50_000, account_masked="示例银行 ****4000")
        await loan.take(stopped, loan.parties.treasury)
        await loan.take(stopped, loan.parties.treasury)
        assert (await loan.kinds()).count("report_stopped_payment") == 1
        told = [message for message in loan.world.sms.sent.values() if message.template is NoticeKind.PAYMENT_STOPPED]
        assert len(told) == 2
        assert (await loan.at_rest()).view.owed_fen == 200_000


@pytest.mark.clause("kunming/3.2")
async def test_no_plan_and_no_payment_takes_another_account(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        today = await loan.today()
        plan = steps.FileFundUsePlan(plan_number="PL1", amount_fen=1, pay_on=today, account_number="1000200030004000")
        assert isinstance(await refused(loan.take(plan, loan.parties.purchaser)), RuleBroken)
        paid = steps.PostPayment(payment_id="P1", amount_fen=1, account_number="1000200030004000", value_date=today)
        assert isinstance(await refused(loan.take(paid, loan.parties.treasury)), RuleBroken)
        refusal = await refused(loan.take(paid, loan.parties.treasury))
        assert refusal.problem.clause == "kunming/3.2"


@pytest.mark.clause("kunming/2.3.5")
async def test_a_court_freeze_before_disbursement_holds_the_money_until_it_is_lifted(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.approve()
        await loan.take(steps.RecordCourtFreeze(order_number="(2026)执1号", court="示例法院"), loan.parties.bureau)
        await loan.sign()
        held = await loan.at(Stage.ACCOUNT_LOCKED)
        assert [task.actions for task in held.tasks] == [("lift_court_freeze",)]
        wrong = steps.LiftCourtFreeze(order_number="(2026)执2号", reason="解除")
        assert isinstance(await refused(loan.take(wrong, loan.parties.bureau)), InvalidInput)
        await loan.take(steps.LiftCourtFreeze(order_number="(2026)执1号", reason="解除"), loan.parties.bureau)
        await loan.at(Stage.DISBURSED)


async def test_a_contract_terminated_after_disbursement_leaves_the_loan_to_be_repaid(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.take(steps.ReportTermination(reason="双方解除合同"), loan.parties.purchaser)
        record = await loan.at_rest()
        assert not [task for task in record.tasks if task.role is Role.PURCHASER]
        assert (await loan.handle.describe()).typed_search_attributes.get(temporal.TROUBLE) == "terminated"
        await loan.pay(record.view.owed_fen, "OWN", by=loan.parties.bank)
        await loan.settle()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(Fault(down=3), "外部系统无应答", id="down"),
        pytest.param(Fault(breaks=3), "程序异常（KeyError），须由运维处理", id="a-defect-of-ours"),
    ],
)
async def test_an_operator_sees_what_does_not_answer_and_that_it_answers_again(
    office: Office, fault: Fault, words: str
) -> None:
    world = World(product(), faults={"budget.lock_account": fault})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        shown = temporal.TROUBLE
        seen = await loan.eventually_described(
            lambda described: described.typed_search_attributes.get(shown) == "outside_down"
        )
        assert seen
        page = await current_details(loan.handle)
        assert words in page
        assert "62220001" not in page
        await loan.at(Stage.DISBURSED)
        await loan.at_rest()
        assert (await loan.handle.describe()).typed_search_attributes.get(shown) == "none"
        assert words not in await current_details(loan.handle)
