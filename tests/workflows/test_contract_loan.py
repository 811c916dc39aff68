"""The eight steps of a loan on the real server, on each way through."""

from datetime import timedelta

import pytest

from tests.workflows.harness import running_loan
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, SCAN, offer, product
from tests.workflows.world import Fault, World
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId, ClockStatus
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.procurement import PaymentInstalment
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage

PAPER = DocumentRef(sha256="b" * 64, media_type="application/pdf", size_bytes=10, title="纳税证明")


@pytest.mark.clause("kunming/2.3.6")
@pytest.mark.clause("kunming/2.3.5")
async def test_a_loan_on_a_filed_contract_is_paid_out_once_and_settled(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        assert [receipt.amount_fen for receipt in loan.world.bank.paid_out.values()] == [200_000]
        assert loan.world.budget.locks == {loan.contract.filing_number: loan.loan_id}

        await loan.pay(100_000, "P1")
        await loan.at(Stage.REPAYING)
        await loan.pay(150_000, "P2")
        settled = await loan.settle()

        assert settled.view.owed_fen == 0
        assert loan.world.budget.locks == {}
        swept = [entry for order in loan.world.bank.sweeps.values() for entry in order.entries]
        assert sum(entry.principal_fen for entry in swept) == 200_000
        assert sum(entry.surplus_fen for entry in swept) == 50_000
        assert settled.statement is not None
        assert settled.statement.surplus_held_fen == 0


@pytest.mark.clause("hanyang/4.1.3")
@pytest.mark.clause("hanyang/1#2")
@pytest.mark.clause("hubei/3.1.3#4")
async def test_the_platform_has_application_deal_and_end_and_the_supplier_an_sms(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.settle()
        await loan.at_rest()

        assert [push.application.loan_id for push in loan.world.receivables.pushed] == [loan.loan_id]
        (deal,) = loan.world.receivables.deals.values()
        assert (deal.filing_number, deal.amount_fen, deal.term_days) == (loan.contract.filing_number, 200_000, 180)
        assert [end.stage for end in loan.world.receivables.ends] == [Stage.SETTLED]
        assert [end.stage for end in loan.world.bank.ends] == [Stage.SETTLED]
        assert loan.world.records.claims == {}
        templates = {message.template.value for message in loan.world.sms.sent.values()}
        assert {"application_received", "approved", "financed", "payment_swept", "settled"} <= templates


@pytest.mark.clause("kunming/2.3.4")
async def test_a_loan_on_an_award_notice_waits_for_the_contract_and_takes_its_account(office: Office) -> None:
    async with running_loan(office, basis=Basis.AWARD_NOTICE) as loan:
        await loan.approve()
        await loan.sign()
        waiting = await loan.at(Stage.SIGNED)
        assert [(task.role, task.actions) for task in waiting.tasks] == [(Role.PURCHASER, ("file_contract",))]

        loan.world.procurement.contracts[loan.contract.filing_number] = loan.contract
        await loan.take(steps.FileContract(filing_number=loan.contract.filing_number), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)
        assert not loan.world.records.changes
        await loan.settle()


@pytest.mark.clause("kunming/2.3.4")
@pytest.mark.clause("hanyang/4.1.4")
async def test_a_contract_with_another_account_in_it_is_changed_before_the_lock(office: Office) -> None:
    async with running_loan(office, basis=Basis.AWARD_NOTICE, collection_account=OLD_ACCOUNT) as loan:
        await loan.approve()
        await loan.sign()
        loan.world.procurement.contracts[loan.contract.filing_number] = loan.contract
        await loan.take(steps.FileContract(filing_number=loan.contract.filing_number), loan.parties.purchaser)
        await loan.submit_change()
        await loan.change(changes.ApproveChange(), loan.parties.purchaser)

        disbursed = await loan.at(Stage.DISBURSED)
        assert disbursed.locked_account == NEW_ACCOUNT
        kinds = await loan.kinds()
        assert kinds.index("account_change_ended") < kinds.index("account_locked") < kinds.index("disbursed")


@pytest.mark.clause("kunming/2.3.4")
@pytest.mark.parametrize("fault", ["unknown", "of another award", "of another supplier", "below the loan"])
async def test_a_contract_that_is_not_the_awards_is_asked_for_again(office: Office, fault: str) -> None:
    async with running_loan(office, basis=Basis.AWARD_NOTICE) as loan:
        await loan.approve()
        await loan.sign()
        wrong = {
            "unknown": None,
            "of another award": loan.contract.model_copy(update={"award_number": "ZB-OTHER"}),
            "of another supplier": loan.contract.model_copy(update={"supplier_uscc": "91110000100000001W"}),
            "below the loan": loan.contract.model_copy(update={"amount_fen": 199_999}),
        }[fault]
        number = loan.contract.filing_number
        if wrong is not None:
            loan.world.procurement.contracts[number] = wrong
        await loan.take(steps.FileContract(filing_number=number), loan.parties.purchaser)
        (refusal,) = await loan.events(facts.ContractNotFound)
        assert refusal.reason.en.isascii()

        loan.world.procurement.contracts[number] = loan.contract
        await loan.take(steps.FileContract(filing_number=number), loan.parties.purchaser)
        await loan.at(Stage.DISBURSED)


@pytest.mark.clause("kunming/4.2")
@pytest.mark.parametrize(("has_borrowed", "limit_days"), [(False, 5), (True, 3)])
async def test_a_first_loan_has_five_working_days_and_a_repeat_one_three(
    office: Office, has_borrowed: bool, limit_days: int
) -> None:
    world = World(product())
    if has_borrowed:
        world.records.borrowers.add("sup-1")
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.ACCEPTED)
        clock = await loan.deadline(ClockId.FINANCING)
        assert (clock.limit_days, clock.clause) == (limit_days, "kunming/4.2")
        await loan.take(steps.Reject(reason="不符合准入"), loan.parties.bank)


@pytest.mark.clause("luoyang/2.4")
async def test_materials_are_asked_for_in_rounds_and_the_clock_stands_meanwhile(office: Office) -> None:
    async with running_loan(office, region="410300") as loan:
        await loan.to(Stage.ACCEPTED)
        before = await loan.deadline(ClockId.APPROVAL)
        for number in range(2):
            await loan.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), loan.parties.bank)
            assert (await loan.deadline(ClockId.APPROVAL)).status is ClockStatus.PAUSED
            await loan.advance(timedelta(days=7))
            paper = PAPER.model_copy(update={"sha256": f"{number}" * 64})
            await loan.take(steps.SupplyMaterials(documents=(paper,)), loan.parties.supplier)
        after = await loan.deadline(ClockId.APPROVAL)
        assert after.status is ClockStatus.RUNNING
        assert len(after.pauses) == 2
        assert after.due_at >= before.due_at + timedelta(days=14)

        await loan.take(offer(), loan.parties.bank)
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        assert (await loan.deadline(ClockId.APPROVAL)).status is ClockStatus.MET
        assert (await loan.deadline(ClockId.DISBURSEMENT)).limit_days == 7


