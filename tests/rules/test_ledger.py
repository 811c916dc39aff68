"""台账: what can happen to a loan's money, one case a test, with figures worked out by hand.

The loan is that of tests/rules/ledgers.py: one million yuan, 10 000 fen of interest a day.
"""

from datetime import timedelta

import pytest

from tests.rules.ledgers import (
    DISBURSED_ON,
    DUE_ON,
    NOON,
    PRINCIPAL_FEN,
    TERMS,
    day,
    fee,
    is_balanced,
    paid,
    refunded,
    replay,
    returned,
    spread,
    spreads,
)
from zhengcaidai.messages.money import (
    Bucket,
    EntryKind,
    MoneyEvent,
    MoneySource,
)
from zhengcaidai.rules.conflicts import ConflictingPayment
from zhengcaidai.rules.ledger import open_ledger, post
from zhengcaidai.rules.statements import statement

pytestmark = pytest.mark.clause("kunming/2.3.6")


@pytest.mark.clause("kunming/3.3#2")
@pytest.mark.clause("jilin/4.4#2")
def test_three_instalments_of_the_contract_settle_the_loan_and_leave_a_surplus() -> None:
    ledger = replay(TERMS, [paid("a", 50_000_000, 60), paid("b", 30_000_000, 120), paid("c", 25_000_000, 180)])
    assert spreads(ledger) == [
        (0, 0, 600_000, 49_400_000, 0),  # 60 days × 10 000
        (0, 0, 303_600, 29_696_400, 0),  # 60 days × 5 060
        (0, 0, 125_422, 20_903_600, 3_970_978),  # 60 days × 2 090.36 = 125 421.6
    ]
    end = statement(ledger, day(180))
    assert end.settled
    assert end.settled_on == day(180)
    assert (end.owed_fen, end.received_fen, end.surplus_held_fen) == (0, 105_000_000, 3_970_978)


@pytest.mark.clause("law/civil-code-676#1")
def test_a_day_late_costs_a_day_of_penalty_in_place_of_interest() -> None:
    on_time, late = statement(open_ledger(TERMS), DUE_ON), statement(open_ledger(TERMS), day(181))
    assert (on_time.interest_fen, on_time.penalty_fen, on_time.overdue) == (1_800_000, 0, False)
    assert (late.interest_fen, late.penalty_fen, late.overdue) == (1_800_000, 15_000, True)
    assert late.overdue_since == DUE_ON
    assert late.overdue_fen == PRINCIPAL_FEN + 1_800_000
    assert late.owed_fen == PRINCIPAL_FEN + 1_800_000 + 15_000


@pytest.mark.clause("law/civil-code-561#1")
def test_penalty_is_swept_before_interest_and_interest_before_principal() -> None:
    ledger = replay(TERMS, [fee("f", 5_000, 185), paid("a", 2_000_000, 190)])
    assert spread(ledger.entries[-1]) == (5_000, 150_000, 1_800_000, 45_000, 0)


@pytest.mark.clause("law/civil-code-561#1")
def test_the_agreement_may_set_another_order() -> None:
    order = (Bucket.PRINCIPAL, Bucket.INTEREST, Bucket.PENALTY, Bucket.FEES)
    ledger = replay(TERMS.model_copy(update={"sweep_order": order}), [paid("a", 100_500_000, 60)])
    assert spreads(ledger) == [(0, 0, 500_000, 100_000_000, 0)]
    assert statement(ledger, day(90)).interest_fen == 100_000, "nothing accrues on interest"


def test_compound_penalty_is_charged_only_where_agreed() -> None:
    compound = TERMS.model_copy(update={"penalty_on_interest": True})
    assert statement(open_ledger(TERMS), day(190)).penalty_fen == 150_000
    # 5.4% on 101 800 000 for 10 days
    assert statement(open_ledger(compound), day(190)).penalty_fen == 152_700


def test_the_same_payment_told_twice_counts_once_whoever_tells_it() -> None:
    first = paid("a", 50_000_000, 60)
    again = first.model_copy(update={"posted_at": NOON + timedelta(days=99), "source": MoneySource.BANK})
    ledger = post(open_ledger(TERMS), first)
    assert post(ledger, first) is ledger
    assert post(ledger, again) is ledger


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(paid("a", 50_000_001, 60), id="amount"),
        pytest.param(paid("a", 50_000_000, 61), id="value-date"),
        pytest.param(fee("a", 50_000_000, 60), id="kind"),
    ],
)
def test_a_known_payment_number_with_other_content_is_refused(other: MoneyEvent) -> None:
    ledger = post(open_ledger(TERMS), paid("a", 50_000_000, 60))
    with pytest.raises(ConflictingPayment, match="a is already booked") as refusal:
        post(ledger, other)
    assert refusal.value.type == "conflict"
    assert refusal.value.problem.where == "key"


