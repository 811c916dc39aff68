"""A loan goes on in a fresh history, or on a fresh worker, at whatever stage: nothing is lost and nothing done twice."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta

import pytest

from tests.waiting import eventually, eventually_async, is_at_rest
from tests.workflows.harness import RunningLoan, running_loan
from tests.workflows.invariants import current_details
from tests.workflows.office import Office, connected, new_office
from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, offer, product
from tests.workflows.world import Fault, World
from workflows.contract_loan import ContractLoan
from zhengcaidai import temporal
from zhengcaidai.devserver import TemporalServer
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.stages import Stage

PAPER = DocumentRef(sha256="b" * 64, media_type="application/pdf", size_bytes=10, title="纳税证明")


async def _accept(loan: RunningLoan) -> None:
    await loan.at(Stage.VERIFIED)
    await loan.take(steps.Accept(), loan.parties.bank)


async def _ask_for_materials(loan: RunningLoan) -> None:
    await loan.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), loan.parties.bank)


async def _supply(loan: RunningLoan) -> None:
    await loan.take(steps.SupplyMaterials(documents=(PAPER,)), loan.parties.supplier)


async def _approve(loan: RunningLoan) -> None:
    await loan.take(offer(), loan.parties.bank)


async def _file_contract(loan: RunningLoan) -> None:
    await loan.at(Stage.SIGNED)
    loan.world.procurement.contracts[loan.contract.filing_number] = loan.contract
    await loan.take(steps.FileContract(filing_number=loan.contract.filing_number), loan.parties.purchaser)
    await loan.recorded(lambda update: update.view.awaited == (Role.SUPPLIER,))


async def _refuse_change(loan: RunningLoan) -> None:
    await loan.submit_change()
    await loan.change(changes.RefuseChange(reason="印章不清"), loan.parties.purchaser)
    await loan.recorded(lambda update: any("refile_account_change" in task.actions for task in update.tasks))


async def _refile_change(loan: RunningLoan) -> None:
    known = len(loan.world.records.changes)
    await loan.take(steps.RefileAccountChange(reason="已更正"), loan.parties.supplier)
    await loan.change_view(lambda _view: len(loan.world.records.changes) > known)
    await loan.submit_change()
    await loan.recorded(lambda update: update.view.awaited == (Role.PURCHASER,))


async def _approve_change(loan: RunningLoan) -> None:
    await loan.change(changes.ApproveChange(), loan.parties.purchaser)
    await loan.at(Stage.ACCOUNT_LOCKED)


async def _refused_by_the_bank(loan: RunningLoan) -> None:
    await loan.recorded(lambda update: any("retry_disbursement" in task.actions for task in update.tasks))
    loan.world.faults.clear()


async def _retry(loan: RunningLoan) -> None:
    await loan.take(steps.RetryDisbursement(reason="额度已恢复"), loan.parties.bank)
    await loan.at(Stage.DISBURSED)


async def _plan(loan: RunningLoan) -> None:
    plan = steps.FileFundUsePlan(
        plan_number="PL1", amount_fen=80_000, pay_on=await loan.today(), account_number=NEW_ACCOUNT.number
    )
    await loan.take(plan, loan.parties.purchaser)


async def _pay(loan: RunningLoan) -> None:
    await loan.pay(80_000, "P1")


async def _settle(loan: RunningLoan) -> None:
    await loan.settle()


async def _pay_too_late(loan: RunningLoan) -> None:
    await loan.pay(10_000, "P-LATE")


async def _give_back(loan: RunningLoan) -> None:
    await loan.give_back("P1", 80_000, "R1")
    await loan.recorded(lambda update: update.view.stage == Stage.REPAYING and update.locked_account is not None)


LIFE: tuple[Callable[[RunningLoan], Awaitable[None]], ...] = (
    _accept,
    _ask_for_materials,
    _supply,
    _approve,
    RunningLoan.sign,
    _file_contract,
    _refuse_change,
    _refile_change,
    _approve_change,
    _refused_by_the_bank,
    _retry,
    _plan,
    _pay,
    _settle,
    _pay_too_late,
    _give_back,
    _settle,
)
"""One loan that rests wherever a loan can rest."""


def _troubled_world() -> World:
    return World(product(), faults={"bank.disburse": Fault(refuses="额度冻结")})


async def _check_life(loan: RunningLoan) -> None:
    kinds = await loan.kinds()
    assert kinds.count("disbursed") == 1
    assert kinds.count("settled") == 2
    assert len(loan.world.bank.paid_out) == 1
    assert [plan.plan_number for plan in loan.world.budget.plans.values()] == ["PL1"]
    assert len(loan.world.receivables.deals) == 1
    assert len(loan.world.receivables.pushed) == 1
    keys = [message.key for message in loan.world.sms.sent.values()]
    assert len(keys) == len(set(keys)) == loan.world.calls.count("sms.send")


async def _renew(loan: RunningLoan) -> None:
    run = (await loan.handle.describe()).run_id
    await loan.handle.signal("renew")

    async def renewed() -> bool:
        described = await loan.handle.describe()
        return described.run_id != run and await is_at_rest(loan.handle)

    await eventually_async(renewed)


@pytest.mark.timeout(150)
async def test_a_loan_goes_on_in_a_fresh_history_at_every_rest(office: Office) -> None:
    """But for its account change: only the history that began it notices when it is stopped by force."""
    async with _whole_life(office) as loan:
        await loan.at(Stage.VERIFIED)
        for number, act in enumerate(LIFE):
            before = await loan.at_rest()
            if (await loan.loan()).change_id is None:
                await _renew(loan)
            after = await loan.at_rest()
            assert after.tasks == before.tasks, number
            assert after.view.sequence == before.view.sequence, number
            described = await loan.handle.describe()
            assert described.typed_search_attributes.get(temporal.STAGE) == after.view.stage
            assert described.typed_search_attributes.get(temporal.REGION) == "530100"
            await act(loan)
        assert loan.loan_id in await current_details(loan.handle), (
            "Temporal forgets the static summary, the page does not"
        )
        await _check_life(loan)


@pytest.mark.clause("hanyang/4.1.4")
async def test_a_loan_whose_account_is_being_changed_stays_in_its_history_and_notices_a_change_that_is_stopped(
    office: Office,
) -> None:
    async with running_loan(office, collection_account=OLD_ACCOUNT) as loan:
        await loan.approve()
        await loan.sign()
        view = await loan.change_view(lambda view: view.stage is changes.ChangeStage.DRAFT)
        run = (await loan.handle.describe()).run_id
        await loan.handle.signal("renew")
        await loan.at_rest()
        assert (await loan.handle.describe()).run_id == run
        await loan.change_handle(view.order.change_id).terminate("by mistake")
        await loan.recorded(lambda update: any("refile_account_change" in task.actions for task in update.tasks))

        async def renewed() -> bool:
            return (await loan.handle.describe()).run_id != run

        await eventually_async(renewed)
        await loan.take(steps.Withdraw(reason="另有安排"), loan.parties.supplier)


async def test_clocks_and_calendars_are_kept_and_no_reminder_is_said_twice(office: Office) -> None:
    async with running_loan(office) as loan:
        await loan.to(Stage.ACCEPTED)
        clock = await loan.deadline(ClockId.FINANCING)
        await loan.advance_to(clock.due_at + timedelta(hours=1))
        await _renew(loan)
        assert (await loan.deadline(ClockId.FINANCING)).due_at == clock.due_at
        await loan.advance(timedelta(days=3))
        keys = [event.alarm_key for event in await loan.events(facts.Reminded)]
        assert len(keys) == len(set(keys))
        assert len(await loan.events(facts.Breached)) == 1
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


async def test_a_system_that_is_down_is_not_forgotten_by_renewing(office: Office) -> None:
    world = World(product(), faults={"receivables.push_application": Fault(down=1)})
    async with running_loan(office, world=world) as loan:
        await loan.at(Stage.VERIFIED)
        run = (await loan.handle.describe()).run_id
        await loan.handle.signal("renew")
        await loan.take(steps.Accept(), loan.parties.bank)
        assert (await loan.handle.describe()).run_id == run, "not while a call is under way"

        async def renewed() -> bool:
            return (await loan.handle.describe()).run_id != run

        await eventually_async(renewed)
        assert len(world.receivables.pushed) == 1
        await loan.take(steps.Reject(reason="到此为止"), loan.parties.bank)


@pytest.fixture
async def bare_office(temporal_server: TemporalServer, shared_office: Office) -> Office:
    """An office whose worker the test starts and stops itself."""
    office = await new_office(temporal_server)
    office.saves_to = shared_office.saves_to
    return office


def _whole_life(office: Office) -> AbstractAsyncContextManager[RunningLoan]:
    return running_loan(office, basis=Basis.AWARD_NOTICE, collection_account=OLD_ACCOUNT, world=_troubled_world())


class _Workers(AsyncExitStack):
    """Workers of one office, one after the other."""

    def __init__(self, office: Office, server: TemporalServer) -> None:
        super().__init__()
        self._office = office
        self._server = server

    async def replace(self) -> None:
        """Stop the one that runs, whatever it is doing, and start another."""
        await self.aclose()
        await self.enter_async_context(self._office.worker(await connected(self._server)))


@pytest.mark.timeout(150)
async def test_a_loan_goes_on_when_its_worker_is_replaced_at_every_stage(
    bare_office: Office, temporal_server: TemporalServer
) -> None:
    async with _Workers(bare_office, temporal_server) as workers, _whole_life(bare_office) as loan:
        await workers.replace()
        await loan.at(Stage.VERIFIED)
        for act in LIFE:
            await loan.at_rest()  # in the middle of a call: see below; each would take the heartbeat's ten seconds
            await workers.replace()
            await act(loan)
        await _check_life(loan)


@pytest.mark.parametrize("busy_with", ["records.record", "bank.disburse", "budget.lock_account", "receivables.deal"])
async def test_a_worker_that_stops_in_the_middle_of_a_call_leaves_it_to_the_next(
    bare_office: Office, temporal_server: TemporalServer, busy_with: str
) -> None:
    world = World(product())
    async with _Workers(bare_office, temporal_server) as workers, running_loan(bare_office, world=world) as loan:
        await workers.replace()
        await loan.to(Stage.APPROVED)
        await loan.at_rest()
        made = world.calls.count(busy_with)
        world.faults[busy_with] = Fault(down_after=1)
        await loan.sign()
        await eventually(lambda: world.calls, lambda calls: calls.count(busy_with) > made)
        await workers.replace()
        await loan.at(Stage.DISBURSED)
        assert len(world.bank.paid_out) == 1
        await loan.settle()


async def _filed(loan: RunningLoan) -> tuple[Entry, ...]:
    """Settled, watched and closed; its journal comes back."""
    await loan.to(Stage.DISBURSED)
    await loan.pay(200_000, "P1")
    await loan.settle()
    await loan.advance(timedelta(days=31))
    assert await loan.has_closed()
    return await loan.journal()


async def _taken_out(loan: RunningLoan, journal: tuple[Entry, ...]) -> None:
    """What the API does when a step comes for it (zhengcaidai/web/reopening.py)."""
    application = (await loan.loan()).application
    rules = await loan.world.records.rules_of(loan.loan_id)
    by = loan.parties.supplier
    start = LoanStart(application=application, by=by, key="again", journal=journal, rules=rules, recorded=len(journal))
    office = loan.office
    await office.skipper.client.start_workflow(
        ContractLoan.run, start, id=temporal.loan_workflow_id(loan.loan_id), task_queue=office.queue
    )


@pytest.mark.clause("kunming/2.3.6")
async def test_a_filed_loan_goes_on_from_its_journal_when_a_payment_comes_back(office: Office) -> None:
    async with running_loan(office) as loan:
        journal = await _filed(loan)
        await _taken_out(loan, journal)
        await loan.advance_to(journal[-1].at + timedelta(hours=1))
        await loan.give_back("P1", 200_000, "R1")
        await loan.recorded(lambda update: update.view.stage == Stage.REPAYING and update.locked_account is not None)
        await loan.settle()
        kinds = await loan.kinds()
        assert (kinds.count("disbursed"), kinds.count("settled"), kinds.count("reopened")) == (1, 2, 1)


async def test_a_filed_loan_goes_on_under_the_rules_it_began_under(office: Office) -> None:
    """Since then the bank has got a system, which knows nothing of this loan, and promises its answer in a day."""
    world = World(product(Channel.OFFLINE))
    async with running_loan(office, world=world, region="410300") as loan:
        await loan.to(Stage.ACCEPTED)
        await loan.advance(timedelta(days=4))
        await loan.take(offer(), loan.parties.bank)
        await loan.sign()
        await loan.at(Stage.ACCOUNT_LOCKED)
        out = steps.ReportDisbursement(bank_reference="R", amount_fen=200_000, value_date=await loan.today())
        await loan.take(out, loan.parties.bank)
        await loan.pay(200_000, "P1")
        await loan.settle()
        await loan.advance(timedelta(days=31))
        journal = await loan.journal()
        world.rulebook.product = product(Channel.ONLINE, promise_days=1)
        await _taken_out(loan, journal)
        await loan.advance_to(journal[-1].at + timedelta(hours=1))
        await loan.give_back("P1", 200_000, "R1")
        await loan.settle()
        assert await loan.events(facts.Breached) == [], "what was promised later was not broken then"
        assert "bank.sweep" not in world.calls
        kept = await world.records.rules_of(loan.loan_id)
        assert kept is not None
        assert kept.product.channel is Channel.OFFLINE


async def test_a_filed_loan_that_nothing_comes_for_is_filed_again_after_a_day(office: Office) -> None:
    async with running_loan(office) as loan:
        journal = await _filed(loan)
        long_ago = tuple(entry.model_copy(update={"at": entry.at - timedelta(days=400)}) for entry in journal)
        await _taken_out(loan, long_ago)
        await loan.advance(timedelta(hours=23))
        assert not await loan.has_closed()
        await loan.advance(timedelta(hours=2))
        assert await loan.has_closed()
        assert await loan.journal() == journal, "nothing was written, nobody told"


async def test_every_task_of_a_loan_can_begin_from_its_history_alone(bare_office: Office) -> None:
    async with bare_office.worker(max_cached_workflows=0), _whole_life(bare_office) as loan:
        await loan.at(Stage.VERIFIED)
        for act in LIFE:
            await act(loan)
        await _check_life(loan)
