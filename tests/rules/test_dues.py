"""约定付款日与还款日: the dates that money was promised for, met, missed and laid bare again."""

from datetime import date, datetime, timedelta

import pytest

from tests.rules.ledgers import is_balanced
from tests.rules.loans import (
    BANK,
    BEGAN,
    PATHS,
    SIGN,
    TODAY,
    TREASURY,
    at_stage,
    contract,
    lent,
    lived,
    offer,
    on,
    paid,
    profile,
    returned,
    taken,
    verified,
)
from tests.rules.timelines import at
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.alarms import Threshold
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, Mark, Milestone, RuleOrigin, Timeline
from zhengcaidai.messages.journal import Noted
from zhengcaidai.messages.money import MoneyEventKind, MoneySource, RepaymentMethod
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.procurement import PaymentInstalment
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.rules.alarms import due_alarms
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.dues import is_late_news, missed_days
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.receipts import confirms, money_event, surplus_to_release
from zhengcaidai.rules.working_days import calendar_in_force

CALENDARS = (CalendarAdoption(at=BEGAN, years=calendar_years(TODAY)),)
DUES = tuple(
    rule for rule in platform_settings().clocks if rule.clock in (ClockId.TREASURY_PAYMENT, ClockId.LOAN_REPAYMENT)
)
MAY = at("2026-05-15 09:00")
HALVES = contract().payments
_ABOVE = TREASURY.model_copy(update={"organisation_id": "treasury-530000"})


def clocks(loan: Loan, now: str = "2026-05-16") -> dict[str, Deadline]:
    """By what it is for, the newest run of each: `contract-1`, `instalment-1`."""
    return {each.reference: each for each in deadlines(DUES, loan.timeline, CALENDARS, at(now), repeat=False)}


def statuses(loan: Loan, now: str = "2026-05-16") -> dict[str, ClockStatus]:
    return {reference: each.status for reference, each in clocks(loan, now).items()}


# — the purchaser's days —


@pytest.mark.clause("kunming/3.1#3")
@pytest.mark.clause("kunming/5.2#6")
@pytest.mark.clause("hanyang/2#4")
@pytest.mark.clause("jilin/4.2#3")
def test_the_purchaser_is_reminded_before_the_contracts_day_and_in_breach_after_it() -> None:
    loan = lent()
    first = clocks(loan)["contract-1"]
    assert (first.duty_of, first.clock, first.due_date) == (Role.PURCHASER, ClockId.TREASURY_PAYMENT, date(2026, 4, 30))
    calendar, sent, said = calendar_in_force(CALENDARS), set[str](), list[tuple[str, Threshold]]()
    now = at("2026-04-20")
    while now < at("2026-05-08"):
        found = [each for each in clocks(loan, now.isoformat()[:16]).values() if each.reference == "contract-1"]
        for alarm in due_alarms(found, sent, calendar, now):
            sent.add(alarm.key)
            said.append((f"{now:%m-%d}", alarm.threshold))
        now += timedelta(hours=1)
    assert said[:3] == [("04-27", Threshold.REMINDER), ("04-29", Threshold.REMINDER), ("05-01", Threshold.BREACH)]
    assert {threshold for _, threshold in said[3:]} == {Threshold.REPEAT}


@pytest.mark.parametrize(
    ("treasury_paid", "met"),
    [
        ((), set()),
        ((paid(149_999),), set()),
        ((paid(150_000),), {"contract-1"}),
        ((paid(100_000), paid(50_000, "P2")), {"contract-1"}),
        ((paid(149_999), paid(1, "P2")), {"contract-1"}),
        ((paid(150_000), paid(49_999, "P2")), {"contract-1"}),
        ((paid(150_000), paid(150_000, "P2")), {"contract-1", "contract-2"}),
    ],
)
def test_a_day_is_met_by_what_the_treasury_has_paid_in_all(treasury_paid: tuple[Frozen, ...], met: set[str]) -> None:
    loan = lent()
    for payment in treasury_paid:
        loan = on(loan, payment, at("2026-04-30 10:00"))
    found = statuses(loan, "2026-04-30 12:00")
    assert {name for name in ("contract-1", "contract-2") if found[name] is ClockStatus.MET} == met


def test_what_the_supplier_itself_repays_meets_no_day_of_the_purchasers() -> None:
    loan = on(at_stage(Stage.DISBURSED), paid(150_000), at("2026-04-30 10:00"), BANK)
    assert statuses(loan)["contract-1"] is ClockStatus.BREACHED


