"""回款与扣款: what comes in is swept, what is too much goes out, what comes back is told."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.rules.ledgers import is_balanced
from tests.rules.loans import (
    PATHS,
    TODAY,
    at_stage,
    lent,
    lived,
    on,
    paid,
    returned,
)
from tests.rules.timelines import at
from zhengcaidai.errors import Conflict
from zhengcaidai.messages import facts
from zhengcaidai.messages.base import MAX_FEN
from zhengcaidai.messages.money import EntryKind, MoneyEventKind
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.receipts import returns_refused, surplus_to_release, unswept

MAY = at("2026-05-15 09:00")


@pytest.mark.clause("law/civil-code-561")
def test_agreed_fees_are_owed_from_the_disbursement_and_swept_first() -> None:
    (*signed, plain) = PATHS[Stage.DISBURSED]
    assert isinstance(plain, facts.Disbursed)
    loan = lived(*signed, plain.model_copy(update={"fees_fen": 5_000}))
    (charge,) = unswept(loan)
    assert (charge.kind, charge.fees_fen, charge.key) == (EntryKind.CHARGE, 5_000, "L1:fees")
    now = loan.statement(TODAY)
    assert now is not None
    assert (now.fees_fen, now.owed_fen, now.settled) == (5_000, 205_000, False)
    loan = on(loan, paid(6_000), MAY)
    then = loan.statement(date(2026, 4, 30))
    assert then is not None
    assert (then.fees_fen, then.principal_fen) == (0, 200_000)
    assert unswept(loan)[-1].fees_fen == 5_000
    assert loan.ledger is not None
    assert is_balanced(loan.ledger)


@pytest.mark.clause("kunming/2.3.6#3")
def test_each_receipt_is_swept_and_the_surplus_is_the_suppliers() -> None:
    loan = on(at_stage(Stage.DISBURSED), paid(250_000), at("2026-04-30 10:00"))
    entries = unswept(loan)
    (entry,) = entries
    assert (entry.interest_fen, entry.principal_fen, entry.surplus_fen) == (1_180, 200_000, 48_820)
    released = on(loan, facts.Swept(through=1, released_fen=surplus_to_release(loan, 1)), MAY)
    now = released.statement(MAY.date())
    assert now is not None
    assert (unswept(released), now.surplus_held_fen, now.refunded_fen) == ((), 0, 48_820)


def test_money_that_comes_while_the_bank_is_booking_is_booked_next() -> None:
    first = on(at_stage(Stage.DISBURSED), paid(250_000), at("2026-04-30 10:00"))
    second = on(first, paid(10_000, "P2"), at("2026-04-30 10:01"))
    assert surplus_to_release(second, 1) == 48_820
    released = on(second, facts.Swept(through=1, released_fen=48_820), at("2026-04-30 10:02"))
    assert [entry.key for entry in unswept(released)] == ["P2"]
    last = unswept(released)[-1].sequence
    done = on(released, facts.Swept(through=last, released_fen=surplus_to_release(released, last)), MAY)
    now = done.statement(MAY.date())
    assert now is not None
    assert (unswept(done), now.refunded_fen, now.surplus_held_fen) == ((), 58_820, 0)


def _swept(loan: Loan, moment: datetime = MAY) -> Loan:
    """The bank has booked all that it was sent."""
    through = unswept(loan)[-1].sequence
    return on(loan, facts.Swept(through=through, released_fen=surplus_to_release(loan, through)), moment)


@pytest.mark.clause("kunming/2.3.6#3")
@pytest.mark.parametrize("back_fen", [100_000, 40_000])
def test_surplus_that_the_suppliers_bank_sends_back_is_paid_out_again_under_a_key_of_its_own(back_fen: int) -> None:
    refunded = _swept(on(lent(), paid(301_180), MAY))
    bounced = on(refunded, returned(back_fen, "release-1", "B1", "2026-05-15"), MAY + timedelta(hours=1))
    told = unswept(bounced)
    assert {entry.key for entry in told} == {"release-1"}
    assert sum(entry.surplus_fen for entry in told) == 100_000 - back_fen, "the refund, and what came back of it"
    again = _swept(bounced, MAY + timedelta(hours=2))
    now = again.statement(MAY.date())
    assert now is not None
    assert (unswept(again), now.surplus_held_fen, now.refunded_fen) == ((), 0, 100_000)
    assert again.ledger is not None
    assert again.ledger.bookings[-1].event.key not in ("release-1", "B1")


def test_surplus_above_what_one_amount_can_be_goes_out_in_several_refunds() -> None:
    loan = lent()
    for payment_id in ("P1", "P2"):
        loan = on(loan, paid(MAX_FEN, payment_id), MAY)
    swept = _swept(loan)
    now = swept.statement(MAY.date())
    assert now is not None
    assert (now.surplus_held_fen, now.refunded_fen) == (0, 2 * MAX_FEN - 201_180)
    settled = facts.Settled(received_fen=now.received_fen, surplus_fen=now.surplus_fen)
    assert on(swept, settled, MAY).stage is Stage.SETTLED
    assert facts.Reopened(owed_fen=2 * MAX_FEN).owed_fen > MAX_FEN
    with pytest.raises(ValidationError):
        facts.Reopened(owed_fen=0)


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("pay"), st.integers(1, 400_000)),
            st.tuples(st.just("bounce"), st.integers(1, 100)),
            st.tuples(st.just("return"), st.integers(1, 100)),
            st.tuples(st.just("sweep"), st.just(0)),
        ),
        max_size=12,
    )
)
def test_whatever_comes_back_no_surplus_is_held_once_all_is_swept(happens: list[tuple[str, int]]) -> None:
    """`bounce` and `return` send back so many per cent of the latest refund or payment that has something left."""
    loan = lent()
    for number, (what, amount) in enumerate([*happens, ("sweep", 0)]):
        moment = MAY + timedelta(minutes=number)
        if what == "pay":
            loan = on(loan, paid(amount, f"P{number}"), moment)
        elif what == "sweep" and unswept(loan):
            loan = _swept(loan, moment)
        elif what in ("bounce", "return"):
            kind = MoneyEventKind.REFUNDED if what == "bounce" else MoneyEventKind.RECEIVED
            bookings = loan.ledger.bookings if loan.ledger else ()
            left = next((each for each in reversed(bookings) if each.event.kind is kind), None)
            if left is not None:
                back = max(1, left.amount_fen * amount // 100)
                loan = on(loan, returned(back, left.event.key, f"R{number}", "2026-05-15"), moment)
    now = loan.statement(MAY.date())
    assert now is not None
    assert unswept(loan) == ()
    assert now.surplus_held_fen == 0
    assert loan.ledger is not None
    assert is_balanced(loan.ledger)


def test_a_return_that_its_payment_proves_wrong_is_told_to_whoever_sent_it_and_the_payment_stands() -> None:
    loan = at_stage(Stage.REPAYING)
    early = on(loan, returned(60_000, "P9", "R9"), MAY)
    assert returns_refused(loan, early) == ()
    booked = on(early, paid(50_000, "P9"), MAY)
    (told,) = returns_refused(early, booked)
    assert isinstance(told, Conflict)
    assert "R9" in told.en
    now = booked.statement(MAY.date())
    assert now is not None
    assert now.received_fen == 200_000
    assert returns_refused(booked, on(booked, paid(1, "P10"), MAY)) == ()


def test_a_return_of_what_proves_to_be_a_return_is_told_too() -> None:
    early = on(at_stage(Stage.REPAYING), returned(60_000, "R1", "R9"), MAY)
    genuine = on(early, returned(150_000, "P0", "R1"), MAY)
    (told,) = returns_refused(early, genuine)
    assert "is a return itself" in told.en


def test_before_disbursement_there_is_no_money_to_tell_of() -> None:
    loan = at_stage(Stage.ACCOUNT_LOCKED)
    assert (unswept(loan), surplus_to_release(loan, 0), returns_refused(loan, loan)) == ((), 0, ())
    for event in (paid(1), facts.Swept(through=1, released_fen=0)):
        with pytest.raises(ValueError, match="paid out"):
            on(loan, event, MAY)


def test_the_same_payment_again_changes_nothing_but_the_line() -> None:
    loan = on(at_stage(Stage.DISBURSED), paid(150_000), MAY)
    again = on(loan, paid(150_000), MAY)
    assert (again.ledger, again.timeline) == (loan.ledger, loan.timeline)
