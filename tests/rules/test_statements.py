"""对账: what a statement says of overdue, settlement and the next instalment."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from zhengcaidai.messages.money import (
    Bucket,
    Instalment,
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


def terms(method: RepaymentMethod) -> LoanTerms:
    """100 000 yuan at 3.6% (1 000 fen a day) for half a year."""
    return LoanTerms(
        principal_fen=10_000_000,
        annual_rate=Decimal("0.036"),
        penalty_rate=Decimal("0.054"),
        method=method,
        disbursed_on=DISBURSED_ON,
        due_on=date(2026, 9, 2),
    )


def pay(ledger: Ledger, amount_fen: int, on: date) -> Ledger:
    payment = MoneyEvent(
        kind=MoneyEventKind.RECEIVED,
        key=f"p{len(ledger.events)}",
        amount_fen=amount_fen,
        value_date=on,
        posted_at=datetime(on.year, on.month, on.day, 12, tzinfo=timezone(timedelta(hours=8))),
        source=MoneySource.TREASURY,
    )
    return post(ledger, payment)


@pytest.mark.clause("luoyang/2.4")
@pytest.mark.parametrize("method", RepaymentMethod)
def test_paying_each_instalment_on_its_day_settles_the_loan_to_the_fen(method: RepaymentMethod) -> None:
    ledger = open_ledger(terms(method))
    for instalment in schedule(terms(method)):
        before = statement(ledger, instalment.due_on)
        assert not before.settled
        assert not before.overdue
        assert before.next_instalment == instalment
        ledger = pay(ledger, instalment.total_fen, instalment.due_on)
        assert ledger.entries[-1].principal_fen == instalment.principal_fen
        assert ledger.entries[-1].interest_fen == instalment.interest_fen
    end = statement(ledger, terms(method).due_on)
    assert end.settled
    assert end.surplus_fen == 0
    assert end.next_instalment is None


@pytest.mark.clause("luoyang/2.4")
def test_a_missed_instalment_is_overdue_from_its_day_and_bears_penalty_on_its_principal_only() -> None:
    ledger = open_ledger(terms(RepaymentMethod.EQUAL_PRINCIPAL))
    today = statement(ledger, date(2026, 4, 2))
    assert not today.overdue
    assert today.next_instalment is not None
    assert today.next_instalment.number == 1
    later = statement(ledger, date(2026, 4, 12))
    assert (later.overdue, later.overdue_since) == (True, date(2026, 4, 2))
    assert later.overdue_fen == 1_666_666 + 31_000
    assert later.penalty_fen == 2_500  # 1 666 666 × 5.4% × 10 ÷ 360 = 2 499.999
    assert later.interest_fen == 31_000 + 8_333  # 8 333 334 × 3.6% × 10 ÷ 360 = 8 333.33
    assert later.next_instalment == Instalment(
        number=2,
        due_on=date(2026, 5, 2),
        principal_fen=1_666_666,
        interest_fen=25_000,  # 8 333 334 × 3.6% × 30 ÷ 360; what is overdue bears penalty instead
    )


def test_overdue_ends_when_it_is_paid_and_the_rest_goes_on() -> None:
    ledger = open_ledger(terms(RepaymentMethod.EQUAL_PRINCIPAL))
    on = date(2026, 4, 12)
    owing = statement(ledger, on)
    after = statement(pay(ledger, owing.penalty_fen + owing.interest_fen + 1_666_666, on), on)
    assert not after.overdue
    assert not after.settled
    assert after.principal_fen == 10_000_000 - 1_666_666


def test_principal_paid_early_counts_towards_the_due_dates_that_come_first() -> None:
    ledger = pay(open_ledger(terms(RepaymentMethod.EQUAL_PRINCIPAL)), 2_666_666 + 10_000, date(2026, 3, 12))
    standing = statement(ledger, date(2026, 3, 12))
    assert standing.next_instalment == Instalment(
        number=1,
        due_on=date(2026, 4, 2),
        principal_fen=0,
        interest_fen=15_400,  # 7 333 334 × 3.6% × 21 ÷ 360
    )
    ledger = pay(ledger, 15_400, date(2026, 4, 2))
    second = statement(ledger, date(2026, 4, 2)).next_instalment
    assert second is not None
    assert (second.number, second.principal_fen) == (2, 666_666)


def test_a_missed_months_interest_is_overdue_though_no_principal_is() -> None:
    standing = statement(open_ledger(terms(RepaymentMethod.INTEREST_MONTHLY)), date(2026, 4, 3))
    assert (standing.overdue, standing.overdue_fen, standing.penalty_fen) == (True, 31_000, 0)


def test_a_statement_of_an_earlier_day_leaves_out_what_came_later() -> None:
    ledger = pay(open_ledger(terms(RepaymentMethod.BULLET)), 10_000_000, date(2026, 8, 1))
    july = statement(ledger, date(2026, 7, 31))
    assert (july.principal_fen, july.received_fen) == (10_000_000, 0)


def test_penalty_left_after_the_due_date_keeps_the_loan_open_and_overdue() -> None:
    penalty_last = (Bucket.PRINCIPAL, Bucket.INTEREST, Bucket.FEES, Bucket.PENALTY)
    ledger = open_ledger(terms(RepaymentMethod.BULLET).model_copy(update={"sweep_order": penalty_last}))
    on = date(2026, 9, 12)
    ledger = pay(ledger, statement(ledger, on).owed_fen - 1, on)
    left = statement(ledger, on)
    assert (left.penalty_fen, left.owed_fen, left.overdue_fen) == (1, 1, 0)
    assert (left.settled, left.overdue_since) == (False, date(2026, 9, 2))
    assert statement(pay(ledger, 1, on), on).settled