@pytest.mark.parametrize("deducted_before", [True, False])
def test_a_deduction_counts_as_if_it_had_been_paid(deducted_before: bool) -> None:
    deduction = steps.ReportDeduction(amount_fen=150_000, reason="迟交")
    early = (verified(contract()), steps.Accept(), offer(), deduction, SIGN, *PATHS[Stage.DISBURSED][4:])
    loan = lived(*early) if deducted_before else lent(RepaymentMethod.ON_COLLECTION, deduction)
    assert statuses(loan, "2026-04-29") == {
        "contract-1": ClockStatus.MET,
        "contract-2": ClockStatus.RUNNING,
        "instalment-1": ClockStatus.RUNNING,
    }


def test_days_before_the_disbursement_are_not_the_loans_concern() -> None:
    """What was paid then went elsewhere and is not in the loan's ledger: it must not be missed later."""
    earlier = PaymentInstalment(pay_on=date(2026, 2, 27), amount_fen=100_000)
    loan = lent(RepaymentMethod.ON_COLLECTION, payments=(earlier, HALVES[0]))
    assert "contract-1" not in clocks(loan)
    assert statuses(on(loan, paid(150_000), MAY))["contract-2"] is ClockStatus.MET_LATE


def test_a_payment_that_is_returned_lays_its_day_bare_again() -> None:
    loan = on(lent(), paid(150_000), at("2026-04-30 10:00"))
    assert statuses(loan)["contract-1"] is ClockStatus.MET
    again = on(loan, returned(150_000), at("2026-05-08 10:00"))
    assert statuses(again)["contract-1"] is ClockStatus.BREACHED
    assert clocks(again)["contract-1"].instance == 2


@pytest.mark.clause("law/order-802-9#1")
@pytest.mark.parametrize(
    ("named", "last_day"),
    [(None, "2026-04-01"), (date(2026, 4, 30), "2026-04-30"), (date(2026, 5, 1), "2026-05-06")],
)
def test_thirty_days_from_delivery_unless_the_contract_names_its_day(named: date | None, last_day: str) -> None:
    delivered = Mark(milestone=Milestone.PAYMENT_DUE, at=BEGAN, reference="contract-1", fixed_due_date=named)
    (found,) = deadlines(DUES, Timeline(marks=(delivered,)), CALENDARS, BEGAN, repeat=False)
    assert (str(found.due_date), found.duty_of) == (last_day, Role.PURCHASER)


@pytest.mark.clause("law/order-802-9#1")
@pytest.mark.clause("kunming/5.2#6")
def test_a_contract_without_days_of_payment_falls_due_thirty_days_after_its_delivery() -> None:
    loan = on(lent(payments=()), steps.ReportDelivery(delivered_on=date(2026, 4, 1)), at("2026-04-10 10:00"))
    due = clocks(loan, "2026-04-30")["delivery"]
    # 1 May is the thirtieth day, and a holiday: the first working day after it is the last
    assert (due.limit_days, due.due_date, due.clause, due.origin) == (
        30,
        date(2026, 5, 6),
        "law/order-802-9",
        RuleOrigin.NATIONAL_LAW,
    )
    assert statuses(loan, "2026-05-08")["delivery"] is ClockStatus.BREACHED
    part = on(loan, paid(299_999), at("2026-04-20 10:00"))
    assert statuses(part, "2026-05-05")["delivery"] is ClockStatus.RUNNING
    whole = on(part, paid(1, "P2"), at("2026-04-21 10:00"))
    assert statuses(whole, "2026-05-08")["delivery"] is ClockStatus.MET
    back = on(whole, returned(1, "P2"), at("2026-04-22 10:00"))
    assert statuses(back, "2026-05-05")["delivery"] is ClockStatus.RUNNING


@pytest.mark.clause("kunming/5.2#6")
@pytest.mark.parametrize(
    ("payments", "status"),
    [
        pytest.param((("P1", 150_000, "2026-04-30"),), ClockStatus.MET, id="valued-on-the-day"),
        pytest.param((("P1", 150_000, "2026-05-01"),), ClockStatus.MET_LATE, id="valued-the-day-after"),
        pytest.param((("P1", 100_000, "2026-04-30"), ("P2", 50_000, "2026-04-20")), ClockStatus.MET, id="in-two-parts"),
        pytest.param(
            (("P1", 100_000, "2026-05-02"), ("P2", 50_000, "2026-04-30")), ClockStatus.MET_LATE, id="one-part-late"
        ),
    ],
)
def test_a_day_is_met_by_what_has_its_value_by_then_however_late_it_is_told(
    payments: tuple[tuple[str, int, str], ...], status: ClockStatus
) -> None:
    loan = lent()
    for payment_id, amount_fen, valued in payments:
        loan = _told_late(loan, paid(amount_fen, payment_id, valued), at("2026-05-06 10:00"))
    assert statuses(loan, "2026-05-07")["contract-1"] is status