def test_part_payment_below_the_interest_due_leaves_the_principal_and_no_interest_on_interest() -> None:
    ledger = post(open_ledger(TERMS), paid("a", 250_000, 60))
    assert spreads(ledger) == [(0, 0, 250_000, 0, 0)]
    later = statement(ledger, day(90))
    assert (later.principal_fen, later.interest_fen) == (PRINCIPAL_FEN, 900_000 - 250_000)


def test_what_is_more_than_owed_is_the_suppliers_until_it_is_refunded() -> None:
    ledger = post(open_ledger(TERMS), paid("a", 101_000_000, 60))
    assert spreads(ledger) == [(0, 0, 600_000, 100_000_000, 400_000)]
    refund = post(ledger, refunded("back", 400_000, 61))
    assert refund.entries[-1].kind == EntryKind.REFUND
    before, after = statement(ledger, day(61)), statement(refund, day(61))
    assert (before.surplus_held_fen, after.surplus_held_fen, after.refunded_fen) == (400_000, 0, 400_000)
    assert after.settled
    assert is_balanced(refund)


def test_a_refund_that_bounces_is_held_for_the_supplier_again() -> None:
    refund = refunded("back", 400_000, 61)
    ledger = replay(TERMS, [paid("a", 101_000_000, 60), refund, returned("bounced", refund, 62)])
    assert statement(ledger, day(62)).surplus_held_fen == 400_000


def test_a_surplus_refunded_and_then_undone_is_owed_back() -> None:
    payment = paid("a", 101_000_000, 60)
    ledger = replay(TERMS, [payment, refunded("back", 400_000, 61), returned("r", payment, 62)])
    owing = statement(ledger, day(62))
    assert owing.over_refunded_fen == 400_000
    assert owing.owed_fen == PRINCIPAL_FEN + 620_000 + 400_000
    settled = statement(post(ledger, paid("b", owing.owed_fen, 62)), day(62))
    assert settled.settled
    assert (settled.over_refunded_fen, settled.surplus_held_fen) == (0, 0)


def test_a_refund_owed_back_keeps_the_loan_open_but_is_no_overdue_debt() -> None:
    extra = paid("b", 400_000, 61)
    events = [paid("a", 100_600_000, 60), extra, refunded("back", 400_000, 62), returned("r", extra, 63)]
    after = statement(replay(TERMS, events), day(200))
    assert (after.owed_fen, after.over_refunded_fen) == (400_000, 400_000)
    assert not after.settled
    assert not after.overdue


def test_money_for_a_settled_loan_is_all_surplus() -> None:
    ledger = replay(TERMS, [paid("a", 100_600_000, 60), paid("b", 7, 90)])
    assert spread(ledger.entries[-1]) == (0, 0, 0, 0, 7)
    assert statement(ledger, day(90)).settled_on == day(60)


def test_two_payments_of_one_day_count_as_posted_whichever_arrives_first() -> None:
    morning, evening = paid("z", 400_000, 60, told=60), paid("a", 400_000, 60, told=61)
    for arrivals in ([morning, evening], [evening, morning]):
        ledger = replay(TERMS, arrivals)
        standing = {booking.event.key: spread(booking.entry) for booking in ledger.bookings}
        assert standing == {"z": (0, 0, 400_000, 0, 0), "a": (0, 0, 200_000, 200_000, 0)}


def test_a_value_date_between_payments_already_swept_replays_from_there() -> None:
    before, after, late = paid("a", 20_600_000, 60), paid("c", 30_000_000, 120), paid("b", 20_000_000, 90, told=121)
    ledger = replay(TERMS, [before, after, late])
    assert spreads(ledger) == [
        (0, 0, 600_000, 20_000_000, 0),
        (0, 0, 480_000, 29_520_000, 0),  # c: 60 days × 8 000
        (0, 0, 240_000, 19_760_000, 0),  # b: 30 days × 8 000
        (0, 0, -480_000, -29_520_000, 0),  # c reversed
        (0, 0, 180_720, 29_819_280, 0),  # c anew: 30 days × 6 024
    ]
    assert [entry.cause for entry in ledger.entries] == ["a", "c", "b", "b", "b"]
    assert [entry.reverses for entry in ledger.entries] == [None, None, None, 2, None]
    assert {entry.posted_at for entry in ledger.entries[2:]} == {late.posted_at}


