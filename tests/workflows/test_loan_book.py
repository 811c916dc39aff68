"""The loan's book under everything that parties and systems may do to it, without a server: what must hold, holds.

The process itself (workflows/contract_loan.py) is played by `_engine_moves`: one thing that is due, with a random answer.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.workflows.invariants import check_money, folded
from tests.workflows.random_parties import ENDINGS, KEYS, STRANGERS, TO_AND_FRO, a_step, steps_of, taken_steps
from tests.workflows.samples import (
    NEW_ACCOUNT,
    OLD_ACCOUNT,
    Parties,
    application,
    award_for,
    contract_for,
    offer,
    product,
)
from workflows.loan_book import LoanBook
from workflows.loan_orders import LoanOrders
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import ChangeOutcome, ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.alarms import Threshold
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.parties import SYSTEM
from zhengcaidai.messages.procurement import PaymentInstalment, ReceivableConfirmation, ReceivableStatus
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, TakenStep
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.accounts import is_change_needed
from zhengcaidai.rules.alarms import due_alarms
from zhengcaidai.rules.receipts import unswept
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date

BEGAN = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
REGIONS = ("530100", "410300")
FEW_LINES = 9
BEFORE_LOCK = (Stage.SIGNED, Stage.ACCOUNT_CHANGE)


@cache
def _rules(region_code: str, channel: Channel) -> RulesInForce:
    today = BEGAN.date()
    return RulesInForce(
        profile=region(region_code, today),
        platform_clocks=platform_settings().clocks,
        product=product(channel, promise_days=4),
        calendar=calendar_years(today),
    )


class AnyLoan(RuleBasedStateMachine):
    """What may happen to a loan, and what must hold of it."""

    def _apply(self, region_code: str, basis: Basis, channel: Channel, contract_account: Account) -> None:
        basis = Basis.CONTRACT if region_code == "410300" else basis
        self.now = BEGAN
        self.parties = Parties().of_region(region_code)
        signed = {"signed_on": BEGAN.date() - timedelta(days=3), "filed_on": BEGAN.date() - timedelta(days=2)}
        promised = tuple(
            PaymentInstalment(pay_on=BEGAN.date() + timedelta(days=days), amount_fen=150_000) for days in (5, 40)
        )
        self.contract = contract_for(region_code, "ABC", contract_account, promised).model_copy(update=signed)
        self.rules_in_force = _rules(region_code, channel)
        asked = application(region_code, basis, "L1", self.contract)
        self.book = LoanBook(LoanStart(application=asked, by=self.parties.supplier, key="submit"), self.now)
        self.seen: tuple[Entry, ...] = tuple(self.book.journal)
        self.entries: tuple[Any, ...] = ()
        self.keeps_up = True

    # — what happens —

    @rule(data=st.data())
    def a_party_acts(self, data: st.DataObject) -> None:
        taken = data.draw(taken_steps(self.parties, shanghai_date(self.now), self.contract.filing_number))
        self._take(taken)

    @rule(data=st.data())
    def the_right_party_does_what_is_asked(self, data: st.DataObject) -> None:
        """So that loans get somewhere."""
        wanted = [
            (task.role, kind)
            for task in self.book.tasks(self.now)
            for kind in STEPS
            if kind.name() in task.actions
            and kind not in ENDINGS
            and (kind not in TO_AND_FRO or len(self.book.journal) < FEW_LINES)
        ]
        if not wanted:
            return
        role, kind = data.draw(st.sampled_from(wanted))
        step = data.draw(steps_of(shanghai_date(self.now), self.contract.filing_number)[kind])
        self._take(TakenStep[Any](step=step, by=self.parties.of(role), key=f"R{len(self.book.journal)}"))

    @rule(data=st.data(), stranger=st.sampled_from(STRANGERS))
    def a_stranger_acts(self, data: st.DataObject, stranger: Any) -> None:
        step = data.draw(a_step(shanghai_date(self.now), self.contract.filing_number))
        before = len(self.book.journal)
        self._take(TakenStep[Any](step=step, by=stranger, key=data.draw(st.sampled_from(KEYS))))
        assert len(self.book.journal) == before

    def _take(self, taken: TakenStep[Any]) -> None:
        before, journal = self.book.loan, tuple(self.book.journal)
        try:
            self.book.check(taken, self.now)
            allowed = True
        except Refusal as refusal:
            allowed = False
            assert refusal.zh
            assert refusal.en
        assert self.book.loan is before, "asking changes nothing"
        try:
            receipt = self.book.take(taken, self.now)
        except Refusal:
            assert not allowed
            assert self.book.loan is before
            assert tuple(self.book.journal) == journal
            return
        assert allowed
        assert receipt.stage == self.book.loan.stage
        again = len(self.book.journal)
        assert self.book.take(taken, self.now).stage == receipt.stage
        assert len(self.book.journal) == again, "a repeat is answered and nothing is written"
        locked_before = before.locked_account
        assert self.book.loan.locked_account == locked_before, "no party's word alone moves a locked account"
        if self.keeps_up:
            self.the_engine_moves(says_yes=True)

    @rule(days=st.sampled_from((0, 0, 1, 4, 15)), minutes=st.integers(1, 600))
    def time_passes(self, days: int, minutes: int) -> None:
        self.now += timedelta(days=days, minutes=minutes)
        calendar = self.book.calendar
        if calendar is None:
            return
        for alarm in due_alarms(self.book.deadlines(self.now), self.book.loan.alarms_sent, calendar, self.now):
            assert alarm.key not in self.book.loan.alarms_sent
            if alarm.threshold is Threshold.BREACH:
                self.book.append(facts.Breached(deadline=alarm.deadline, alarm_key=alarm.key), self.now)
            else:
                self.book.append(
                    facts.Reminded(
                        clock=alarm.deadline.clock,
                        alarm_key=alarm.key,
                        due_at=alarm.deadline.due_at,
                        duty_of=alarm.deadline.duty_of,
                    ),
                    self.now,
                )

    @precondition(lambda self: self.book.rules is not None)
    @rule(longer=st.booleans())
    def a_calendar_is_loaded(self, longer: bool) -> None:
        known = {year.year: year for year in self.rules_in_force.calendar}[2027]
        edition = known.model_copy(update={"make_up_working_days": (datetime(2027, 1, 9).date(),) if longer else ()})  # noqa: DTZ001
        closed = {each.name: each.due_at for each in self.book.deadlines(self.now) if not each.status.is_open}
        self.book.adopt(edition, self.now)
        after = {each.name: each.due_at for each in self.book.deadlines(self.now)}
        assert closed.items() <= after.items(), "a clock already met or missed is never rewritten"

    @rule()
    def outside_systems_are_slow(self) -> None:
        """Until the next time the engine moves, parties are faster than it."""
        self.keeps_up = False

    @rule(says_yes=st.sampled_from((True, True, True, False)))
    def the_engine_moves(self, says_yes: bool) -> None:
        self.keeps_up = True
        while moves := self._engine_moves(says_yes):
            for fact in moves:
                self.book.append(fact, self.now)
            says_yes = True

    def _engine_moves(self, says_yes: bool) -> list[Any]:
        loan, orders = self.book.loan, LoanOrders(self.book, self.now)
        if loan.stage is Stage.SUBMITTED:
            return self._verified()
        if loan.stage is Stage.SIGNED and loan.contract is None:
            if loan.contract_reported is None:
                return []
            if loan.contract_reported == self.contract.filing_number:
                return [facts.ContractChecked(contract=self.contract)]
            return [facts.ContractNotFound(filing_number=loan.contract_reported, reason=Words.quoted("查无"))]
        if loan.stage in BEFORE_LOCK:
            return self._account_moves(says_yes)
        if loan.stage is Stage.ACCOUNT_LOCKED:
            return self._disbursement_moves(says_yes)
        entries = unswept(loan)
        if entries:
            return [orders.swept(entries)]
        statement = loan.statement(shanghai_date(self.now))
        if statement is None:
            return []
        if loan.stage in (Stage.DISBURSED, Stage.REPAYING) and statement.settled:
            return [orders.settled(), facts.LockReleased()]
        if loan.stage is Stage.SETTLED and not statement.settled and loan.locked_account is not None:
            return [orders.reopened(), facts.AccountLocked(account=loan.locked_account)]
        return []

    def _verified(self) -> list[Any]:
        self.book.rules = self.rules_in_force
        asked = self.book.loan.application
        return [
            facts.Verified(
                award=award_for(self.contract),
                contract=self.contract if asked.basis is Basis.CONTRACT else None,
                receivable=ReceivableConfirmation(award_number=asked.award_number, status=ReceivableStatus.CONFIRMED),
                repeat_borrower=False,
            )
        ]

    def _account_moves(self, says_yes: bool) -> list[Any]:
        loan, orders = self.book.loan, LoanOrders(self.book, self.now)
        contract, agreed = loan.contract, loan.offer
        assert contract is not None
        assert agreed is not None
        if not is_change_needed(contract.collection_account, agreed.designated_account):
            return [facts.AccountLocked(account=contract.collection_account)]
        if loan.change_id is None and loan.change_ended is None:
            order = orders.account_change()
            return [
                facts.AccountChangeOpened(
                    change_id=order.change_id, old_account=order.old_account, new_account=order.new_account
                )
            ]
        if loan.change_id is None:
            return []
        outcome = ChangeOutcome(
            change_id=loan.change_id,
            stage=ChangeStage.CHANGED if says_yes else ChangeStage.REFUSED,
            account=agreed.designated_account if says_yes else contract.collection_account,
        )
        return [facts.AccountChangeEnded(outcome=outcome)]

    def _disbursement_moves(self, says_yes: bool) -> list[Any]:
        loan, orders = self.book.loan, LoanOrders(self.book, self.now)
        if loan.ordered is not None:
            if not self.book.is_online:
                return []
            if not says_yes:
                return [facts.DisbursementRefused(reason=Words.quoted("额度冻结"))]
            return [
                facts.Disbursed(
                    bank_reference="REF", amount_fen=loan.ordered.amount_fen, value_date=shanghai_date(self.now)
                )
            ]
        if not loan.is_held and loan.disbursement_refusal is None:
            return [orders.disbursement_ordered()]
        return []

    # — what holds —

    @invariant()
    def the_journal_only_grows(self) -> None:
        journal = tuple(self.book.journal)
        assert journal[: len(self.seen)] == self.seen
        assert [entry.sequence for entry in journal] == list(range(1, len(journal) + 1))
        assert self.book.loan.sequence == len(journal)
        assert all(
            entry.by == SYSTEM
            for entry in journal
            if entry.event.__class__.__module__.endswith("facts") and entry.sequence > 1
        )
        self.seen = journal

    @invariant()
    def the_money_is_all_there_and_its_entries_only_grow(self) -> None:
        check_money(self.book.loan)
        ledger = self.book.loan.ledger
        if ledger is not None:
            assert ledger.entries[: len(self.entries)] == self.entries
            self.entries = ledger.entries

    @invariant()
    def somebody_is_asked_until_the_end(self) -> None:
        tasks = self.book.tasks(self.now)
        assert bool(tasks) != self.book.loan.stage.is_end
        update = self.book.update(self.now, 0)
        assert update.view.sequence == len(self.book.journal)

    @invariant()
    def money_left_the_bank_once_at_most_and_only_to_a_locked_account(self) -> None:
        kinds = [entry.event.kind for entry in self.book.journal]
        assert kinds.count("disbursed") <= 1
        assert kinds.count("report_disbursement") <= kinds.count("disbursed")
        loan = self.book.loan
        if loan.disbursed is not None:
            assert loan.locked_account is not None
            assert loan.locked_account.same_as(NEW_ACCOUNT)

    def teardown(self) -> None:
        if not hasattr(self, "book"):
            return
        assert folded(tuple(self.book.journal)) == self.book.loan, "the loan follows from its journal alone"
        start = self.book.start(len(self.book.journal), ())
        restarted = LoanBook(LoanStart.model_validate_json(start.model_dump_json()), self.now)
        assert restarted.loan == self.book.loan
        assert restarted.tasks(self.now) == self.book.tasks(self.now)


class LoanLife(AnyLoan):
    """One loan, from its application on."""

    @initialize(
        region_code=st.sampled_from(REGIONS),
        basis=st.sampled_from(Basis),
        channel=st.sampled_from(Channel),
        differs=st.booleans(),
        hurried=st.sampled_from((False,) * 9 + (True,)),
    )
    def begin(self, region_code: str, basis: Basis, channel: Channel, differs: bool, hurried: bool) -> None:
        channel = channel if region_code == "410300" else Channel.ONLINE
        self._apply(region_code, basis, channel, OLD_ACCOUNT if differs else NEW_ACCOUNT)
        if not hurried:
            self.the_engine_moves(says_yes=True)


class LentLoan(AnyLoan):
    """One loan from the moment at which its money has left the bank: what comes in, comes back, and comes again."""

    @initialize(
        channel=st.sampled_from(Channel), method=st.sampled_from(RepaymentMethod), term_days=st.sampled_from((20, 95))
    )
    def begin_lent(self, channel: Channel, method: RepaymentMethod, term_days: int) -> None:
        self._apply("410300" if channel is Channel.OFFLINE else "530100", Basis.CONTRACT, channel, NEW_ACCOUNT)
        self.the_engine_moves(says_yes=True)
        bank, supplier = self.parties.bank, self.parties.supplier
        self._take(TakenStep[Any](step=steps.Accept(), by=bank, key="a"))
        self._take(TakenStep[Any](step=offer(method=method, term_days=term_days), by=bank, key="b"))
        self._take(TakenStep[Any](step=steps.Sign(agreement_number="AG-1"), by=supplier, key="c"))
        if channel is Channel.OFFLINE:
            report = steps.ReportDisbursement(bank_reference="REF", amount_fen=200_000, value_date=BEGAN.date())
            self._take(TakenStep[Any](step=report, by=bank, key="d"))
        assert self.book.loan.disbursed is not None

    @rule(data=st.data())
    def money_moves(self, data: st.DataObject) -> None:
        made = steps_of(shanghai_date(self.now), self.contract.filing_number)
        step = data.draw(st.one_of(made[steps.PostPayment], made[steps.PostPayment], made[steps.ReturnPayment]))
        by = data.draw(st.sampled_from((self.parties.treasury, self.parties.bank)))
        self._take(TakenStep[Any](step=step, by=by, key=data.draw(st.sampled_from(KEYS))))


TestLoanLife = LoanLife.TestCase
TestLentLoan = LentLoan.TestCase
TestLoanLife.settings = TestLentLoan.settings = settings(
    max_examples=60, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
