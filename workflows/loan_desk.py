"""The desk of a loan (经办): takes the parties' steps, keeps the records, shows the operator where things stand.

`ContractLoan` is one; each step of the process is a function of it, in a file of its own.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow

from activities.bank import BankActivities, BankEnd
from activities.notices import NoticeActivities
from activities.receivables import ReceivablesActivities
from activities.records import RecordActivities
from workflows.desk import Desk
from workflows.escalation import sound
from workflows.loan_book import LoanBook
from workflows.loan_orders import LoanOrders
from workflows.shown import AT_START, Shown, show
from workflows.since import Since
from zhengcaidai import temporal
from zhengcaidai.errors import Refusal, WrongStage
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import ChangeOutcome
from zhengcaidai.messages.alarms import Alarm
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.orders import DisbursementReceipt
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.steps import DecideClockCorrection, Receipt, ReportDisbursement, ReturnPayment, TakenStep
from zhengcaidai.messages.words import Words
from zhengcaidai.rules import errands
from zhengcaidai.rules.checks import is_repeat
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.notices import notices
from zhengcaidai.rules.payments import check_return_is_of_something
from zhengcaidai.rules.precedents import second_told
from zhengcaidai.rules.views import awaited_in, current_details, holds, urgency_of
from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["LoanDesk"]

_SMS_FOR = timedelta(hours=24)
"""A message later than that helps nobody; nothing in a loan depends on it."""


class LoanDesk(Desk):
    """Everything around the process: steps in, records and notices out, clocks, the page in the Temporal UI."""

    def __init__(self, start: LoanStart) -> None:
        super().__init__(start.recorded)
        self.book = LoanBook(start, workflow.now())
        self.book.on_entry = self._tell
        self.plans_submitted: list[str] = list(start.plans_submitted)
        """The fund-use plans that the treasury has been sent."""
        self._shown = None if start.journal else AT_START
        self.called_back_on = start.called_back_on
        self.is_filed = False
        """The process is through: what is still to be told is told, and no step is taken any more."""
        self._renew = False

    @property
    def loan(self) -> Loan:
        """The loan as it stands."""
        return self.book.loan

    @property
    def orders(self) -> LoanOrders:
        """The papers, as of this moment."""
        return LoanOrders(self.book, workflow.now())

    @property
    def rules(self) -> RulesInForce:
        """The rules in force, which the first step loads."""
        if self.book.rules is None:
            raise RuntimeError("the rules are loaded in the first step")
        return self.book.rules

    # — steps (TakesSteps) —

    def check_step(self, taken: TakenStep[Any]) -> None:
        """Raise the Refusal that fits; change nothing."""
        self._require_open(taken)
        self.book.check(taken, workflow.now())
        if isinstance(taken.step, ReturnPayment):
            check_return_is_of_something(self.loan, taken.step)

    def take_step(self, taken: TakenStep[Any]) -> Receipt:
        """Check and write; a correction of a clock's start moves deadlines, which is written too."""
        self._require_open(taken)
        now = workflow.now()
        before = self.book.deadlines(now) if isinstance(taken.step, DecideClockCorrection) else None
        if not self.is_filed and self.book.confirms(taken) and Since.TREASURY_CONFIRMS_A_PAYMENT.holds():
            self.book.confirm(taken, now)
        asks_clocks = not self.book.depends_on_clocks(taken, now) or Since.STEPS_ASK_THE_CLOCKS.holds()
        charges_fees = isinstance(taken.step, ReportDisbursement) and self._charges_fees
        is_bounded = not self.book.starts_before_application(taken) or Since.NO_START_BEFORE_THE_APPLICATION.holds()
        receipt = self.book.take(
            taken, now, asks_clocks=asks_clocks, charges_fees=charges_fees, bounds_starts=is_bounded
        )
        if before is not None:
            self.book.record_moves(before, now)
        return receipt

    def paid_out(self, receipt: DisbursementReceipt) -> None:
        """已放款, as the bank's system answered."""
        self.book.append(self.book.paid_out(receipt, charges_fees=self._charges_fees), workflow.now())

    @property
    def _charges_fees(self) -> bool:
        return self.book.has_fees and Since.FEES_ARE_CHARGED.holds()

    def _require_open(self, taken: TakenStep[Any]) -> None:
        if self.is_filed and not is_repeat(self.loan, taken):
            with second_told(self.loan.stage_entry, taken.by):
                raise WrongStage(
                    "贷款正在归档；其后到账或退回的款项，请一分钟后再报。",
                    "The loan is being filed; report money that comes or goes back after it in a minute.",
                    where="stage",
                )

    def refuse_signal(self, kind: str, refusal: Refusal) -> None:
        """A signal has no caller to tell: the refusal goes into the journal."""
        self.book.append(facts.StepRefused(step=kind, problem=refusal.problem), workflow.now())

    # — clocks (Timed) —

    @property
    def sequence(self) -> int:
        """The journal's last line."""
        return self.loan.sequence

    @property
    def calendar(self) -> WorkingDayCalendar | None:
        """The calendar in force; None while the rules are being loaded."""
        return self.book.calendar

    def deadlines(self, now: datetime) -> tuple[Deadline, ...]:
        """Every clock as it stands."""
        return self.book.deadlines(now)

    def alarms_sent(self) -> Collection[str]:
        """What was said before."""
        return self.loan.alarms_sent

    def sound(self, alarm: Alarm) -> None:
        """Record a reminder, a breach or its repetition; tell bank and bureau of a breach (luoyang/3.1)."""
        sound(alarm, self.book, self.outside)

    # — signals of the engine itself —

    @workflow.signal(
        description="日历更新：重新计算未结时限 / A year's calendar was loaded: open limits are counted anew"
    )
    async def load_calendar(self, calendar: CalendarYear) -> None:
        """A calendar was loaded by the operator (`calendar load`); while the rules are being loaded, it waits for them."""
        await workflow.wait_condition(lambda: self.book.rules is not None or self.has_ended)
        if self.book.rules is not None:
            self.book.adopt(calendar, workflow.now())

    @workflow.signal(description="账户变更进展（由账户变更发来） / The account change moved on: told by it")
    def account_change_progressed(self, progress: facts.AccountChangeProgressed) -> None:
        """The account change moved on: whom the loan lies with changes."""
        if progress.change_id == self.loan.change_id:
            self.book.append(progress, workflow.now())

    @workflow.signal(
        description="合同账户已在预算系统变更（由账户变更发来） / The contract has another account: told by the change"
    )
    def contract_account_changed(self, changed: facts.ContractAccountChanged) -> None:
        """Money of the contract goes to another account from now on, whatever is still to be told to others."""
        self.book.append(changed, workflow.now())

    @workflow.signal(description="账户变更办结（由账户变更发来） / The account change is through: told by it")
    def account_change_ended(self, outcome: ChangeOutcome) -> None:
        """The account change of this loan, or one on a court's order after disbursement, is through."""
        self.book.append(facts.AccountChangeEnded(outcome=outcome), workflow.now())

    # — records and the page in the Temporal UI —

    async def until(
        self, met: Callable[[], bool], *, within: timedelta | None = None, timeout_summary: str | None = None
    ) -> bool:
        """Wait for something to be so. False: the loan has ended early meanwhile. Raises TimeoutError.

        This is where a loan rests for days and months; when its history has grown long it goes on in a fresh one.
        """
        await self.rest_until(
            lambda: met() or self.has_ended or self._may_renew, within=within, timeout_summary=timeout_summary
        )
        if not met() and not self.has_ended:
            await self.close_desk()
            workflow.continue_as_new(self.book.start(self.sequence, tuple(self.plans_submitted)))
        return not self.has_ended

    @property
    def _may_renew(self) -> bool:
        """Only when every delivery was answered and every line is in the database, and no account change is under way: a fresh
        history would not know what to wait for.
        """
        is_long = self._renew or workflow.info().is_continue_as_new_suggested()
        if not (is_long and self.outside.is_idle and self.is_written_down):
            return False
        return self.loan.change_id is None or not Since.NO_FRESH_HISTORY_DURING_A_CHANGE.holds()

    @workflow.signal(
        description="换新历史：带着全部流水继续（由运维发出） / Go on in a fresh history: sent by the operator"
    )
    def renew(self) -> None:
        """Go on in a fresh history at the next rest (also done unasked when the history has grown long)."""
        self._renew = True

    @property
    def has_ended(self) -> bool:
        """Ended before its money came: refused, rejected, withdrawn, lapsed."""
        return self.loan.stage.is_end and self.loan.disbursed is None

    async def write_down(self) -> int:
        """登记台账: the lines that are new, and what follows from them."""
        update = self.book.update(workflow.now(), self._recorded)
        await self.outside.call(RecordActivities.record, update, "登记台账")
        return update.view.sequence

    def show(self, notes: list[str]) -> None:
        """Details and search attributes; of these only what has changed."""
        now = workflow.now()
        tasks, found = self.book.tasks(now), self.book.deadlines(now)
        workflow.set_current_details(current_details(self._title(), tasks, found, [*holds(self.loan), *notes]))
        self._shown = show(
            Shown(
                stage=self.loan.stage,
                awaited=Shown.roles(awaited_in(self.loan, tasks, now)),
                due_at=min((each.due_at for each in found if each.status.is_open and each.counts), default=None),
                breaches=len(self.loan.breaches),
                urgency=urgency_of(found, self.loan.alarms_sent),
                trouble=self.book.trouble(now, outside_down=bool(self.outside.down or self.outside.refusing)),
            ),
            self._shown,
        )

    def _title(self) -> str:
        """Which loan, and where it stands: a fresh history begins without the static summary."""
        application, rules = self.loan.application, self.book.rules
        bank = rules.product.bank_name if rules else application.bank_id
        region = rules.profile.name_zh if rules else application.region
        summary = temporal.static_summary(application.loan_id, application.amount_fen, bank)
        return f"{self.loan.stage.title_zh} · {summary} · {region}"

    def _tell(self, loan: Loan, entry: Entry) -> None:
        product = self.book.rules.product if self.book.rules else None
        for message in notices(loan, entry, product):
            self.outside.send(
                NoticeActivities.sms, message, errands.text_message(message.template), give_up_after=_SMS_FOR
            )
        fraud = self.orders.fraud_report(entry)
        if fraud is not None:
            self.outside.send(NoticeActivities.fraud, fraud, errands.FRAUD_TO_BUREAU)

    def delivery_refused(self, what: Words, reason: Words) -> None:
        """外部系统拒收: on record, for the operator and whom it concerns."""
        self.book.append(facts.DeliveryRefused(what=what, reason=reason), workflow.now())

    def tell_end(self) -> None:
        """办结情况 to the platform and, if it has a system, the bank."""
        report = self.orders.end_report()
        self.outside.send(ReceivablesActivities.ended, report, errands.END_TO_PLATFORM)
        if self.book.is_online:
            end = BankEnd(bank_id=self.loan.application.bank_id, **report.model_dump())
            self.outside.send(BankActivities.ended, end, errands.END_TO_BANK)
