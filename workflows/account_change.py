"""AccountChange 合同账户变更: form, seal and scan, purchaser's sign-off, bank's consent where pledged, then all three systems.

Within a loan it runs beside it and tells it how it goes; it also lives on its own. Once the purchaser (and the bank) have said
yes it is completed, however long a system is down: never left split (hanyang/4.1.4, hanyang/3, jilin/4.2).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.procurement import ProcurementActivities
from activities.receivables import ReceivablesActivities
from activities.records import GroundInquiry, RecordActivities
from activities.treasury import TreasuryActivities
from workflows.desk import Desk
from workflows.escalation import tell_breach
from workflows.outside import refusal_in
from workflows.party_steps import party_steps
from workflows.shown import AT_START, Shown, show
from workflows.since import Since
from zhengcaidai import temporal
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages.account_changes import CHANGE_STEPS, ChangeEntry, ChangeOutcome, ChangeReceipt, ChangeStage
from zhengcaidai.messages.alarms import Alarm, Threshold
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption, CalendarYear
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.facts import AccountChangeProgressed, ContractAccountChanged
from zhengcaidai.messages.loans import AccountChangeStart
from zhengcaidai.messages.orders import AccountUpdate
from zhengcaidai.messages.parties import SYSTEM, Principal
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.records import ChangeView
from zhengcaidai.messages.steps import TakenStep
from zhengcaidai.messages.tasks import Task
from zhengcaidai.messages.troubles import Trouble
from zhengcaidai.messages.words import Words
from zhengcaidai.rules import errands
from zhengcaidai.rules.account_changes import begun, change_after, change_tasks, check_change, outcome_of
from zhengcaidai.rules.alarms import breach_report
from zhengcaidai.rules.clocks import deadlines, moved
from zhengcaidai.rules.views import current_details, urgency_of
from zhengcaidai.rules.working_days import WorkingDayCalendar, calendar_in_force, is_in_force, shanghai_date

__all__ = ["AccountChange"]


@workflow.defn
@party_steps(CHANGE_STEPS, ChangeReceipt)
class AccountChange(Desk):
    """合同账户变更: 申请 → 采购人审核 → （银行同意）→ 预算系统、采购系统、中征平台."""

    @workflow.init
    def __init__(self, start: AccountChangeStart) -> None:
        super().__init__(recorded=-1)
        self._start = start
        self._change = begun(start.order, workflow.now())
        self._journal: list[ChangeEntry] = []
        self._told: ChangeStage | None = None
        self._shown = replace(AT_START, stage=None)

    @workflow.run
    async def run(self, start: AccountChangeStart) -> ChangeOutcome:
        """Wait for the parties; carry it out; tell the loan."""
        self.start_desk()
        while not self._change.stage.is_end:
            await self.rest_until(lambda: self._change.stage is ChangeStage.EXECUTING or self._change.stage.is_end)
            if self._change.stage is ChangeStage.EXECUTING and await self._ground_still_holds():
                await self._carry_out()
        await self.close_desk()
        outcome = outcome_of(self._change)
        await self._tell_loan("account_change_ended", outcome)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return outcome

    async def _ground_still_holds(self) -> bool:
        """Between asking and signing off the account may have been locked, or the loan paid out: what a change needs is
        what it needs now (hanyang/3, kunming/2.3.5). The loan's own change is made while the loan waits for it.
        """
        if self._change.order.within_loan:
            return True
        inquiry = GroundInquiry(
            filing_number=self._change.order.filing_number,
            region=self._change.order.region,
            loan_id=self._change.order.loan_id,
            on=shanghai_date(workflow.now()),
        )
        found = await self.outside.call(RecordActivities.change_ground, inquiry, "核对账户锁定与变更依据")
        if found.loan_id is not None and found.consent_of_bank_id is None and self._change.order.loan_id is None:
            self._append(changes.LoanFound(loan_id=found.loan_id))
        if found.refusal is not None:
            self._append(changes.ChangeStopped(reason=found.refusal))
            return False
        if found.consent_of_bank_id is not None and not self._change.has_consent_of(found.consent_of_bank_id):
            self._append(
                changes.ConsentFoundNeeded(
                    bank_id=found.consent_of_bank_id, loan_id=found.loan_id, court_order=found.court_order
                )
            )
            return False
        return True

    async def _carry_out(self) -> None:
        """Budget system first, since money goes by it; then procurement system and platform, each until it answers."""
        order = self._change.order
        update = AccountUpdate(
            key=f"{order.change_id}:change",
            change_id=order.change_id,
            filing_number=order.filing_number,
            old_account=order.old_account,
            new_account=order.new_account,
            loan_id=order.loan_id if self._change.consented else None,
        )
        try:
            await self.outside.call(TreasuryActivities.change_account, update, "预算系统变更合同收款账户")
        except ActivityError as error:
            why = refusal_in(error)
            self._append(changes.ChangeStopped(reason=why.after("预算系统不接受", "the budget system says no")))
            return
        if Since.PROGRESS_IS_TOLD_IN_ORDER.holds():
            await self._tell_progress()
        if self._start.reported:
            await self._tell_loan("contract_account_changed", ContractAccountChanged(account=order.new_account))
        await self.outside.insist(ProcurementActivities.account_changed, update, errands.ACCOUNT_TO_PROCUREMENT)
        await self.outside.insist(ReceivablesActivities.account_changed, update, errands.ACCOUNT_TO_PLATFORM)
        self._append(changes.ChangeExecuted())

    # — steps (TakesSteps) —

    def check_step(self, taken: TakenStep[Any]) -> None:
        """Raise the Refusal that fits; change nothing."""
        check_change(self._change, taken)

    def take_step(self, taken: TakenStep[Any]) -> ChangeReceipt:
        """Check and write; a repeat is answered and nothing is written."""
        is_other = self._change.keys.get(taken.key, taken.step) != taken.step
        if not is_other or Since.KEY_ANSWERS_FOR_ITS_OWN_STEP.holds():
            check_change(self._change, taken)
        if taken.key not in self._change.keys:
            self._append(taken.step, taken.by, taken.key)
        return ChangeReceipt(
            change_id=self._change.order.change_id, sequence=self._change.sequence, stage=self._change.stage
        )

    def refuse_signal(self, kind: str, refusal: Refusal) -> None:
        """A signal has no caller to tell: the refusal goes into the journal."""
        self._append(changes.ChangeStepRefused(step=kind, problem=refusal.problem))

    @workflow.signal(description="贷款已终结，尚未执行的变更随之终止（由贷款发来） / The loan has ended: told by it")
    def loan_ended(self) -> None:
        """The loan within which it was asked for has ended; what was decided is still carried out."""
        if not self._change.stage.is_end and self._change.stage is not ChangeStage.EXECUTING:
            self._append(changes.ChangeStopped(reason=Words(zh="贷款已终结", en="the loan has ended")))

    @workflow.signal(
        description="日历更新：重新计算未结时限 / A year's calendar was loaded: open limits are counted anew"
    )
    def load_calendar(self, calendar: CalendarYear) -> None:
        """A calendar was loaded by the operator (`calendar load`)."""
        if is_in_force(calendar, self._adoptions):
            return
        was_in_force = calendar.version in (year.version for each in self._adoptions for year in each.years)
        if was_in_force and not Since.EARLIER_CALENDAR_AGAIN.holds():
            return
        now = workflow.now()
        before = self.deadlines(now)
        self._append(changes.ChangeCalendar(calendar=calendar))
        for old, new in moved(before, self.deadlines(now)):
            self._append(
                changes.ChangeDeadlineMoved(
                    clock=new.clock, old_due_at=old.due_at, new_due_at=new.due_at, provisional=new.provisional
                )
            )

    # — clocks (Timed) —

    @property
    def sequence(self) -> int:
        """The journal's last line."""
        return self._change.sequence

    @property
    def calendar(self) -> WorkingDayCalendar:
        """The calendar in force."""
        return calendar_in_force(self._adoptions)

    @property
    def _adoptions(self) -> tuple[CalendarAdoption, ...]:
        return (*self._start.calendars, *self._change.adoptions)

    def deadlines(self, now: datetime) -> tuple[Deadline, ...]:
        """The purchaser's and the bank's time, as they stand."""
        return deadlines(self._start.clocks, self._change.timeline, self._adoptions, now, repeat=False)

    def alarms_sent(self) -> Collection[str]:
        """What was said before."""
        return self._change.alarms_sent

    def sound(self, alarm: Alarm) -> None:
        """Record a reminder or a breach, which inbox and page show; tell bureau and lender of a breach (luoyang/3.2)."""
        self._append(
            changes.ChangeAlarm(
                clock=alarm.deadline.clock,
                alarm_key=alarm.key,
                due_at=alarm.deadline.due_at,
                breached=alarm.threshold is not Threshold.REMINDER,
            )
        )
        if alarm.threshold is not Threshold.REMINDER and self._start.reported:
            self._report_breach(alarm)

    def _report_breach(self, alarm: Alarm) -> None:
        order, lender = self._change.order, self._start.lender
        report = breach_report(
            alarm,
            key=f"{order.change_id}:breach:{self.sequence}",
            loan_id=order.loan_id,
            change_id=order.change_id,
            region=order.region,
            bank_id=lender.bank_id if lender else order.consent_of_bank_id,
            at=workflow.now(),
        )
        tell_breach(report, self.outside, is_online=lender is not None and lender.channel is Channel.ONLINE)

    # — records, page, and the loan —

    def _append(self, event: Frozen, by: Principal = SYSTEM, key: str | None = None) -> None:
        entry = ChangeEntry(sequence=self._change.sequence + 1, at=workflow.now(), by=by, event=event, key=key)  # type: ignore[arg-type]
        self._change = change_after(self._change, entry)
        self._journal.append(entry)

    async def write_down(self) -> int:
        """登记账户变更: tell the loan whom it waits for, then write the change down, until no line is left that came meanwhile."""
        while True:
            view = self._view()
            await self._tell_progress()
            await self.outside.call(RecordActivities.record_change, view, "登记账户变更")
            if view.sequence == self.sequence:
                return view.sequence

    def _view(self) -> ChangeView:
        found = self.deadlines(workflow.now())
        return ChangeView(
            order=self._change.order,
            stage=self._change.stage,
            tasks=change_tasks(self._change, found),
            scan=self._change.scan,
            reason=self._change.reason,
            entries=tuple(self._journal),
            deadlines=found,
            sequence=self._change.sequence,
            updated_at=workflow.now(),
        )

    def show(self, notes: list[str]) -> None:
        """Stage, tasks and the clocks that run."""
        found = self.deadlines(workflow.now())
        tasks = change_tasks(self._change, found)
        title = f"合同账户变更：{self._change.stage.title_zh}"
        workflow.set_current_details(current_details(title, tasks, found, notes))
        if self._start.reported:
            self._show_in_views(tasks, found)

    def _show_in_views(self, tasks: tuple[Task, ...], found: tuple[Deadline, ...]) -> None:
        """等采购人、将到期、已超时、异常: a change is found in the same views as a loan."""
        is_down = bool(self.outside.down or self.outside.refusing)
        self._shown = show(
            Shown(
                awaited=Shown.roles(task.role for task in tasks),
                due_at=min((each.due_at for each in found if each.status.is_open), default=None),
                breaches=self._change.breaches,
                urgency=urgency_of(found, self._change.alarms_sent),
                trouble=Trouble.OUTSIDE_DOWN if is_down else Trouble.NONE,
            ),
            self._shown,
        )

    def delivery_refused(self, what: Words, reason: Words) -> None:
        """外部系统拒收: the page shows it as long as it lasts; it is asked again each day."""

    async def _tell_progress(self) -> None:
        stage, reported = self._change.stage, self._start.reported
        if stage is self._told or stage.is_end or (stage is ChangeStage.DRAFT and not reported):
            return
        self._told = stage
        tasks = change_tasks(self._change, ())
        awaited = tasks[0].role if reported and tasks else None
        progress = AccountChangeProgressed(change_id=self._change.order.change_id, stage=stage, awaited=awaited)
        await self._tell_loan("account_change_progressed", progress)

    async def _tell_loan(self, signal: str, what: Frozen) -> None:
        """The loan may have closed meanwhile; then there is nobody left to tell."""
        loan_id = self._change.order.loan_id
        if loan_id is None:
            return
        loan = workflow.get_external_workflow_handle(temporal.loan_workflow_id(loan_id))
        try:
            await loan.signal(signal, what)
        except ApplicationError:
            workflow.logger.warning("loan %s has closed; it is not told of %s", loan_id, signal)