def test_a_line_written_before_that_was_so_keeps_its_moment() -> None:
    loan = on(lent(), paid(150_000), at("2026-05-06 10:00"))
    assert statuses(loan, "2026-05-07")["contract-1"] is ClockStatus.MET_LATE


def test_a_day_that_was_laid_bare_again_is_not_met_before_it_was() -> None:
    bare = on(on(lent(), paid(150_000), at("2026-04-30 10:00")), returned(150_000), at("2026-05-08 10:00"))
    again = clocks(_told_late(bare, paid(150_000, "P2"), at("2026-05-10 10:00")), "2026-05-11")["contract-1"]
    assert (again.instance, again.status, again.closed_at) == (2, ClockStatus.MET_LATE, at("2026-05-08 10:00"))


@pytest.mark.clause("kunming/5.2#6")
def test_a_deduction_told_of_after_the_day_was_missed_meets_the_days_to_come_and_not_that_one() -> None:
    loan, late = lent(), at("2026-05-20 10:00")
    word = steps.ReportDeduction(amount_fen=150_000, reason="迟交")
    missed = missed_days(word, clocks(loan, "2026-05-20").values())
    assert missed == ("contract-1",)
    said = on(loan, word, late, noted=Noted(missed=missed))
    assert statuses(said, "2026-05-21")["contract-1"] is ClockStatus.BREACHED
    paid_then = on(said, paid(150_000, on="2026-05-21"), at("2026-05-21 10:00"))
    assert {name: each for name, each in statuses(paid_then, "2026-05-22").items() if name.startswith("contract")} == {
        "contract-1": ClockStatus.MET_LATE,
        "contract-2": ClockStatus.MET,
    }


def test_a_deduction_told_of_in_time_meets_its_day_and_nobody_elses_word_is_asked_for_missed_days() -> None:
    loan = lent()
    word = steps.ReportDeduction(amount_fen=150_000, reason="迟交")
    assert missed_days(word, clocks(loan, "2026-04-30").values()) == ()
    assert statuses(on(loan, word, at("2026-04-30 10:00")))["contract-1"] is ClockStatus.MET
    assert missed_days(paid(1), clocks(loan, "2026-05-20").values()) == ()


def _told_late(loan: Loan, payment: steps.PostPayment, moment: datetime) -> Loan:
    """As the desk writes it: by its value date only where that makes a difference."""
    late = is_late_news(payment, clocks(loan, moment.isoformat()[:16]).values())
    return on(loan, payment, moment, noted=Noted(on_value_date=late))


# — the loan's own instalments —


def test_what_is_not_overdue_by_the_statement_has_not_missed_its_day_by_the_clock() -> None:
    loan = lent(RepaymentMethod.INTEREST_MONTHLY)
    payment = paid(620, on="2026-04-02")
    told = _told_late(loan, payment, at("2026-04-03 10:00"))
    now = told.statement(date(2026, 4, 3))
    assert now is not None
    assert (now.overdue, statuses(told, "2026-04-04")["instalment-1"]) == (False, ClockStatus.MET)


@pytest.mark.parametrize(
    ("amount_fen", "repaid"),
    [(599, set()), (600, {1}), (601, {1}), (1_199, {1})],
)
def test_an_instalment_is_repaid_when_nothing_of_it_is_left(amount_fen: int, repaid: set[int]) -> None:
    """Interest monthly: 31 days at 20 fen fall due on 2 April."""
    loan = on(lent(RepaymentMethod.INTEREST_MONTHLY), paid(amount_fen + 20, on="2026-04-02"), at("2026-04-02 15:00"))
    found = statuses(loan, "2026-04-02 16:00")
    assert {number for number in range(1, 7) if found[f"instalment-{number}"] is ClockStatus.MET} == repaid


def test_settling_early_repays_every_instalment() -> None:
    loan = on(lent(RepaymentMethod.EQUAL_PRINCIPAL), paid(250_000, on="2026-03-20"), at("2026-03-20 15:00"))
    own = {name: status for name, status in statuses(loan, "2026-03-20 16:00").items() if name.startswith("instalment")}
    assert set(own.values()) == {ClockStatus.MET}


