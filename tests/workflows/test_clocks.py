"""时限 in a running loan: reminders, breaches and their repetition; calendars, corrections, promises; overdue money.

Which day is the last is told in tests/rules; here it is asked whether the loan says, does and records what follows.
"""

from datetime import datetime, time, timedelta

import pytest

from tests.workflows.harness import RunningLoan, refused, running_loan
from tests.workflows.invariants import current_details
from tests.workflows.office import Office
from tests.workflows.samples import offer, product
from tests.workflows.world import Fault, World
from zhengcaidai import temporal
from zhengcaidai.errors import InvalidInput, WrongParty, WrongStage
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import ClockId, ClockStatus
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.journal import Noted
from zhengcaidai.messages.orders import NoticeKind
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.procurement import PaymentInstalment
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.alarms import WORK_BEGINS, WORK_ENDS
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date

PAPER = DocumentRef(sha256="b" * 64, media_type="application/pdf", size_bytes=10, title="纳税证明")
LATE = timedelta(minutes=1)


async def _at_work(loan: RunningLoan, after_days: int = 1) -> datetime:
    """Ten o'clock of a working day to come."""
    day = (await loan.calendar()).add_working_days(await loan.today(), after_days)
    await loan.advance_to(datetime.combine(day, time(10), SHANGHAI))
    return await loan.now()


async def _accepted(loan: RunningLoan) -> None:
    await loan.at(Stage.VERIFIED)
    await _at_work(loan)
    await loan.take(steps.Accept(), loan.parties.bank)


@pytest.mark.clause("luoyang/3.1")
@pytest.mark.clause("kunming/4.2")
async def test_reminder_breach_and_repetition_and_then_approval_two_working_days_late(office: Office) -> None:
    async with running_loan(office) as loan:
        await _accepted(loan)
        clock = await loan.deadline(ClockId.FINANCING)
        await loan.advance_to(clock.due_at - LATE)
        reminders = await loan.events(facts.Reminded)
        assert [event.alarm_key.rpartition("/")[2] for event in reminders] == ["reminder-3", "reminder-1"]
        assert not await loan.events(facts.Breached)

        await loan.advance_to(clock.due_at + LATE)
        (breach,) = await loan.events(facts.Breached)
        assert breach.deadline.due_at == clock.due_at
        assert breach.deadline.holder_at_due is Role.BANK
        calendar = await loan.calendar()
        two_days_late = calendar.add_working_days(clock.due_date, 2)
        await loan.advance_to(datetime.combine(two_days_late, time(10), SHANGHAI))
        said = [event.alarm_key.rpartition("/")[2] for event in await loan.events(facts.Reminded)]
        assert said == ["reminder-3", "reminder-1", "repeat-1", "repeat-2"]
        assert [report.days for report in loan.world.bureau.breaches] == [0, 1, 2]
        assert [report.holder for report in loan.world.bank.breaches] == [Role.BANK] * 3
        described = await loan.handle.describe()
        assert described.typed_search_attributes.get(temporal.BREACHES) == 1
        assert described.typed_search_attributes.get(temporal.URGENCY) == "breached"
        assert "**超时**" in await current_details(loan.handle)

        await loan.take(offer(), loan.parties.bank)
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        late = await loan.deadline(ClockId.FINANCING)
        assert (late.status, late.breached_at) == (ClockStatus.MET_LATE, clock.due_at)
        await loan.settle()


@pytest.mark.clause("law/civil-code-201")
@pytest.mark.clause("luoyang/3.1#2")
async def test_people_are_reminded_once_for_each_version_and_in_working_hours(office: Office) -> None:
    async with running_loan(office, region="410300") as loan:
        await _accepted(loan)
        clock = await loan.deadline(ClockId.APPROVAL)
        await loan.advance_to(clock.due_at - timedelta(hours=20))
        night = await loan.now()
        await loan.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), loan.parties.bank)
        await loan.take(steps.SupplyMaterials(documents=(PAPER,)), loan.parties.supplier)
        moved = await loan.deadline(ClockId.APPROVAL)
        await loan.advance_to(moved.due_at + LATE)

        lines = [entry for entry in await loan.journal() if isinstance(entry.event, facts.Reminded)]
        keys = [entry.event.alarm_key for entry in lines if isinstance(entry.event, facts.Reminded)]
        assert len(set(keys)) == len(keys)
        calendar = await loan.calendar()
        for entry in lines:
            local = entry.at.astimezone(SHANGHAI)
            assert calendar.is_working_day(local.date())
            assert WORK_BEGINS <= local.time() < WORK_ENDS
        assert any(entry.at > night for entry in lines)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