@pytest.mark.clause("luoyang/2.1")
async def test_an_offline_bank_pays_out_itself_and_reports_it(office: Office) -> None:
    async with running_loan(office, region="410300", world=World(product(Channel.OFFLINE))) as loan:
        await loan.approve()
        await loan.sign()
        locked = await loan.recorded(lambda update: any("report_disbursement" in each.actions for each in update.tasks))
        assert [(task.role, task.actions) for task in locked.tasks] == [
            (Role.BANK, ("report_disbursement", "report_not_paid_out"))
        ]
        report = steps.ReportDisbursement(bank_reference="PAPER-1", amount_fen=200_000, value_date=await loan.today())
        await loan.take(report, loan.parties.bank)
        await loan.at(Stage.DISBURSED)
        await loan.settle()

        assert not [call for call in loan.world.calls if call.startswith("bank.")]
        assert [deal.amount_fen for deal in loan.world.receivables.deals.values()] == [200_000]


@pytest.mark.clause("kunming/2.3.6")
async def test_a_fund_use_plan_goes_to_the_treasury_and_three_instalments_settle_the_loan(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        today = await loan.today()
        for number, amount_fen in enumerate((80_000, 70_000, 60_000), start=1):
            plan = steps.FileFundUsePlan(
                plan_number=f"PL{number}", amount_fen=amount_fen, pay_on=today, account_number=NEW_ACCOUNT.number
            )
            await loan.take(plan, loan.parties.purchaser)
            await loan.pay(amount_fen, f"P{number}")
        await loan.settle()
        assert [plan.plan_number for plan in loan.world.budget.plans.values()] == ["PL1", "PL2", "PL3"]


@pytest.mark.clause("kunming/2.3.6")
async def test_a_plan_that_the_treasury_refuses_is_off_the_table_and_may_be_filed_again(office: Office) -> None:
    world = World(product(), faults={"budget.submit_plan": Fault(refuses="超出年度预算")})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        plan = steps.FileFundUsePlan(
            plan_number="PL1", amount_fen=300_000, pay_on=await loan.today(), account_number=NEW_ACCOUNT.number
        )
        await loan.take(plan, loan.parties.purchaser)
        await loan.happened("fund_use_plan_refused")
        (refusal,) = await loan.events(facts.FundUsePlanRefused)
        assert (refusal.plan_number, "超出年度预算" in refusal.reason.zh) == ("PL1", True)
        assert any("file_fund_use_plan" in task.actions for task in (await loan.at_rest()).tasks)
        world.faults.clear()
        await loan.take(plan, loan.parties.purchaser)
        assert not any("file_fund_use_plan" in task.actions for task in (await loan.at_rest()).tasks)
        assert [each.plan_number for each in world.budget.plans.values()] == ["PL1"]
        await loan.settle()


@pytest.mark.clause("kunming/3.1")
async def test_each_day_that_the_contract_promises_money_for_has_its_clock(office: Office) -> None:
    async with running_loan(office) as loan:
        promised = await loan.today()
    payments = tuple(PaymentInstalment(pay_on=promised + timedelta(days=days), amount_fen=150_000) for days in (20, 40))
    async with running_loan(office, payments=payments) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(150_000, "P1")
        dues = [each for each in (await loan.at_rest()).deadlines if each.clock is ClockId.TREASURY_PAYMENT]
        assert [(each.reference, each.status) for each in dues] == [
            ("contract-1", ClockStatus.MET),
            ("contract-2", ClockStatus.RUNNING),
        ]


@pytest.mark.clause("kunming/2.3.2")
async def test_what_the_supplier_handed_in_goes_to_the_bank(office: Office) -> None:
    async with running_loan(office, materials=(SCAN,)) as loan:
        await loan.at(Stage.VERIFIED)
        await loan.at_rest()
        (push,) = loan.world.bank.pushed
        assert push.application.materials == (SCAN,)
        assert push.award_amount_fen == loan.contract.amount_fen