def test_an_entry_that_a_late_event_does_not_change_stands() -> None:
    ledger = replay(TERMS, [paid("a", 100_600_000, 60), paid("c", 5, 120)])
    late = post(ledger, paid("b", 3, 90, told=121))
    assert [entry.reverses for entry in late.entries] == [None, None, None]


def test_entries_are_only_ever_added() -> None:
    payment = paid("a", 20_600_000, 60)
    arrivals = [payment, paid("c", 30_000_000, 120), paid("b", 20_000_000, 90), returned("r", payment, 121)]
    ledger = open_ledger(TERMS)
    for arrival in arrivals:
        after = post(ledger, arrival)
        assert after.entries[: len(ledger.entries)] == ledger.entries
        ledger = after
    assert [entry.sequence for entry in ledger.entries] == list(range(1, len(ledger.entries) + 1))


@pytest.mark.clause("law/civil-code-677#1")
def test_early_repayment_on_the_day_of_disbursement_bears_no_interest() -> None:
    ledger = post(open_ledger(TERMS), paid("a", PRINCIPAL_FEN, 0))
    assert statement(ledger, DISBURSED_ON).settled


@pytest.mark.clause("law/civil-code-677#1")
@pytest.mark.parametrize("days", [1, 60, 179])
def test_what_is_repaid_early_bears_interest_only_until_that_day(days: int) -> None:
    exact = PRINCIPAL_FEN + days * 10_000
    early = post(open_ledger(TERMS), paid("a", exact, days))
    assert statement(early, day(days)).settled
    assert statement(early, DUE_ON).interest_fen == 0
    assert not statement(post(open_ledger(TERMS), paid("a", exact - 1, days)), day(days)).settled


def test_money_that_came_before_the_loan_was_paid_out_is_the_suppliers() -> None:
    ledger = post(open_ledger(TERMS), paid("a", 50_000_000, -3))
    assert spreads(ledger) == [(0, 0, 0, 0, 50_000_000)]
    before, after = statement(ledger, day(-1)), statement(ledger, day(0))
    assert (before.owed_fen, before.settled) == (0, False)
    assert (after.owed_fen, after.settled) == (PRINCIPAL_FEN, False)


def test_a_contract_that_pays_less_than_the_loan_leaves_it_owing() -> None:
    ledger = post(open_ledger(TERMS), paid("a", 90_000_000, 170))
    assert spreads(ledger) == [(0, 0, 1_700_000, 88_300_000, 0)]
    after = statement(ledger, day(200))
    # 11 700 000 for 10 days at 3.6%, then 20 at 5.4%
    assert (after.interest_fen, after.penalty_fen, after.overdue) == (11_700, 35_100, True)


def test_paying_in_many_small_parts_does_not_round_the_interest_away() -> None:
    """Half a fen accrues a day; swept day by day it would round to one each time, or to none."""
    small = TERMS.model_copy(update={"principal_fen": 5_000})
    ledger = open_ledger(small)
    for number in range(1, 11):
        ledger = post(ledger, paid(f"p{number}", 1, number))
    assert sum(entry.interest_fen for entry in ledger.entries) == 5


def test_a_fee_of_the_same_day_is_taken_from_the_days_money_even_if_posted_after_it() -> None:
    late_fee = fee("f", 5_000, 60).model_copy(update={"posted_at": NOON + timedelta(days=61)})
    ledger = replay(TERMS, [paid("a", 700_000, 60), late_fee])
    assert spreads(ledger)[-1] == (5_000, 0, 600_000, 95_000, 0)


def test_a_fee_told_late_is_taken_from_the_money_that_followed_it() -> None:
    ledger = replay(TERMS, [paid("a", 700_000, 60), fee("f", 5_000, 50)])
    assert spreads(ledger)[-1] == (5_000, 0, 600_000, 95_000, 0)
    cancelled = post(ledger, returned("r", fee("f", 5_000, 50), 70))
    assert spreads(cancelled)[-1] == (0, 0, 600_000, 100_000, 0)
    assert statement(cancelled, day(70)).fees_fen == 0