@pytest.mark.clause("kunming/4.2")
async def test_where_the_text_knows_no_pause_the_breach_names_the_supplier_who_held_the_loan(office: Office) -> None:
    async with running_loan(office) as loan:
        await _accepted(loan)
        await loan.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), loan.parties.bank)
        clock = await loan.deadline(ClockId.FINANCING)
        assert clock.status is ClockStatus.RUNNING
        await loan.advance_to(clock.due_at + LATE)
        (breach,) = await loan.events(facts.Breached)
        assert (breach.deadline.holder_at_due, breach.deadline.duty_of) == (Role.SUPPLIER, Role.BANK)
        await loan.take(steps.SupplyMaterials(documents=(PAPER,)), loan.parties.supplier)
        assert (await loan.at_rest()).view.stage == Stage.ACCEPTED
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


@pytest.mark.clause("luoyang/2.4")
async def test_a_request_for_materials_that_nobody_answers_is_timed_itself_and_never_approves(office: Office) -> None:
    async with running_loan(office, region="410300") as loan:
        await _accepted(loan)
        await loan.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), loan.parties.bank)
        clock = await loan.deadline(ClockId.MATERIALS_SUPPLEMENT)
        await loan.advance_to(clock.due_at + timedelta(days=20))
        breaches = await loan.events(facts.Breached)
        assert [(each.deadline.clock, each.deadline.duty_of) for each in breaches] == [
            (ClockId.MATERIALS_SUPPLEMENT, Role.SUPPLIER)
        ]
        assert (await loan.at_rest()).view.stage == Stage.MATERIALS_REQUESTED
        assert (await loan.deadline(ClockId.APPROVAL)).status is ClockStatus.PAUSED
        await loan.take(steps.Reject(reason="材料不齐"), loan.parties.bank)


@pytest.mark.clause("luoyang/3.2")
async def test_after_a_breach_the_supplier_takes_its_application_elsewhere(office: Office) -> None:
    async with running_loan(office) as loan:
        await _accepted(loan)
        clock = await loan.deadline(ClockId.FINANCING)
        await loan.advance_to(clock.due_at + LATE)
        resend = steps.Resend(new_loan_id=f"{loan.loan_id}-2", bank_id="bank-2", product_id="other", reason="超时")
        await loan.take(resend, loan.parties.supplier)
        assert (await loan.handle.result()).stage is Stage.WITHDRAWN
        ended = await loan.deadline(ClockId.FINANCING)
        assert (ended.status, ended.breached_at) == (ClockStatus.ENDED, clock.due_at)


async def test_no_loan_waits_for_a_message_to_arrive(office: Office) -> None:
    world = World(product(), faults={"sms.send": Fault(down=1000)})
    async with running_loan(office, world=world) as loan:
        await loan.approve()
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        world.faults.clear()


# — calendars —


