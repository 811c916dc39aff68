"""台账: what holds for any loan and any events, in any order of arrival.

The oracle counts a loan's money day by day from the events alone: no entries, no replay, no stretches of days.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.ledgers import is_balanced, replay
from zhengcaidai.messages.money import (
    DEFAULT_SWEEP_ORDER,
    Bucket,
    DayCount,
    EntryKind,
    LoanTerms,
    MoneyEvent,
    MoneyEventKind,
    MoneySource,
    RepaymentMethod,
)
from zhengcaidai.rules.ledger import Ledger, open_ledger, post
from zhengcaidai.rules.schedules import schedule
from zhengcaidai.rules.statements import statement

DISBURSED_ON = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))

pytestmark = pytest.mark.clause("kunming/2.3.6")


@st.composite
def loans(draw: st.DrawFn) -> LoanTerms:
    rate = draw(st.sampled_from(["0", "0.02", "0.0345", "0.24"]))
    return LoanTerms(
        principal_fen=draw(st.sampled_from([1, 99, 10_007, 1_000_000])),
        annual_rate=Decimal(rate),
        penalty_rate=Decimal(rate) + draw(st.sampled_from([Decimal(0), Decimal("0.0175")])),
        penalty_on_interest=draw(st.booleans()),
        day_count=draw(st.sampled_from(DayCount)),
        method=draw(st.sampled_from(RepaymentMethod)),
        disbursed_on=DISBURSED_ON,
        due_on=DISBURSED_ON + timedelta(days=draw(st.integers(1, 120))),
        payment_day=draw(st.none() | st.integers(1, 31)),
        sweep_order=tuple(draw(st.permutations(DEFAULT_SWEEP_ORDER))),
    )


@st.composite
def histories(draw: st.DrawFn) -> list[MoneyEvent]:
    """Payments, fees and refunds, some returned at once or in two parts, and a return whose payment never comes."""
    kinds = st.sampled_from([MoneyEventKind.RECEIVED] * 4 + [MoneyEventKind.FEE_CHARGED, MoneyEventKind.REFUNDED])
    days = st.sampled_from([0, 30, 60]) | st.integers(-3, 150)
    drawn = draw(st.lists(st.tuples(kinds, amounts, days, st.integers(0, 3)), max_size=8))
    events = [told(kind, f"e{number}", amount, on, hours) for number, (kind, amount, on, hours) in enumerate(drawn)]
    returns = []
    for undone in draw(st.lists(st.sampled_from(events), unique_by=lambda each: each.key)) if events else []:
        back = draw(st.just(undone.amount_fen) | st.integers(1, undone.amount_fen))
        returns.append(told(MoneyEventKind.RETURNED, f"r-{undone.key}", back, 151, 0, undone.key))
        if left := undone.amount_fen - back:
            returns.append(told(MoneyEventKind.RETURNED, f"s-{undone.key}", left, 151, 0, undone.key))
    stray = told(MoneyEventKind.RETURNED, "stray", 5, 10, 0, "never")
    return events + returns + draw(st.sampled_from([[], [stray]]))


amounts = st.sampled_from([1, 50, 9_999, 400_000]) | st.integers(1, 2_000_000)


def told(
    kind: MoneyEventKind, key: str, amount_fen: int, on: int, hours: int, returns: str | None = None
) -> MoneyEvent:
    return MoneyEvent(
        kind=kind,
        key=key,
        amount_fen=amount_fen,
        value_date=DISBURSED_ON + timedelta(days=on),
        posted_at=MIDNIGHT + timedelta(hours=hours),
        returns=returns,
        source=MoneySource.TREASURY,
    )


@dataclass
class DayByDay:
    """The oracle: one loan, walked from day to day."""

    terms: LoanTerms
    principal: int = 0
    closed: list[int] = field(default_factory=list)
    accruing: Fraction = Fraction(0)
    penalty: Fraction = Fraction(0)
    paid: dict[Bucket, int] = field(default_factory=lambda: dict.fromkeys(Bucket, 0))
    fees: int = 0
    received: int = 0
    surplus: int = 0
    refunded: int = 0

    def walk(self, events: list[MoneyEvent], as_of: date) -> "DayByDay":
        net = {each.key: each.amount_fen for each in events if each.returns is None}
        for each in events:
            if each.returns in net:
                net[each.returns] -= each.amount_fen
        plan = {each.due_on: each.principal_fen for each in schedule(self.terms)}
        today, fallen_due = DISBURSED_ON - timedelta(days=3), 0
        while today <= as_of:
            if today == DISBURSED_ON:
                self.principal = self.terms.principal_fen
            if today in plan:
                fallen_due += plan[today]
                self.closed.append(rounded(self.accruing))
                self.accruing = Fraction(0)
            self._take(today, events, net)
            if today < as_of:
                self._accrue(fallen_due)
            today += timedelta(days=1)
        return self

    def _take(self, today: date, events: list[MoneyEvent], net: dict[str, int]) -> None:
        here = [each for each in events if each.value_date == today and each.returns is None]
        self.fees += sum(net[each.key] for each in here if each.kind == MoneyEventKind.FEE_CHARGED)
        self.refunded += sum(net[each.key] for each in here if each.kind == MoneyEventKind.REFUNDED)
        left = sum(net[each.key] for each in here if each.kind == MoneyEventKind.RECEIVED)
        self.received += left
        for bucket in self.terms.sweep_order:
            part = min(left, self.due(bucket))
            self.paid[bucket] += part
            left -= part
            if bucket == Bucket.PRINCIPAL:
                self.principal -= part
        self.surplus += left

    def _accrue(self, fallen_due: int) -> None:
        overdue = max(0, fallen_due - self.paid[Bucket.PRINCIPAL])
        base = overdue
        if self.terms.penalty_on_interest:
            base += max(0, sum(self.closed) - self.paid[Bucket.INTEREST])
        year = self.terms.day_count.year_days
        self.accruing += Fraction(self.principal - overdue) * Fraction(self.terms.annual_rate) / year
        self.penalty += Fraction(base) * Fraction(self.terms.penalty_rate) / year

    def due(self, bucket: Bucket) -> int:
        charged = {
            Bucket.FEES: self.fees,
            Bucket.PENALTY: rounded(self.penalty),
            Bucket.INTEREST: sum(self.closed) + rounded(self.accruing),
            Bucket.PRINCIPAL: self.principal + self.paid[Bucket.PRINCIPAL],
        }
        return charged[bucket] - self.paid[bucket]


def rounded(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


@settings(deadline=None)
@given(loan=loans(), events=histories(), after=st.integers(-3, 200))
def test_a_statement_is_what_counting_day_by_day_comes_to(
    loan: LoanTerms, events: list[MoneyEvent], after: int
) -> None:
    as_of = DISBURSED_ON + timedelta(days=after)
    ours, oracle = statement(replay(loan, events), as_of), DayByDay(loan).walk(events, as_of)
    assert (ours.principal_fen, ours.interest_fen, ours.penalty_fen, ours.fees_fen) == (
        oracle.due(Bucket.PRINCIPAL),
        oracle.due(Bucket.INTEREST),
        oracle.due(Bucket.PENALTY),
        oracle.due(Bucket.FEES),
    )
    assert (ours.received_fen, ours.surplus_fen, ours.refunded_fen) == (
        oracle.received,
        oracle.surplus,
        oracle.refunded,
    )
    assert ours.surplus_held_fen - ours.over_refunded_fen == oracle.surplus - oracle.refunded
    assert ours.settled == (as_of >= DISBURSED_ON and ours.owed_fen == 0)


@settings(deadline=None)
@given(loan=loans(), events=histories(), data=st.data())
def test_any_order_of_arrival_ends_in_the_same_statement(
    loan: LoanTerms, events: list[MoneyEvent], data: st.DataObject
) -> None:
    doubled = events + data.draw(st.lists(st.sampled_from(events))) if events else events
    shuffled = data.draw(st.permutations(doubled))
    one, other = replay(loan, events), replay(loan, shuffled)
    for after in (0, 30, 120, 151, 400):
        as_of = DISBURSED_ON + timedelta(days=after)
        assert statement(one, as_of) == statement(other, as_of)
    assert standing(one) == standing(other)


def standing(ledger: Ledger) -> dict[str, tuple[int, ...]]:
    """How each event's money is spread once all reversals are counted."""
    sums: dict[str, tuple[int, ...]] = {}
    for entry in ledger.entries:
        amounts = (entry.fees_fen, entry.penalty_fen, entry.interest_fen, entry.principal_fen, entry.surplus_fen)
        before = sums.get(entry.key, (0,) * 5)
        sums[entry.key] = tuple(a + b for a, b in zip(before, amounts, strict=True))
    return {key: amounts for key, amounts in sums.items() if any(amounts)}


