"""结清前后: the last sweep, surplus and its return, the watch, a payment that reopens the loan."""

from datetime import timedelta

import pytest

from tests.waiting import eventually
from tests.workflows.harness import running_loan
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, product
from tests.workflows.world import Fault, World
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules import errands


@pytest.mark.clause("kunming/2.3.6")
async def test_what_is_too_much_is_the_suppliers_and_released_at_once(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(300_000, "P1")
        await loan.at(Stage.SETTLED)
        after = await loan.statement()
        assert (after.surplus_fen, after.refunded_fen, after.surplus_held_fen) == (100_000, 100_000, 0)


@pytest.mark.clause("kunming/2.3.6")
@pytest.mark.parametrize("channel", list(Channel))
async def test_surplus_that_comes_back_is_paid_out_again_and_the_loan_is_not_filed_before(
    office: Office, channel: Channel
) -> None:
    world = World(product(channel))
    region = "530100" if channel is Channel.ONLINE else "410300"
    async with running_loan(office, world=world, region=region) as loan:
        await loan.to(Stage.ACCOUNT_LOCKED if channel is Channel.OFFLINE else Stage.DISBURSED)
        if channel is Channel.OFFLINE:
            out = steps.ReportDisbursement(bank_reference="R", amount_fen=200_000, value_date=await loan.today())
            await loan.take(out, loan.parties.bank)
        await loan.pay(300_000, "P1")
        await loan.settle()
        await loan.advance(timedelta(days=29))
        world.faults["bank.sweep"] = Fault(refuses="供应商账户已注销")
        await loan.give_back("release-1", 100_000, "B1")
        if channel is Channel.ONLINE:
            assert (await loan.statement()).surplus_held_fen == 100_000
            await loan.advance(timedelta(days=5))
            assert not await loan.has_closed(), "the supplier has not had its money"
            assert [event.what for event in await loan.events(facts.DeliveryRefused)] == [errands.SWEEP]
            world.faults.clear()
            await loan.handle.signal("ask_again")
        await loan.recorded(lambda update: update.statement is not None and update.statement.surplus_held_fen == 0)
        await loan.at_rest()
        assert [event.released_fen for event in await loan.events(facts.Swept)] == [100_000, 100_000]
        assert len(world.bank.sweeps) == (2 if channel is Channel.ONLINE else 0)
        if channel is Channel.OFFLINE:
            await loan.advance(timedelta(days=5))
        assert (await loan.statement()).refunded_fen == 100_000
        assert (await loan.handle.result()).stage is Stage.SETTLED


async def test_money_for_a_settled_loan_is_all_the_suppliers(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.settle()
        await loan.advance(timedelta(days=5))
        await loan.pay(70_000, "LATE")
        after = await loan.statement()
        assert (after.settled, after.surplus_fen, after.surplus_held_fen) == (True, 70_000, 0)
        assert (await loan.at_rest()).view.stage == Stage.SETTLED


@pytest.mark.clause("kunming/2.3.5")
async def test_a_payment_that_comes_back_after_settlement_reopens_and_locks_the_loan_again(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(200_000, "P1")
        await loan.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)
        await loan.advance(timedelta(days=10))
        await loan.give_back("P1", 200_000, "R1")
        reopened = await loan.recorded(
            lambda update: update.view.stage == Stage.REPAYING and update.locked_account is not None
        )
        assert reopened.view.principal_fen == 200_000
        assert loan.world.budget.locks == {loan.contract.filing_number: loan.loan_id}
        assert loan.world.records.claims == {loan.contract.award_number: loan.loan_id}

        await loan.settle()
        await loan.at_rest()
        assert [kind for kind, _ in loan.world.budget.lock_history] == ["lock", "release", "lock", "release"]
        assert len(set(loan.world.budget.lock_keys)) == len(loan.world.budget.lock_keys), (
            "each occasion has its own key"
        )
        assert loan.world.records.claims == {}


async def test_surplus_that_was_released_and_then_undone_is_owed_back(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(260_000, "P1")
        await loan.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)
        await loan.give_back("P1", 60_000, "R1")
        await loan.recorded(lambda update: update.view.stage == Stage.REPAYING)
        assert (await loan.statement()).over_refunded_fen == 60_000
        await loan.settle()


async def test_a_watch_of_thirty_days_ends_a_settled_loan_for_good(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.settle()
        await loan.advance(timedelta(days=31))
        outcome = await loan.handle.result()
        assert outcome.stage is Stage.SETTLED


@pytest.mark.clause("kunming/2.3.6")
async def test_a_surplus_that_went_back_before_it_was_booked_holds_nothing_up(office: Office) -> None:
    world = World(product(), faults={"bank.sweep": Fault(refuses="停机")})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(300_000, "P1")
        await loan.give_back("P1", 300_000, "R1")
        world.faults.clear()
        await loan.handle.signal("ask_again")
        await loan.happened("swept")
        await loan.pay((await loan.statement()).owed_fen, "P2")
        await loan.settle()


@pytest.mark.clause("kunming/2.3.5")
@pytest.mark.parametrize("system", ["refuses", "is down"])
async def test_a_lock_that_comes_after_the_second_settlement_is_taken_off_again(office: Office, system: str) -> None:
    world = World(product())
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(200_000, "P1")
        await loan.settle()
        world.faults["budget.lock_account"] = Fault(refuses="维护") if system == "refuses" else Fault(down=10**6)
        await loan.give_back("P1", 200_000, "R1")
        await loan.at(Stage.REPAYING)
        again = steps.PostPayment(
            payment_id="P2", amount_fen=200_000, account_number=NEW_ACCOUNT.number, value_date=await loan.today()
        )
        await loan.take(again, loan.parties.treasury)
        await loan.at(Stage.SETTLED)
        world.faults.clear()
        await loan.handle.signal("ask_again")
        if system == "is down":  # the call that was under way is tried again, by and by
            await eventually(lambda: world.budget.lock_history.count(("release", loan.loan_id)), (3).__eq__, 30)
        await loan.advance(timedelta(days=31))
        assert (await loan.handle.result()).stage is Stage.SETTLED
        assert not world.budget.locks
        assert await world.records.lock_of(loan.contract.filing_number) is None


@pytest.mark.clause("kunming/2.3.6")
async def test_a_plan_that_is_filed_while_the_last_money_is_booked_reaches_the_treasury(office: Office) -> None:
    world = World(product(), faults={"bank.sweep": Fault(refuses="停机")})
    async with running_loan(office, world=world) as loan:
        await loan.to(Stage.DISBURSED)
        await loan.pay(200_000, "P1")
        plan = steps.FileFundUsePlan(
            plan_number="PL1", amount_fen=100_000, pay_on=await loan.today(), account_number=NEW_ACCOUNT.number
        )
        await loan.take(plan, loan.parties.purchaser)
        world.faults.clear()
        await loan.handle.signal("ask_again")
        await loan.settle()
        await loan.at_rest()
        assert [each.plan_number for each in world.budget.plans.values()] == ["PL1"]
