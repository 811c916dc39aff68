"""A loan on the real server with the test clock: parties act in one line each, time moves as told."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from temporalio.client import (
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from tests.waiting import eventually, eventually_async, is_at_rest
from tests.workflows.histories import save_histories
from tests.workflows.invariants import check_always, folded
from tests.workflows.office import Office
from tests.workflows.samples import NEW_ACCOUNT, SCAN, Parties, application, award_for, contract_for, offer, product
from tests.workflows.world import World
from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from zhengcaidai import temporal
from zhengcaidai.errors import REFUSALS, Refusal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import steps
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanOutcome, LoanStart
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.procurement import Contract, PaymentInstalment
from zhengcaidai.messages.records import ChangeView, LoanUpdate
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Receipt, Step, TakenStep
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.working_days import WorkingDayCalendar, shanghai_date, working_day_calendar

E = TypeVar("E", bound=Frozen)
T = TypeVar("T")


@dataclass(repr=False)
class RunningLoan:
    """One loan under test."""

    loan_id: str
    office: Office
    world: World
    parties: Parties
    contract: Contract

    @property
    def handle(self) -> WorkflowHandle[ContractLoan, LoanOutcome]:
        """Its workflow, whichever run of it is open."""
        return self.office.client.get_workflow_handle_for(ContractLoan.run, temporal.loan_workflow_id(self.loan_id))

    # — steps —

    async def take(self, step: Step, by: Principal, *, key: str | None = None) -> Receipt:
        """Take a step by update. Raises the Refusal that the workflow gave."""
        return await update_of(self.handle, step, by, key or str(uuid.uuid4()), Receipt)

    async def signal(self, step: Step, by: Principal, *, key: str | None = None) -> None:
        """Take a step by signal."""
        await self.handle.signal(step.name(), TakenStep[Any](step=step, by=by, key=key or str(uuid.uuid4())))

    def change_handle(self, change_id: str) -> WorkflowHandle[AccountChange, changes.ChangeOutcome]:
        """An account change's workflow."""
        return self.office.client.get_workflow_handle_for(AccountChange.run, temporal.change_workflow_id(change_id))

    async def change(self, step: Step, by: Principal, *, key: str | None = None) -> changes.ChangeReceipt:
        """Take a step of the account change under way."""
        view = await self.change_view(lambda view: True)
        handle = self.change_handle(view.order.change_id)
        return await update_of(handle, step, by, key or str(uuid.uuid4()), changes.ChangeReceipt)

    # — time —

    async def advance(self, by: timedelta) -> None:
        """Move the clock of the loan and of its account changes, and see what they do then through.

        While a change is under way the loan's own time stands still; it is made up when that has ended.
        """
        ids = [temporal.loan_workflow_id(self.loan_id)]
        ids += [temporal.change_workflow_id(change_id) for change_id in self.world.records.changes]
        await self.office.clock.advance(self.office.client, ids, by, must_run=False)
        await self.at_rest()

    async def advance_to(self, moment: datetime) -> None:
        """Move the loan's clock to a moment."""
        now = await self.now()
        if moment > now:
            await self.advance(moment - now)

    async def now(self) -> datetime:
        """The loan's own time."""
        return await self.office.skipper.get_current_time(self.handle)

    async def today(self) -> date:
        """The loan's own date."""
        return shanghai_date(await self.now())

    # — what is seen of it —

    async def recorded(self, met: Callable[[LoanUpdate], bool], within_s: float = 15) -> LoanUpdate:
        """The first record of the loan that is so."""
        found = await eventually(lambda: self.world.records.updates.get(self.loan_id), met, within_s)
        assert found is not None
        return found

    async def change_view(self, met: Callable[[ChangeView], bool]) -> ChangeView:
        """The record of the newest account change, once it is so."""
        found = await eventually(lambda: next(reversed(self.world.records.changes.values()), None), met, 15)
        assert found is not None
        return found

    async def at(self, stage: Stage) -> LoanUpdate:
        """Wait until the loan stands there."""
        return await self.recorded(lambda update: update.view.stage == stage)

    async def at_any_time(self) -> LoanUpdate:
        """The record as it is now, with whatever is still under way."""
        return self.world.records.updates[self.loan_id]

    async def eventually_described(self, met: Callable[[WorkflowExecutionDescription], bool]) -> bool:
        """Wait until Temporal describes the loan so."""

        async def found() -> bool:
            return met(await self.handle.describe())

        await eventually_async(found)
        return True

    async def at_rest(self) -> LoanUpdate:
        """Wait until nothing is under way, in the account change neither: the record is then up to date."""

        async def all_rest() -> bool:
            described = (await self.handle.describe()).raw_description
            ids = {child.workflow_id for child in described.pending_children}
            ids |= {temporal.change_workflow_id(change_id) for change_id in self.world.records.changes}
            handles: list[WorkflowHandle[Any, Any]] = [self.office.client.get_workflow_handle(each) for each in ids]
            return all([await is_at_rest(handle) for handle in (*handles, self.handle)])

        await eventually_async(all_rest)
        return self.world.records.updates[self.loan_id]

    async def calendar(self) -> WorkingDayCalendar:
        """The calendar that a loan beginning on its day goes by."""
        return working_day_calendar(await self.world.rulebook.calendar(await self.today()))

    async def deadline(self, clock: ClockId) -> Deadline:
        """The newest run of a clock, as it was recorded."""
        return [each for each in (await self.at_rest()).deadlines if each.clock is clock][-1]

    async def journal(self) -> tuple[Entry, ...]:
        """All that was recorded, once the loan is at rest."""
        await self.at_rest()
        return await self.world.records.journal(self.loan_id, 0)

    async def loan(self) -> Loan:
        """The loan that its journal tells of."""
        return folded(await self.journal())

    async def statement(self) -> Statement:
        """Where its money stands today."""
        found = (await self.loan()).statement(await self.today())
        assert found is not None
        return found

    async def events(self, kind: type[E]) -> list[E]:
        """The journal's lines of one kind."""
        return [entry.event for entry in await self.journal() if isinstance(entry.event, kind)]

    async def kinds(self) -> list[str]:
        """The kinds of the journal's lines, in order."""
        return [entry.event.kind for entry in await self.journal()]

    async def happened(self, kind: str) -> None:
        """Wait until a line of that kind is on record; by then others may be, too."""
        lines = self.world.records.entries
        await eventually(
            lambda: [entry.event.kind for entry in lines.get(self.loan_id, {}).values()],
            lambda found: kind in found,
            15,
        )

    async def has_closed(self) -> bool:
        """Its workflow is through."""
        return (await self.handle.describe()).status is not WorkflowExecutionStatus.RUNNING

    async def history_length(self) -> int:
        """Events in the open run's history."""
        return (await self.handle.describe()).history_length

    # — the common way through —

    async def approve(self, **changes_to_offer: Any) -> None:
        """Bank accepts and approves what was asked."""
        await self.at(Stage.VERIFIED)
        await self.take(steps.Accept(), self.parties.bank)
        await self.take(offer(**changes_to_offer), self.parties.bank)

    async def sign(self) -> None:
        """Supplier signs."""
        await self.take(steps.Sign(agreement_number="AG-1"), self.parties.supplier)

    async def to(self, stage: Stage) -> None:
        """As straight as it goes, to a stage before disbursement or to it."""
        if stage is Stage.SUBMITTED:
            return
        await self.at(Stage.VERIFIED)
        if stage is Stage.VERIFIED:
            return
        await self.take(steps.Accept(), self.parties.bank)
        if stage is Stage.ACCEPTED:
            return
        if stage is Stage.MATERIALS_REQUESTED:
            await self.take(steps.RequestMaterials(items=("纳税证明",), reason="缺件"), self.parties.bank)
            return
        await self.take(offer(), self.parties.bank)
        if stage is Stage.APPROVED:
            return
        await self.sign()
        await self.at(stage)

    async def pay(
        self,
        amount_fen: int,
        payment_id: str,
        on: date | None = None,
        *,
        key: str | None = None,
        by: Principal | None = None,
    ) -> Receipt:
        """The treasury pays into the locked account."""
        locked = (await self.at_rest()).locked_account or NEW_ACCOUNT
        paid = steps.PostPayment(
            payment_id=payment_id,
            amount_fen=amount_fen,
            account_number=locked.number,
            value_date=on or await self.today(),
        )
        return await self.take(paid, by or self.parties.treasury, key=key)

    async def give_back(self, payment_id: str, amount_fen: int, return_id: str) -> Receipt:
        """The treasury returns a payment, or part of it."""
        returned = steps.ReturnPayment(
            return_id=return_id, payment_id=payment_id, amount_fen=amount_fen, value_date=await self.today()
        )
        return await self.take(returned, self.parties.treasury)

    async def submit_change(self) -> None:
        """Supplier prints, seals, uploads and submits the account change."""
        await self.change_view(lambda view: view.stage is changes.ChangeStage.DRAFT)
        await self.change(changes.UploadScan(scan=SCAN), self.parties.supplier)
        await self.change(changes.SubmitChange(), self.parties.supplier)

    async def settle(self) -> LoanUpdate:
        """The treasury pays all that is owed; the lock goes."""
        owed_fen = (await self.statement()).owed_fen
        if owed_fen:
            await self.pay(owed_fen, f"ALL-{uuid.uuid4()}")
        return await self.recorded(lambda update: update.view.stage == Stage.SETTLED and update.locked_account is None)


