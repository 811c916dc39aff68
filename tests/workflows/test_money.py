"""Money of a running loan: what comes twice, late, out of order, comes back, is too little or too much.

After each test the ledger is balanced and the bank has booked exactly its entries (tests/workflows/invariants.py); how a
payment is spread is told in tests/rules/test_ledger.py.
"""

from datetime import timedelta

import pytest

from tests.workflows.harness import refused, running_loan
from tests.workflows.invariants import current_details
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, product
from tests.workflows.world import Fault, World
from zhengcaidai.errors import Conflict, InvalidInput, Refusal, WrongParty, WrongStage
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.money import EntryKind, RepaymentMethod
from zhengcaidai.messages.procurement import PaymentInstalment
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules import errands
from zhengcaidai.rules.working_days import shanghai_date


@pytest.mark.clause("kunming/2.3.6")
async def test_a_payment_told_again_counts_once_whoever_tells_it_and_under_whatever_key(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        first = await loan.pay(50_000, "P1", key="K1")
        assert (await loan.pay(50_000, "P1", key="K1")).stage == first.stage
        await loan.pay(50_000, "P1", key="K2")
        await loan.pay(50_000, "P1", by=loan.parties.bank)
        assert (await loan.statement()).received_fen == 50_000
        assert (await loan.kinds()).count("post_payment") == 1


@pytest.mark.clause("kunming/5.2#6")
async def test_a_payment_that_the_bank_tells_of_before_the_treasury_still_meets_the_purchasers_day(
    office: Office,
) -> None:
    promised = PaymentInstalment(pay_on=shanghai_date(await office.now()) + timedelta(days=20), amount_fen=150_000)
    async with running_loan(office, payments=(promised,)) as loan:
        await loan.to(Stage.DISBURSED)
        due = await loan.deadline(ClockId.TREASURY_PAYMENT)
        await loan.pay(150_000, "P1", by=loan.parties.bank)
        for key in ("K1", "K2"):
            await loan.pay(150_000, "P1", key=key)
        kinds = await loan.kinds()
        assert (kinds.count("post_payment"), kinds.count("payment_confirmed")) == (1, 1)
        await loan.advance_to(due.due_at + timedelta(days=1))
        assert (await loan.statement()).received_fen == 150_000
        assert not [each for each in await loan.events(facts.Breached) if each.deadline.reference == due.reference]
        assert loan.world.bureau.late_payments == []
        await loan.settle()


@pytest.mark.clause("kunming/2.3.6")
async def test_a_payment_told_with_other_content_contradicts_itself_and_changes_nothing(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(50_000, "P1", key="K1")
        assert isinstance(await refused(loan.pay(60_000, "P1", key="K2")), Conflict)
        assert isinstance(await refused(loan.pay(50_000, "P2", key="K1")), Conflict), "a key stands for one step"
        assert (await loan.statement()).received_fen == 50_000


async def test_two_payments_on_one_day_are_two(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(50_000, "P1")
        await loan.pay(50_000, "P2")
        assert (await loan.statement()).principal_fen == 100_000


@pytest.mark.clause("law/civil-code-561")
async def test_a_payment_below_the_interest_due_leaves_the_principal_alone(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.advance(timedelta(days=90))
        due_fen = (await loan.statement()).interest_fen
        await loan.pay(due_fen - 1, "P1")
        after = await loan.statement()
        assert (after.interest_fen, after.principal_fen) == (1, 200_000)


@pytest.mark.clause("law/civil-code-561")
@pytest.mark.parametrize("channel", list(Channel))
async def test_agreed_fees_are_charged_with_the_disbursement_and_paid_first(office: Office, channel: Channel) -> None:
    world = World(product(channel))
    async with running_loan(office, world=world, region="410300") as loan:
        await loan.approve(extra_fees_fen=3_000)
        await loan.sign()
        if channel is Channel.OFFLINE:
            await loan.at(Stage.ACCOUNT_LOCKED)
            out = steps.ReportDisbursement(bank_reference="R", amount_fen=200_000, value_date=await loan.today())
            await loan.take(out, loan.parties.bank)
        await loan.at(Stage.DISBURSED)
        assert (await loan.statement()).fees_fen == 3_000
        if channel is Channel.ONLINE:
            (order,) = [order for order in world.bank.sweeps.values() if order.loan_id == loan.loan_id]
            assert [(entry.kind, entry.fees_fen) for entry in order.entries] == [(EntryKind.CHARGE, 3_000)]
        await loan.pay(3_001, "P1")
        after = await loan.statement()
        assert (after.fees_fen, after.principal_fen) == (0, 199_999)
        await loan.settle()


async def test_a_value_date_before_a_swept_payment_is_booked_from_that_date(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.advance(timedelta(days=30))
        early = await loan.today()
        await loan.advance(timedelta(days=30))
        await loan.pay(100_000, "P-LATER")
        await loan.at_rest()
        await loan.pay(50_000, "P-EARLIER", on=early)
        ledger = (await loan.loan()).ledger
        assert ledger is not None
        assert [entry.key for entry in ledger.entries if entry.reverses] == ["P-LATER"]
        assert [booking.event.key for booking in ledger.bookings] == ["P-EARLIER", "P-LATER"]


@pytest.mark.parametrize("amount_fen", [100_000, 40_000])
async def test_a_payment_that_comes_back_after_it_was_swept_is_undone(office: Office, amount_fen: int) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(100_000, "P1")
        await loan.at_rest()
        await loan.give_back("P1", amount_fen, "R1")
        after = await loan.statement()
        assert after.received_fen == 100_000 - amount_fen
        assert after.principal_fen == 100_000 + amount_fen
        await loan.settle()


async def test_a_return_that_comes_before_its_payment_waits_for_it(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.give_back("P1", 100_000, "R1")
        await loan.pay(100_000, "P1")
        assert (await loan.statement()).received_fen == 0
        assert isinstance(await refused(loan.give_back("P1", 1, "R2")), Conflict)
        await loan.settle()


async def test_a_waiting_return_that_turns_out_wrong_is_on_record_and_the_payment_booked(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.give_back("P1", 150_000, "R1")
        await loan.pay(100_000, "P1")
        assert (await loan.statement()).received_fen == 100_000
        assert [event.step for event in await loan.events(facts.StepRefused)] == ["return_payment"]


async def test_payments_that_come_while_the_bank_books_others_are_booked_after_them(office: Office) -> None:
    world = World(product(), faults={"bank.sweep": Fault(down=1)})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        pay = steps.PostPayment(
            payment_id="P1", amount_fen=150_000, account_number=NEW_ACCOUNT.number, value_date=await loan.today()
        )
        await loan.take(pay, loan.parties.treasury)
        await loan.take(pay.model_copy(update={"payment_id": "P2"}), loan.parties.treasury)
        await loan.take(pay.model_copy(update={"payment_id": "P3"}), loan.parties.treasury)
        await loan.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)
        after = await loan.statement()
        assert (after.surplus_fen, after.refunded_fen) == (250_000, 250_000)


async def test_a_bank_that_will_not_book_a_sweep_is_asked_until_it_does(office: Office) -> None:
    world = World(product(), faults={"bank.sweep": Fault(refuses="账号不存在")})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(50_000, "P1")
        (refusal,) = await loan.events(facts.DeliveryRefused)
        assert (refusal.what, "账号不存在" in refusal.reason.zh) == (errands.SWEEP, True)
        assert "每日再报" in await current_details(loan.handle)
        await loan.advance(timedelta(days=1))
        assert len(await loan.events(facts.DeliveryRefused)) == 1, "the same answer is written once"
        world.faults.clear()
        await loan.handle.signal("ask_again")
        await loan.happened("swept")
        assert "每日再报" not in await current_details(loan.handle)


@pytest.mark.clause("luoyang/2.4")
async def test_the_supplier_repays_early_and_the_bank_reports_it(office: Office) -> None:
    async with running_loan(office, region="410300") as loan:
        await loan.to(Stage.DISBURSED)
        await loan.advance(timedelta(days=20))
        owed = await loan.statement()
        await loan.pay(owed.owed_fen, "OWN", by=loan.parties.bank)
        await loan.at(Stage.SETTLED)
        assert (await loan.statement()).surplus_fen == 0
        assert owed.interest_fen > 0


@pytest.mark.parametrize(
    "method", [RepaymentMethod.EQUAL_INSTALMENTS, RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.INTEREST_MONTHLY]
)
async def test_the_last_instalment_takes_the_residue_of_fen(office: Office, method: RepaymentMethod) -> None:
    async with running_loan(office, amount_fen=100_001) as loan:
        await loan.approve(amount_fen=100_001, method=method, term_days=95)
        await loan.sign()
        await loan.at(Stage.DISBURSED)
        while (following := (await loan.statement()).next_instalment) is not None:
            await loan.advance(timedelta(days=(following.due_on - await loan.today()).days))
            await loan.pay(following.total_fen, f"P{following.number}")
        await loan.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)
        after = await loan.statement()
        assert (after.surplus_fen, after.owed_fen) == (0, 0)


@pytest.mark.clause("law/order-802-9")
async def test_a_purchaser_that_does_not_pay_what_was_delivered_is_reported(office: Office) -> None:
    async with running_loan(office, payments=()) as loan:
        await loan.to(Stage.DISBURSED)
        today = await loan.today()
        tomorrow = steps.ReportDelivery(delivered_on=today + timedelta(days=1))
        assert isinstance(await refused(loan.take(tomorrow, loan.parties.purchaser)), InvalidInput)
        delivered = steps.ReportDelivery(delivered_on=today)
        await loan.take(delivered, loan.parties.purchaser)
        assert isinstance(await refused(loan.take(delivered, loan.parties.bureau)), WrongStage)
        clock = await loan.deadline(ClockId.TREASURY_PAYMENT)
        assert (clock.reference, clock.limit_days) == ("delivery", 30)
        await loan.advance_to(clock.due_at + timedelta(minutes=1))
        (report,) = loan.world.bureau.late_payments
        assert (report.due_on, report.amount_fen) == (clock.due_date, loan.contract.amount_fen)
        await loan.settle()


async def test_a_deduction_counts_as_paid_by_the_purchaser_and_not_to_the_loan(office: Office) -> None:
    today = shanghai_date(await office.now())
    async with running_loan(
        office, payments=(PaymentInstalment(pay_on=today + timedelta(days=5), amount_fen=300_000),)
    ) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(150_000, "P1")
        await loan.take(steps.ReportDeduction(amount_fen=150_000, reason="履约不合格"), loan.parties.purchaser)
        await loan.advance(timedelta(days=20))
        assert not loan.world.bureau.late_payments
        left = await loan.statement()
        assert left.principal_fen == 50_000
        await loan.pay(left.owed_fen, "OWN", by=loan.parties.bank)
        await loan.settle()


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"value_date_in": 1}, InvalidInput),
        ({"value_date_in": -1}, InvalidInput),
        ({"by": "supplier"}, WrongParty),
        ({"by": "purchaser"}, WrongParty),
        ({"payment_id": "release-1"}, InvalidInput),
    ],
)
async def test_a_payment_that_cannot_be_is_refused(
    office: Office, changed: dict[str, object], wrong: type[Refusal]
) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        paid = steps.PostPayment(
            payment_id=str(changed.get("payment_id", "P1")),
            amount_fen=1,
            account_number=NEW_ACCOUNT.number,
            value_date=await loan.today() + timedelta(days=int(str(changed.get("value_date_in", 0)))),
        )
        by = getattr(loan.parties, str(changed.get("by", "treasury")))
        assert isinstance(await refused(loan.take(paid, by)), wrong)
        assert (await loan.statement()).received_fen == 0


async def test_no_money_is_taken_before_any_was_paid_out(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.APPROVED)
        assert isinstance(await refused(loan.pay(1, "P1")), WrongStage)


async def test_every_entry_is_written_once_and_reversed_never_edited(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        seen: tuple[object, ...] = ()
        for number, amount_fen in enumerate((60_000, 50_000, 40_000), start=1):
            await loan.pay(amount_fen, f"P{number}")
            ledger = (await loan.loan()).ledger
            assert ledger is not None
            assert ledger.entries[: len(seen)] == seen
            seen = ledger.entries
        await loan.give_back("P1", 60_000, "R1")
        ledger = (await loan.loan()).ledger
        assert ledger is not None
        assert ledger.entries[: len(seen)] == seen
        assert all(entry.kind is EntryKind.ALLOCATION for entry in ledger.entries)