@settings(deadline=None)
@given(loan=loans(), events=histories().flatmap(st.permutations))
def test_after_every_event_the_entries_balance_and_only_grow(loan: LoanTerms, events: list[MoneyEvent]) -> None:
    ledger = open_ledger(loan)
    for event in events:
        after = post(ledger, event)
        assert after.entries[: len(ledger.entries)] == ledger.entries
        assert is_balanced(after)
        assert post(after, event) is after
        ledger = after
    reversed_once = [entry.reverses for entry in ledger.entries if entry.reverses is not None]
    assert len(reversed_once) == len(set(reversed_once))
    for entry in ledger.entries:
        if entry.reverses is not None:
            original = ledger.entries[entry.reverses - 1]
            assert original.reverses is None
            assert original.total_fen == -entry.total_fen
            assert (original.key, original.kind, original.value_date) == (entry.key, entry.kind, entry.value_date)


@settings(deadline=None)
@given(loan=loans(), events=histories())
def test_the_balances_follow_from_the_entries_alone(loan: LoanTerms, events: list[MoneyEvent]) -> None:
    ledger = replay(loan, events)
    end = statement(ledger, DISBURSED_ON + timedelta(days=400))
    money_in = [entry for entry in ledger.entries if entry.kind == EntryKind.ALLOCATION]
    charged = sum(entry.fees_fen for entry in ledger.entries if entry.kind == EntryKind.CHARGE)
    assert end.principal_fen == loan.principal_fen - sum(entry.principal_fen for entry in money_in)
    assert end.fees_fen == charged - sum(entry.fees_fen for entry in money_in)
    assert end.received_fen == sum(entry.total_fen for entry in money_in)
    assert end.surplus_fen == sum(entry.surplus_fen for entry in money_in)
    assert end.refunded_fen == sum(entry.surplus_fen for entry in ledger.entries if entry.kind == EntryKind.REFUND)