def test_a_loan_that_owes_only_a_refund_paid_out_too_early_has_repaid_its_instalments() -> None:
    """Two payments, the surplus of the second released; then the second comes back: owed is the refund alone."""
    first = on(lent(), paid(203_000, "A", "2026-03-20"), at("2026-03-20 10:00"))
    second = on(first, paid(50_000, "B", "2026-03-21"), at("2026-03-21 10:00"))
    assert second.ledger is not None
    through = len(second.ledger.entries)
    swept = facts.Swept(through=through, released_fen=surplus_to_release(second, through))
    released = on(second, swept, at("2026-03-21 11:00"))
    bounced = on(released, returned(50_000, "B", "RB", "2026-03-24"), at("2026-03-24 10:00"))
    owing = bounced.statement(date(2026, 3, 24))
    assert owing is not None
    assert (owing.settled, owing.principal_fen, owing.over_refunded_fen) == (False, 0, 50_000)
    assert statuses(bounced, "2026-03-24 12:00")["instalment-1"] is ClockStatus.MET


def test_a_settled_loan_has_no_days_left_to_miss_and_a_reopened_one_has_them_again() -> None:
    settled = at_stage(Stage.SETTLED)
    assert {each for each in statuses(settled, "2026-12-01").values() if each.is_open} == set()
    some_back = on(settled, returned(50_000, "P0"), MAY)
    assert {each for each in statuses(some_back, "2026-12-01").values() if each.is_open} == set()
    reopened = on(some_back, returned(250_000, "P0", "R2"), MAY)
    assert statuses(reopened, "2026-05-16") == {
        "contract-1": ClockStatus.BREACHED,
        "contract-2": ClockStatus.RUNNING,
        "instalment-1": ClockStatus.RUNNING,
    }


# — what the ledger is told —


def _confirmed(loan: Loan, payment_id: str = "P1", moment: datetime = MAY) -> Loan:
    return on(loan, facts.PaymentConfirmed(payment_id=payment_id), moment, TREASURY)


@pytest.mark.clause("kunming/5.2#6")
def test_a_day_is_met_by_the_treasurys_payment_though_the_bank_told_of_it_first() -> None:
    told = on(lent(), paid(150_000), at("2026-04-30 10:00"), BANK)
    assert statuses(told, "2026-04-30 12:00")["contract-1"] is ClockStatus.RUNNING, "it may be the supplier's own money"
    assert confirms(told, taken(paid(150_000), TREASURY), profile())
    both = _confirmed(told, moment=at("2026-04-30 11:00"))
    assert statuses(both, "2026-05-16")["contract-1"] is ClockStatus.MET
    assert both.ledger is not None
    assert told.ledger is not None
    assert both.ledger.entries == told.ledger.entries, "nothing is booked twice"
    assert is_balanced(both.ledger)


@pytest.mark.clause("kunming/2.3.6")
@pytest.mark.parametrize(
    ("first", "second", "who"),
    [
        pytest.param(BANK, paid(150_000), BANK, id="the-bank-again"),
        pytest.param(TREASURY, paid(150_000), TREASURY, id="the-treasury-again"),
        pytest.param(TREASURY, paid(150_000), BANK, id="the-bank-after-the-treasury"),
        pytest.param(BANK, paid(150_000, "P2"), TREASURY, id="another-payment"),
        pytest.param(BANK, returned(150_000), TREASURY, id="a-return"),
        pytest.param(BANK, paid(150_000), _ABOVE, id="a-treasury-above-the-one-that-pays"),
    ],
)
def test_nothing_else_confirms_a_payment(first: Principal, second: Step, who: Principal) -> None:
    loan = on(lent(), paid(150_000), at("2026-04-30 10:00"), first)
    assert not confirms(loan, taken(second, who), profile())


def test_a_payment_is_confirmed_once_and_only_after_it_was_booked() -> None:
    told = on(lent(), paid(150_000), MAY, BANK)
    assert not confirms(_confirmed(told), taken(paid(150_000), TREASURY), profile())
    assert not confirms(at_stage(Stage.ACCOUNT_LOCKED), taken(paid(150_000), TREASURY), profile())
    with pytest.raises(ValueError, match="was booked"):
        _confirmed(at_stage(Stage.ACCOUNT_LOCKED))


@pytest.mark.parametrize(("role", "source"), [(Role.TREASURY, MoneySource.TREASURY), (Role.BANK, MoneySource.SUPPLIER)])
def test_the_treasury_tells_of_the_contracts_money_and_the_bank_of_the_suppliers(
    role: Role, source: MoneySource
) -> None:
    received = money_event(paid(150_000), role, MAY)
    assert (received.kind, received.key, received.returns, received.source) == (
        MoneyEventKind.RECEIVED,
        "P1",
        None,
        source,
    )
    back = money_event(returned(150_000), role, MAY)
    assert (back.kind, back.key, back.returns) == (MoneyEventKind.RETURNED, "R1", "P1")
