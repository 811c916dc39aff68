"""What an offer becomes when it is paid out; a due date on a day of rest is the next working day, for ledger and clock alike."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.rules.loans import AGREED, offer
from tests.rules.timelines import at
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.orders import DisbursementOrder, DisbursementReceipt
from zhengcaidai.messages.steps import Approve, ReportDisbursement
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.ledger import open_ledger
from zhengcaidai.rules.lending import agreed_dates, paid_out, receipt_fault, terms_of
from zhengcaidai.rules.schedules import due_dates, schedule
from zhengcaidai.rules.statements import statement
from zhengcaidai.rules.working_days import working_day_calendar

PAID_ON = date(2026, 3, 2)
CALENDAR = working_day_calendar(calendar_years(PAID_ON))


def _receipt() -> DisbursementReceipt:
    return DisbursementReceipt(key="L1:disburse", bank_reference="REF-1", amount_fen=200_000, value_date=PAID_ON)


def _offer(term_days: int, method: RepaymentMethod = RepaymentMethod.ON_COLLECTION) -> Approve:
    return offer().model_copy(update={"term_days": term_days, "method": method})


@pytest.mark.clause("law/civil-code-203")
@pytest.mark.parametrize(
    ("term_days", "due_on"),
    [
        (59, date(2026, 4, 30)),  # a Thursday
        (60, date(2026, 5, 6)),  # Labour Day: the next working day
        (68, date(2026, 5, 9)),  # a Saturday that is worked
        (69, date(2026, 5, 11)),  # a Sunday of rest
    ],
)
def test_a_due_date_on_a_day_of_rest_moves_to_the_next_working_day(term_days: int, due_on: date) -> None:
    disbursed = paid_out(_offer(term_days), _receipt(), CALENDAR)
    assert terms_of(_offer(term_days), disbursed).due_on == due_on


@pytest.mark.clause("law/civil-code-203")
@pytest.mark.parametrize(("term_days", "agreed_on"), [(60, date(2026, 5, 1)), (59, date(2026, 4, 30))])
def test_the_day_agreed_is_known_beside_the_day_it_moved_to(term_days: int, agreed_on: date) -> None:
    disbursed = paid_out(_offer(term_days), _receipt(), CALENDAR)
    assert agreed_dates(_offer(term_days), disbursed) == {disbursed.due_dates[-1]: agreed_on}


@pytest.mark.clause("law/civil-code-203")
@pytest.mark.parametrize("method", [each for each in RepaymentMethod if each.is_monthly])
def test_no_agreed_day_is_later_than_its_due_date_nor_more_than_a_holiday_before_it(method: RepaymentMethod) -> None:
    given = _offer(360, method)
    for due_on, agreed_on in agreed_dates(given, paid_out(given, _receipt(), CALENDAR)).items():
        assert CALENDAR.working_day_on_or_after(agreed_on) == due_on


@pytest.mark.clause("hanyang/1")
@pytest.mark.parametrize(
    ("odd", "zh", "en"),
    [
        ({}, None, None),
        (
            {"amount_fen": 25_000_000},
            "250,000.00 元与指令金额 2,000.00 元不符",
            "for 250,000.00 yuan, the instruction for 2,000.00",
        ),
        ({"value_date": date(1990, 1, 1)}, "起息日 1990-01-01 不在", "valued 1990-01-01"),
        ({"value_date": date(2099, 1, 1)}, "起息日 2099-01-01 不在", "valued 2099-01-01"),
    ],
)
def test_a_receipt_is_for_the_amount_ordered_and_valued_between_lock_and_today(
    odd: dict[str, object], zh: str | None, en: str | None
) -> None:
    order = DisbursementOrder(
        key="L1:disburse",
        loan_id="L1",
        bank_id="bank-1",
        agreement_number="XY-1",
        amount_fen=200_000,
        to_account=AGREED,
        ordered_at=at("2026-03-02"),
    )
    receipt = _receipt()
    day = receipt.value_date
    fault = receipt_fault(receipt.model_copy(update=odd), order, locked_on=day, today=day)
    if zh is None or en is None:
        assert fault is None
    else:
        assert fault is not None
        assert zh in fault.zh
        assert en in fault.en


@pytest.mark.clause("law/civil-code-203")
def test_nothing_is_overdue_on_the_day_it_moved_to() -> None:
    terms = terms_of(_offer(60), paid_out(_offer(60), _receipt(), CALENDAR))
    ledger = open_ledger(terms)
    assert not statement(ledger, date(2026, 5, 6)).overdue
    late = statement(ledger, date(2026, 5, 7))
    assert late.overdue
    assert late.overdue_since == date(2026, 5, 6)


@pytest.mark.parametrize("method", [each for each in RepaymentMethod if each.is_monthly])
def test_every_instalment_falls_due_on_a_working_day_and_they_add_up(method: RepaymentMethod) -> None:
    given = _offer(360, method)
    terms = terms_of(given, paid_out(given, _receipt(), CALENDAR))
    days = due_dates(terms)
    assert all(CALENDAR.is_working_day(day) for day in days)
    assert list(days) == sorted(set(days))
    assert sum(each.principal_fen for each in schedule(terms)) == 200_000


def test_an_offline_report_and_an_online_receipt_come_to_the_same() -> None:
    report = ReportDisbursement(bank_reference="REF-1", amount_fen=200_000, value_date=PAID_ON)
    assert paid_out(_offer(90), report, CALENDAR) == paid_out(_offer(90), _receipt(), CALENDAR)


def test_interest_runs_to_the_day_it_moved_to() -> None:
    """Actual/360, 算头不算尾: 65 days from March 2 to May 6 at 3.6 %, not 60."""
    given = _offer(60).model_copy(update={"annual_rate": Decimal("0.036"), "penalty_rate": Decimal("0.05")})
    terms = terms_of(given, paid_out(given, _receipt(), CALENDAR))
    assert (terms.due_on - PAID_ON) == timedelta(days=65)
    assert schedule(terms)[-1].interest_fen == 1_300


@pytest.mark.clause("law/civil-code-561")
@pytest.mark.parametrize(("charges_fees", "fees_fen"), [(True, 5_000), (False, 0)])
def test_agreed_fees_fall_due_with_the_disbursement(charges_fees: bool, fees_fen: int) -> None:
    given = _offer(90).model_copy(update={"extra_fees_fen": 5_000})
    assert paid_out(given, _receipt(), CALENDAR, charges_fees=charges_fees).fees_fen == fees_fen
    assert paid_out(_offer(90), _receipt(), CALENDAR).fees_fen == 0
