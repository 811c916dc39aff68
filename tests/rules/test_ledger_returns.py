"""退汇: money that came and went back, in whichever order the two are told; figures worked out by hand.

The loan is that of tests/rules/ledgers.py: one million yuan, 10 000 fen of interest a day.
"""

import pytest

from tests.rules.ledgers import (
    PRINCIPAL_FEN,
    TERMS,
    day,
    is_balanced,
    paid,
    replay,
    returned,
    spreads,
)
from zhengcaidai.rules.conflicts import ConflictingPayment
from zhengcaidai.rules.ledger import open_ledger, post
from zhengcaidai.rules.statements import statement

pytestmark = pytest.mark.clause("kunming/2.3.6")


def test_a_returned_payment_is_reversed_as_if_it_had_never_come() -> None:
    payment = paid("a", 50_000_000, 60)
    ledger = replay(TERMS, [payment, returned("r", payment, 63)])
    allocation, reversal = ledger.entries
    assert reversal.reverses == allocation.sequence
    assert reversal.cause == "r"
    assert reversal.key == "a"
    assert [sum(amounts) for amounts in zip(*spreads(ledger), strict=True)] == [0, 0, 0, 0, 0]
    now = statement(ledger, day(63))
    assert (now.principal_fen, now.interest_fen, now.received_fen) == (PRINCIPAL_FEN, 630_000, 0)


def test_a_return_that_arrives_before_its_payment_is_held_and_then_applied() -> None:
    payment = paid("a", 50_000_000, 60)
    early = post(open_ledger(TERMS), returned("r", payment, 63))
    assert early.entries == ()
    assert len(early.held) == 1
    ledger = post(early, payment)
    assert ledger.held == ()
    assert [entry.reverses for entry in ledger.entries] == [None, 1]
    assert statement(ledger, day(63)) == statement(replay(TERMS, [payment, returned("r", payment, 63)]), day(63))


def test_a_return_that_is_held_has_its_number_and_another_is_told_to_take_a_new_one() -> None:
    payment, mistyped = paid("a", 50_000_000, 60), paid("aa", 50_000_000, 60)
    early = post(post(open_ledger(TERMS), payment), returned("r", mistyped, 63))
    assert [each.returns for each in early.held] == ["aa"]
    with pytest.raises(ConflictingPayment) as refusal:
        post(early, returned("r", payment, 63))
    assert "退汇须用新的编号" in (refusal.value.problem.right or "")
    anew = post(early, returned("r2", payment, 63))
    assert statement(anew, day(63)).received_fen == 0


def test_several_returns_held_for_one_payment_are_all_applied() -> None:
    payment = paid("a", 50_000_000, 60)
    parts = [returned("r1", payment, 63, 20_000_000), returned("r2", payment, 63, 30_000_000)]
    ledger = replay(TERMS, [*parts, payment])
    assert ledger.held == ()
    assert ledger.bookings == ()
    assert statement(ledger, day(63)).received_fen == 0


def test_a_part_of_a_payment_may_be_returned_more_than_once() -> None:
    payment = paid("a", 50_000_000, 60)
    ledger = replay(TERMS, [payment, returned("r1", payment, 63, 49_000_000), returned("r2", payment, 64, 500_000)])
    assert spreads(ledger) == [
        (0, 0, 600_000, 49_400_000, 0),
        (0, 0, -600_000, -49_400_000, 0),
        (0, 0, 600_000, 400_000, 0),
        (0, 0, -600_000, -400_000, 0),
        (0, 0, 500_000, 0, 0),
    ]
    with pytest.raises(ConflictingPayment, match="more than the 50000000 fen of a"):
        post(ledger, returned("r3", payment, 65, 500_001))


def test_a_return_cannot_itself_be_returned_in_whichever_order_the_two_arrive() -> None:
    payment = paid("a", 50_000_000, 60)
    once = returned("r", payment, 63)
    twice = returned("s", once, 64)
    with pytest.raises(ConflictingPayment, match="is a return itself"):
        replay(TERMS, [payment, once, twice])
    ledger = replay(TERMS, [payment, twice, once])
    assert (ledger.refused, ledger.held) == ((twice,), ())
    with pytest.raises(ConflictingPayment, match="is a return itself"):
        post(ledger, twice)
    assert statement(ledger, day(65)) == statement(replay(TERMS, [payment, once]), day(65))


def test_a_held_return_of_more_than_came_does_not_keep_the_payment_out() -> None:
    payment = paid("a", 50_000_000, 60)
    wrong, right = returned("r1", payment, 63, 50_000_001), returned("r2", payment, 64, 20_000_000)
    ledger = replay(TERMS, [wrong, right, payment])
    assert (ledger.refused, ledger.held) == ((wrong,), ())
    assert is_balanced(ledger)
    assert statement(ledger, day(65)) == statement(replay(TERMS, [payment, right]), day(65))
    with pytest.raises(ConflictingPayment, match="more than the 50000000 fen of a"):
        post(ledger, wrong)


def test_of_held_returns_that_are_too_much_together_the_first_to_come_counts() -> None:
    payment = paid("a", 50_000_000, 60)
    first, second = returned("r1", payment, 63, 30_000_000), returned("r2", payment, 64, 30_000_000)
    ledger = replay(TERMS, [first, second, payment])
    assert ledger.refused == (second,)
    assert statement(ledger, day(65)).received_fen == 20_000_000


def test_a_payment_returned_after_settlement_reopens_the_loan() -> None:
    payment = paid("a", 101_800_000, 180)
    settled = post(open_ledger(TERMS), payment)
    assert statement(settled, day(180)).settled
    reopened = statement(post(settled, returned("r", payment, 185)), day(185))
    assert not reopened.settled
    assert reopened.overdue
    assert reopened.owed_fen == 101_800_000 + 5 * 15_000