async def update_of(handle: WorkflowHandle[Any, Any], step: Step, by: Principal, key: str, result: type[E]) -> E:
    """Take a step of any workflow by update. Raises the Refusal that it gave."""
    taken = TakenStep[Any](step=step, by=by, key=key)
    try:
        answer = await handle.execute_update(step.name(), taken, id=str(uuid.uuid4()), result_type=result)
        return result.model_validate(answer)
    except WorkflowUpdateFailedError as failed:
        cause = failed.cause
        if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
            problem = Problem.model_validate(cause.details[0])
            raise REFUSALS[cause.type].of(problem) from failed
        raise


@asynccontextmanager
async def running_loan(
    office: Office,
    *,
    region: str = "530100",
    basis: Basis = Basis.CONTRACT,
    world: World | None = None,
    collection_account: Account = NEW_ACCOUNT,
    payments: tuple[PaymentInstalment, ...] = (),
    **changed: Any,
) -> AsyncIterator[RunningLoan]:
    """A loan that was just submitted. When the test is through, what must hold for every loan is checked of it."""
    world = office.world = world or World(product())
    number = uuid.uuid4().hex[:10].upper()
    contract = contract_for(region, number, collection_account, payments)
    world.procurement.awards[contract.award_number] = award_for(contract)
    if basis is Basis.CONTRACT:
        world.procurement.contracts[contract.filing_number] = contract
    world.prepare(contract)
    loan = RunningLoan(f"L{number}", office, world, Parties().of_region(region), contract)
    asked = application(region, basis, loan.loan_id, contract, **changed)
    await office.skipper.client.start_workflow(
        ContractLoan.run,
        LoanStart(application=asked, by=loan.parties.supplier, key=f"submit-{loan.loan_id}"),
        id=temporal.loan_workflow_id(loan.loan_id),
        task_queue=office.queue,
        static_summary=temporal.static_summary(loan.loan_id, asked.amount_fen, world.product.bank_name),
        search_attributes=temporal.starting_attributes(region, asked.bank_id),
    )
    try:
        yield loan
        await loan.at_rest()
        await check_always(loan.loan_id, world, loan.handle)
        if office.saves_to is not None:
            await save_histories(office.client, temporal.loan_workflow_id(loan.loan_id), office.saves_to)
            for change_id in world.records.changes:
                await save_histories(office.client, temporal.change_workflow_id(change_id), office.saves_to)
    finally:
        await _stop_all(loan)


async def _stop_all(loan: RunningLoan) -> None:
    """Nothing of this test may call on the next one's world."""
    ids = [temporal.loan_workflow_id(each) for each in (loan.loan_id, *loan.world.records.updates)]
    ids += [temporal.change_workflow_id(each) for each in loan.world.records.changes]
    for workflow_id in dict.fromkeys(ids):
        with contextlib.suppress(RPCError):
            await loan.office.client.get_workflow_handle(workflow_id).terminate("the test is through")


async def refused(step: Awaitable[Any]) -> Refusal:
    """The refusal that a step ends in; anything else fails the test."""
    try:
        result = await step
    except Refusal as refusal:
        return refusal
    raise AssertionError(f"not refused: {result!r}")