@pytest.mark.clause("kunming/4.2")
async def test_a_corrected_start_counts_when_a_second_person_approves_it(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.at(Stage.VERIFIED)
        await _at_work(loan, 3)
        await loan.take(steps.Accept(), loan.parties.bank)
        before = await loan.deadline(ClockId.FINANCING)
        right = (await loan.calendar()).working_day_before(before.started_on, 2)
        ask = steps.CorrectClockStart(clock=ClockId.FINANCING, corrected_on=right, reason="实际早两日受理")
        await loan.take(ask, loan.parties.bank)
        assert (await loan.deadline(ClockId.FINANCING)).due_at == before.due_at
        assert [task.role for task in (await loan.at_rest()).tasks] == [Role.BANK, Role.FINANCE_BUREAU]
        decide = steps.DecideClockCorrection(clock=ClockId.FINANCING, approve=True, reason="属实")
        assert isinstance(await refused(loan.take(decide, loan.parties.bank)), WrongParty)
        same_person = loan.parties.bureau.model_copy(update={"user_id": loan.parties.bank.user_id})
        assert isinstance(await refused(loan.take(decide, same_person)), WrongParty)

        await loan.take(decide, loan.parties.bureau)
        after = await loan.deadline(ClockId.FINANCING)
        assert (after.started_on, after.corrected) == (right, True)
        assert after.due_at < before.due_at
        (moved,) = await loan.events(facts.DeadlineMoved)
        assert (moved.old_due_at, moved.new_due_at) == (before.due_at, after.due_at)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_a_correction_that_is_refused_moves_nothing(office: Office) -> None:
    async with running_loan(office) as loan:
        await _accepted(loan)
        before = await loan.deadline(ClockId.FINANCING)
        ask = steps.CorrectClockStart(clock=ClockId.FINANCING, corrected_on=await loan.today(), reason="更正")
        await loan.take(ask, loan.parties.supplier)
        assert isinstance(await refused(loan.take(ask, loan.parties.bank)), WrongStage)
        decide = steps.DecideClockCorrection(clock=ClockId.FINANCING, approve=False, reason="无据")
        await loan.take(decide, loan.parties.bureau)
        assert (await loan.deadline(ClockId.FINANCING)).due_at == before.due_at
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_a_correction_is_of_the_round_that_is_open_and_of_no_round_that_has_ended(office: Office) -> None:
    async with running_loan(office) as loan:
        await _accepted(loan)
        bank, supplier, bureau = loan.parties.bank, loan.parties.supplier, loan.parties.bureau
        ask = steps.RequestMaterials(items=("纳税证明",), reason="缺件")
        supply = steps.SupplyMaterials(documents=(PAPER,))
        for step, by in ((ask, bank), (supply, supplier), (ask, bank)):
            await loan.take(step, by)
            await loan.advance(timedelta(days=2))
        wish = steps.CorrectClockStart(
            clock=ClockId.MATERIALS_SUPPLEMENT, corrected_on=await loan.today(), reason="通知迟到"
        )
        yes = steps.DecideClockCorrection(clock=ClockId.MATERIALS_SUPPLEMENT, approve=True, reason="属实")
        await loan.take(wish, supplier)
        await loan.take(yes, bureau)
        rounds = [each for each in (await loan.at_rest()).deadlines if each.clock is ClockId.MATERIALS_SUPPLEMENT]
        assert [each.corrected for each in rounds] == [False, True]
        await loan.take(supply, supplier)
        assert isinstance(await refused(loan.take(wish, supplier)), WrongStage)
        await loan.signal(wish, supplier)
        assert [event.step for event in await loan.events(facts.StepRefused)] == ["correct_clock_start"]
        await loan.take(steps.Reject(reason="到此为止"), bank)


@pytest.mark.parametrize("days", [-1, 40_000])
async def test_no_clock_is_corrected_to_a_day_that_cannot_be(office: Office, days: int) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        wrong = await loan.today() - timedelta(days=days)
        ask = steps.CorrectClockStart(clock=ClockId.FINANCING, corrected_on=wrong, reason="更正")
        assert isinstance(await refused(loan.take(ask, loan.parties.bank)), InvalidInput)
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


@pytest.mark.clause("kunming/5.2")
@pytest.mark.parametrize(("promise_days", "counting"), [(2, ClockId.PRODUCT_PROMISE), (8, ClockId.FINANCING)])
async def test_the_banks_own_promise_counts_if_it_is_the_tighter_one(
    office: Office, promise_days: int, counting: ClockId
) -> None:
    async with running_loan(office, world=World(product(promise_days=promise_days))) as loan:
        await _accepted(loan)
        record = await loan.at_rest()
        clock = next(each for each in record.deadlines if each.clock is counting)
        other = next(
            each for each in record.deadlines if each.clock in {ClockId.PRODUCT_PROMISE, ClockId.FINANCING} - {counting}
        )
        assert (clock.counts, other.counts) == (True, False)
        assert record.tasks[0].due_at == clock.due_at
        await loan.advance_to(clock.due_at + LATE)
        assert [event.deadline.clock for event in await loan.events(facts.Breached)] == [counting]
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


# — money that is late —


@pytest.mark.clause("kunming/5.2")
@pytest.mark.clause("law/order-802-9")
async def test_a_purchaser_that_pays_late_is_reported_and_the_supplier_is_not_blamed(office: Office) -> None:
    today = shanghai_date(await office.now())
    payments = (
        PaymentInstalment(pay_on=today + timedelta(days=10), amount_fen=120_000),
        PaymentInstalment(pay_on=today + timedelta(days=90), amount_fen=180_000),
    )
    async with running_loan(office, payments=payments) as loan:
        await loan.to(Stage.DISBURSED)
        due = next(each for each in (await loan.at_rest()).deadlines if each.reference == "contract-1")
        await loan.advance_to(due.due_at + LATE)
        (report,) = loan.world.bureau.late_payments
        assert (report.purchaser_id, report.amount_fen, report.due_on) == ("pur-1", 120_000, due.due_date)
        assert not loan.world.bureau.breaches
        assert not (await loan.at_rest()).view.overdue
        await loan.settle()


@pytest.mark.clause("kunming/5.2")
async def test_a_loan_that_is_overdue_says_so_and_is_repaid_with_penalty(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.approve(term_days=10)
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        due = await loan.deadline(ClockId.LOAN_REPAYMENT)
        await loan.advance_to(due.due_at + timedelta(days=5))
        record = await loan.at_rest()
        assert record.view.overdue
        assert (await loan.handle.describe()).typed_search_attributes.get(temporal.TROUBLE) == "overdue"
        assert NoticeKind.OVERDUE in {message.template for message in loan.world.sms.sent.values()}
        assert (await loan.statement()).penalty_fen > 0
        await loan.settle()
        assert (await loan.deadline(ClockId.LOAN_REPAYMENT)).status is ClockStatus.MET_LATE


@pytest.mark.clause("kunming/5.2#6")
@pytest.mark.parametrize("days_late", [0, 1])
async def test_a_payment_told_of_after_its_day_is_on_time_by_its_value_date(office: Office, days_late: int) -> None:
    pay_on = (await office.now()).date() + timedelta(days=20)
    async with running_loan(office, payments=(PaymentInstalment(pay_on=pay_on, amount_fen=150_000),)) as loan:
        await loan.to(Stage.DISBURSED)
        due = await loan.deadline(ClockId.TREASURY_PAYMENT)
        await loan.advance_to(due.due_at + timedelta(days=2))
        assert (await loan.deadline(ClockId.TREASURY_PAYMENT)).status is ClockStatus.BREACHED
        await loan.pay(150_000, "P1", on=due.due_date + timedelta(days=days_late))
        met = await loan.deadline(ClockId.TREASURY_PAYMENT)
        assert met.status is (ClockStatus.MET_LATE if days_late else ClockStatus.MET)
        (line,) = [entry for entry in await loan.journal() if entry.event.kind == "post_payment"]
        assert line.noted == (None if days_late else Noted(on_value_date=True))
        await loan.settle()


async def test_a_terminated_contract_owes_no_more_payments_and_nobody_is_reported(office: Office) -> None:
    today = shanghai_date(await office.now())
    async with running_loan(
        office, payments=(PaymentInstalment(pay_on=today + timedelta(days=10), amount_fen=300_000),)
    ) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.take(steps.ReportTermination(reason="双方解除合同"), loan.parties.purchaser)
        await loan.advance(timedelta(days=30))
        assert not loan.world.bureau.late_payments
        await loan.settle()


@pytest.mark.clause("kunming/5.2#6")
async def test_what_the_purchaser_missed_before_the_contract_ended_stays_reported_until_it_is_paid(
    office: Office,
) -> None:
    today = shanghai_date(await office.now())
    promised = tuple(PaymentInstalment(pay_on=today + timedelta(days=days), amount_fen=150_000) for days in (20, 40))
    async with running_loan(office, payments=promised) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.advance(timedelta(days=35))
        await loan.take(steps.ReportTermination(reason="双方解除合同"), loan.parties.purchaser)
        told = len(loan.world.bureau.late_payments)
        await loan.advance(timedelta(days=30))
        dues = [each for each in (await loan.at_rest()).deadlines if each.clock is ClockId.TREASURY_PAYMENT]
        assert [(each.reference, each.status) for each in dues] == [("contract-1", ClockStatus.BREACHED)]
        assert len(loan.world.bureau.late_payments) > told
        await loan.pay(150_000, "P1")
        assert (await loan.deadline(ClockId.TREASURY_PAYMENT)).status is ClockStatus.MET_LATE
        await loan.settle()


@pytest.mark.clause("luoyang/2.2")
async def test_a_contract_that_was_signed_and_filed_late_is_on_record_from_the_start(office: Office) -> None:
    world = World(product())

    def late(contract: object) -> None:
        number, found = next(iter(world.procurement.contracts.items()))
        award = world.procurement.awards[found.award_number]
        world.procurement.awards[found.award_number] = award.model_copy(
            update={"issued_on": found.signed_on - timedelta(days=40)}
        )
        assert number == found.filing_number

    world.prepare = late
    async with running_loan(office, region="410300", world=world) as loan:
        await loan.at(Stage.VERIFIED)
        breaches = await loan.events(facts.Breached)
        assert [(each.deadline.clock, each.deadline.duty_of) for each in breaches] == [
            (ClockId.CONTRACT_SIGNING, Role.PURCHASER)
        ]
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_dates_from_long_ago_stop_no_loan(office: Office) -> None:
    world = World(product())

    def ancient(contract: object) -> None:
        for number, found in world.procurement.contracts.items():
            old = {"signed_on": found.signed_on.replace(year=1990), "filed_on": found.filed_on.replace(year=1990)}
            world.procurement.contracts[number] = found.model_copy(update=old)
            award = world.procurement.awards[found.award_number]
            world.procurement.awards[found.award_number] = award.model_copy(
                update={"issued_on": award.issued_on.replace(year=1990)}
            )

    world.prepare = ancient
    async with running_loan(office, region="410300", world=world) as loan:
        await loan.to(Stage.ACCEPTED)
        assert (await loan.deadline(ClockId.APPROVAL)).status is ClockStatus.RUNNING
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)
