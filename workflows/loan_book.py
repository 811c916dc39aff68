"""The loan's book (台账): its journal, the rules it began under, and all that follows from the two.

No timers, no calls: the steps of the process tell the story, this keeps the record. Every line is written through `append`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from zhengcaidai.errors import InvalidInput, WrongStage
from zhengcaidai.messages import facts
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption, CalendarYear
from zhengcaidai.messages.clocks import ClockId, ClockRule, Deadline
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.orders import DisbursementReceipt
from zhengcaidai.messages.parties import SYSTEM, Principal
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.records import LoanUpdate
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.steps import (
    CorrectClockStart,
    DecideClockCorrection,
    PostPayment,
    Receipt,
    ReportDeduction,
    ReportDisbursement,
    ReportTermination,
    Step,
    TakenStep,
)
from zhengcaidai.messages.tasks import Task
from zhengcaidai.messages.troubles import Trouble
from zhengcaidai.rules.checks import check, is_repeat
from zhengcaidai.rules.clocks import deadlines, moved, promise_rule
from zhengcaidai.rules.corrections import check_correction, check_not_before_application, run_to_correct
from zhengcaidai.rules.dues import is_late_news, missed_days
from zhengcaidai.rules.effects import after, opened
from zhengcaidai.rules.lending import paid_out
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.receipts import confirms, returns_refused
from zhengcaidai.rules.sharing import shared
from zhengcaidai.rules.tasks import open_tasks
from zhengcaidai.rules.views import loan_view, trouble_of
from zhengcaidai.rules.working_days import WorkingDayCalendar, calendar_in_force, is_in_force, shanghai_date

__all__ = ["LoanBook"]


_NOTED = (CorrectClockStart, PostPayment, ReportDeduction, ReportTermination)
"""Steps whose effect depends on how the clocks stand."""


class LoanBook:
    """Journal, rules, and the loan that the journal tells of."""

    def __init__(self, start: LoanStart, now: datetime) -> None:
        first = Entry(
            sequence=1, at=now, by=start.by, event=facts.Submitted(application=start.application), key=start.key
        )
        self.journal: list[Entry] = list(start.journal) or [first]
        self.rules: RulesInForce | None = shared(start.rules) if start.rules else None
        self.loan: Loan = opened(self.journal[0])
        for entry in self.journal[1:]:
            self.loan = after(self.loan, entry)
        self.on_entry: Callable[[Loan, Entry], None] | None = None
        """Told of each new line, after it took effect."""
        self._adoptions: tuple[CalendarAdoption, ...] = ()
        self._deadlines: tuple[tuple[int, datetime], tuple[Deadline, ...]] | None = None
        self._statement: tuple[tuple[int, date], Statement | None] | None = None

    @property
    def submitted_at(self) -> datetime:
        """提交时刻."""
        return self.journal[0].at

    @property
    def is_online(self) -> bool:
        """The bank has a system that takes instructions (luoyang/2.1)."""
        return self.rules is not None and self.rules.product.channel is Channel.ONLINE

    @property
    def settled_at(self) -> datetime:
        """结清时刻, the latest one."""
        return next(entry.at for entry in reversed(self.journal) if isinstance(entry.event, facts.Settled))

    def start(self, recorded: int, plans_submitted: tuple[str, ...]) -> LoanStart:
        """All that a fresh run needs to go on from here."""
        first = self.journal[0]
        return LoanStart(
            application=self.loan.application,
            by=first.by,
            key=first.key or "start",
            journal=tuple(self.journal),
            rules=self.rules,
            recorded=recorded,
            plans_submitted=plans_submitted,
        )

    def append(
        self,
        event: Frozen,
        now: datetime,
        by: Principal = SYSTEM,
        key: str | None = None,
        noted: Noted | None = None,
    ) -> Entry:
        """Write one line and let it take effect."""
        entry = Entry(
            sequence=self.loan.sequence + 1,
            at=now,
            by=by,
            event=event,  # type: ignore[arg-type]
            key=key,
            noted=noted,
        )
        self.loan = after(self.loan, entry)
        self.journal.append(entry)
        if self.on_entry is not None:
            self.on_entry(self.loan, entry)
        return entry

    def check(self, taken: TakenStep[Any], now: datetime) -> None:
        """Raise the Refusal that fits, unless the step may be taken or is a repeat."""
        if not is_repeat(self.loan, taken):
            check(self.loan, taken, self.rules, now)
            self._check_start(taken)
            self._check_correction(taken, now)

    def _check_correction(self, taken: TakenStep[Any], now: datetime) -> None:
        if isinstance(taken.step, CorrectClockStart | DecideClockCorrection):  # all others need no deadlines
            check_correction(self.loan, taken.step, self.deadlines(now))

    def depends_on_clocks(self, taken: TakenStep[Any], now: datetime) -> bool:
        """Whether how the clocks stand decides on the step, or on what it does."""
        try:
            self._check_correction(taken, now)
        except WrongStage:
            return not is_repeat(self.loan, taken)
        return self._noted(taken.step, now) is not None and not is_repeat(self.loan, taken)

    def _noted(self, step: Step, now: datetime) -> Noted | None:
        """What holds now and decides on the step's effect; None if nothing out of the ordinary does."""
        if not isinstance(step, _NOTED):
            return None
        found = self.deadlines(now)
        if isinstance(step, CorrectClockStart):
            noted = Noted(run=run_to_correct(step.clock, found))
        else:
            noted = Noted(on_value_date=is_late_news(step, found), missed=missed_days(step, found))
        return noted if noted != Noted() else None

    def starts_before_application(self, taken: TakenStep[Any]) -> bool:
        """Whether the step is refused for that alone."""
        try:
            self._check_start(taken)
        except InvalidInput:
            return not is_repeat(self.loan, taken)
        return False

    def _check_start(self, taken: TakenStep[Any]) -> None:
        if isinstance(taken.step, CorrectClockStart) and self.rules is not None:
            check_not_before_application(taken.step, self.loan, self.rules)

    def take(
        self,
        taken: TakenStep[Any],
        now: datetime,
        *,
        asks_clocks: bool = True,
        charges_fees: bool = True,
        bounds_starts: bool = True,
    ) -> Receipt:
        """Check and write a party's step; a repeat is answered and nothing is written.

        `asks_clocks`, `charges_fees`, `bounds_starts`: False for loans of the time in which that was not done.
        """
        if not is_repeat(self.loan, taken):
            check(self.loan, taken, self.rules, now)
            if bounds_starts:
                self._check_start(taken)
            if asks_clocks:
                self._check_correction(taken, now)
            noted = self._noted(taken.step, now) if asks_clocks else None
            before = self.loan
            self.append(taken.step, now, taken.by, taken.key, noted)
            if isinstance(taken.step, ReportDisbursement):
                self.append(self.paid_out(taken.step, charges_fees=charges_fees), now)
            for refusal in returns_refused(before, self.loan):
                self.append(facts.StepRefused(step="return_payment", problem=refusal.problem), now)
        return Receipt(loan_id=self.loan.loan_id, sequence=self.loan.sequence, stage=self.loan.stage)

    def confirms(self, taken: TakenStep[Any]) -> bool:
        """Whether the treasury tells of a payment that only the bank has told of."""
        return confirms(self.loan, taken, self.rules.profile if self.rules else None) and is_repeat(self.loan, taken)

    def confirm(self, taken: TakenStep[PostPayment], now: datetime) -> None:
        """国库确认: write that it has."""
        self.append(facts.PaymentConfirmed(payment_id=taken.step.payment_id), now, taken.by, taken.key)

    @property
    def has_fees(self) -> bool:
        """The agreement charges something besides interest."""
        return self.loan.offer is not None and self.loan.offer.extra_fees_fen > 0

    def paid_out(self, receipt: ReportDisbursement | DisbursementReceipt, *, charges_fees: bool) -> facts.Disbursed:
        """已放款, as the bank's system answered or its people report, with the days of repayment."""
        if self.loan.offer is None or self.calendar is None:
            raise RuntimeError("nothing is paid out without an offer")
        return paid_out(self.loan.offer, receipt, self.calendar, charges_fees=charges_fees)

    def adopt(self, calendar: CalendarYear, now: datetime) -> None:
        """A year's calendar was loaded: every clock that is still open is counted anew, old → new is on record."""
        if is_in_force(calendar, self.adoptions):
            return
        before = self.deadlines(now)
        self.append(facts.CalendarLoaded(calendar=calendar), now)
        self.record_moves(before, now)

    def record_moves(self, before: tuple[Deadline, ...], now: datetime) -> None:
        """Write a line for each deadline that differs from what it was."""
        for old, new in moved(before, self.deadlines(now)):
            self.append(
                facts.DeadlineMoved(
                    clock=new.clock, old_due_at=old.due_at, new_due_at=new.due_at, provisional=new.provisional
                ),
                now,
            )

    @property
    def adoptions(self) -> tuple[CalendarAdoption, ...]:
        """The calendars the loan has used, the first from its beginning."""
        if self.rules is None:
            return ()
        later = self.loan.adoptions  # only ever grows
        if len(self._adoptions) != 1 + len(later):
            self._adoptions = (CalendarAdoption(at=self.submitted_at, years=self.rules.calendar), *later)
        return self._adoptions

    @property
    def calendar(self) -> WorkingDayCalendar | None:
        """The calendar in force now."""
        return calendar_in_force(self.adoptions) if self.rules is not None else None

    def clock_rules(self) -> tuple[ClockRule, ...]:
        """The region's limits, the platform's, and the product's promise."""
        rules = self.rules
        if rules is None:
            return ()
        platform = tuple(rule for rule in rules.platform_clocks if not rule.clock.is_of_account_change)
        product = rules.product
        promise = (
            (promise_rule(rules.profile, product.product_id, product.promise_days),) if product.promise_days else ()
        )
        return (*rules.profile.clocks, *promise, *platform)

    def deadlines(self, now: datetime) -> tuple[Deadline, ...]:
        """Every clock that has started, as it stands; computed once a moment."""
        if self.rules is None:
            return ()
        at = (self.loan.sequence, now)
        if self._deadlines is None or self._deadlines[0] != at:
            found = deadlines(
                self.clock_rules(), self.loan.timeline, self.adoptions, now, repeat=self.loan.repeat_borrower
            )
            self._deadlines = (at, tuple(each for each in found if self._is_owed(each)))
        return self._deadlines[1]

    def _is_owed(self, deadline: Deadline) -> bool:
        """A contract that has ended promises no more money; what the purchaser had missed by then it still owes."""
        loan = self.loan
        has_ended = loan.terminated is not None and deadline.clock is ClockId.TREASURY_PAYMENT
        return not has_ended or deadline.reference in loan.missed_before_termination

    def statement(self, now: datetime) -> Statement | None:
        """对账 as of that day, computed once a day and line; None before disbursement."""
        at = (self.loan.sequence, shanghai_date(now))
        if self._statement is None or self._statement[0] != at:
            self._statement = (at, self.loan.statement(at[1]))
        return self._statement[1]

    def tasks(self, now: datetime) -> tuple[Task, ...]:
        """What the loan waits for."""
        rules = self.rules
        product, profile = (rules.product, rules.profile) if rules else (None, None)
        return open_tasks(self.loan, self.deadlines(now), product, profile)

    def trouble(self, now: datetime, *, outside_down: bool) -> Trouble:
        """异常."""
        return trouble_of(self.loan, now, outside_down=outside_down)

    def update(self, now: datetime, recorded: int) -> LoanUpdate:
        """All that changed since the line `recorded`, for the application database."""
        tasks, found, news = self.tasks(now), self.deadlines(now), self.journal[recorded:]
        return LoanUpdate(
            view=loan_view(self.loan, tasks, found, self.submitted_at, now),
            tasks=tasks,
            deadlines=found,
            entries=tuple(news),
            locked_account=None if self.loan.lock_released else self.loan.locked_account,
            statement=self.statement(now),
            rules=self.rules if any(isinstance(entry.event, facts.Settled) for entry in news) else None,
        )