@settings(deadline=None, max_examples=50)
@given(loan=loans(), events=histories(), after=st.integers(0, 200))
def test_paying_what_a_statement_asks_for_settles_the_loan_and_not_a_fen_less(
    loan: LoanTerms, events: list[MoneyEvent], after: int
) -> None:
    events = [each for each in events if each.value_date <= DISBURSED_ON + timedelta(days=after)]
    ledger = replay(loan, events)
    as_of = DISBURSED_ON + timedelta(days=after)
    owed = statement(ledger, as_of).owed_fen
    if owed > 1:
        short = post(ledger, told(MoneyEventKind.RECEIVED, "nearly", owed - 1, after, 9))
        assert statement(short, as_of).owed_fen == 1
        ledger = post(short, told(MoneyEventKind.RECEIVED, "rest", 1, after, 10))
    elif owed == 1:
        ledger = post(ledger, told(MoneyEventKind.RECEIVED, "rest", 1, after, 10))
    end = statement(ledger, as_of)
    assert end.settled
    assert end.owed_fen == 0
    assert not end.overdue


def test_a_post_replays_only_what_comes_after_its_value_date() -> None:
    """A thousand payments on record, the next one in order: one entry more, and no earlier booking touched."""
    loan = LoanTerms(
        principal_fen=10**11,
        annual_rate=Decimal("0.036"),
        penalty_rate=Decimal("0.054"),
        method=RepaymentMethod.ON_COLLECTION,
        disbursed_on=DISBURSED_ON,
        due_on=DISBURSED_ON + timedelta(days=1500),
    )
    ledger = replay(loan, (told(MoneyEventKind.RECEIVED, f"p{on}", 1_000, on, 0) for on in range(1000)))
    after = post(ledger, told(MoneyEventKind.RECEIVED, "late", 1_000, 989, 1))
    assert all(ours is theirs for ours, theirs in zip(after.bookings[:990], ledger.bookings[:990], strict=True))
    assert len(after.entries) - len(ledger.entries) <= 1 + 2 * 10
