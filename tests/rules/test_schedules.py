"""还款计划: against figures worked out by hand, and against mortgagemath where its conventions are ours."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import mortgagemath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.messages.money import DayCount, LoanTerms, RepaymentMethod
from zhengcaidai.rules.schedules import due_dates, equal_principal, equal_totals, level_total_fen, schedule


def terms(method: RepaymentMethod, **other: object) -> LoanTerms:
    """100 000 yuan at 3.6% (1 000 fen a day) from 2 March 2026 for half a year."""
    values: dict[str, object] = {
        "principal_fen": 10_000_000,
        "annual_rate": Decimal("0.036"),
        "penalty_rate": Decimal("0.054"),
        "method": method,
        "disbursed_on": date(2026, 3, 2),
        "due_on": date(2026, 9, 2),
    }
    return LoanTerms.model_validate(values | other)


def rows(loan: LoanTerms) -> list[tuple[str, int, int]]:
    return [(each.due_on.isoformat(), each.principal_fen, each.interest_fen) for each in schedule(loan)]


@pytest.mark.clause("luoyang/2.4")
@pytest.mark.parametrize("method", [RepaymentMethod.BULLET, RepaymentMethod.ON_COLLECTION])
def test_bullet_and_collection_loans_fall_due_once_at_the_end(method: RepaymentMethod) -> None:
    assert rows(terms(method)) == [("2026-09-02", 10_000_000, 184_000)]


@pytest.mark.clause("luoyang/2.4")
def test_interest_monthly_pays_each_months_days_and_the_principal_at_the_end() -> None:
    assert rows(terms(RepaymentMethod.INTEREST_MONTHLY)) == [
        ("2026-04-02", 0, 31_000),
        ("2026-05-02", 0, 30_000),
        ("2026-06-02", 0, 31_000),
        ("2026-07-02", 0, 30_000),
        ("2026-08-02", 0, 31_000),
        ("2026-09-02", 10_000_000, 31_000),
    ]


@pytest.mark.clause("luoyang/2.4")
def test_equal_principal_pays_interest_on_what_is_left_and_the_last_absorbs_the_residue() -> None:
    assert rows(terms(RepaymentMethod.EQUAL_PRINCIPAL)) == [
        ("2026-04-02", 1_666_666, 31_000),
        ("2026-05-02", 1_666_666, 25_000),  # 8 333 334 × 3.6% × 30 ÷ 360 = 25 000.002
        ("2026-06-02", 1_666_666, 20_667),  # 6 666 668 × 3.6% × 31 ÷ 360 = 20 666.67
        ("2026-07-02", 1_666_666, 15_000),
        ("2026-08-02", 1_666_666, 10_333),
        ("2026-09-02", 1_666_670, 5_167),
    ]


@pytest.mark.clause("luoyang/2.4")
def test_equal_instalments_are_level_and_the_last_absorbs_the_residue() -> None:
    plan = schedule(terms(RepaymentMethod.EQUAL_INSTALMENTS))
    totals = [each.total_fen for each in plan]
    assert len(set(totals[:-1])) == 1
    assert abs(totals[-1] - totals[0]) <= len(plan)
    assert sum(each.principal_fen for each in plan) == 10_000_000
    # By hand for the first: 31 days on the whole; for the second: 30 days on what the first left.
    assert plan[0].interest_fen == 31_000
    assert plan[1].interest_fen == round((10_000_000 - plan[0].principal_fen) * 0.036 * 30 / 360)


@pytest.mark.clause("law/civil-code-202#1")
@pytest.mark.parametrize(
    ("disbursed_on", "due_on", "payment_day", "expected"),
    [
        pytest.param("2026-01-31", "2026-05-31", None, ["02-28", "03-31", "04-30", "05-31"], id="month-end"),
        pytest.param("2028-01-30", "2028-03-15", None, ["02-29", "03-15"], id="leap-year-and-short-last-period"),
        pytest.param("2026-03-25", "2026-06-25", 20, ["04-20", "05-20", "06-20", "06-25"], id="payment-day-20"),
        pytest.param("2026-03-20", "2026-05-20", 20, ["04-20", "05-20"], id="disbursed-on-the-payment-day"),
        pytest.param("2026-03-02", "2026-03-20", 20, ["03-20"], id="shorter-than-a-month"),
        pytest.param("2026-11-15", "2027-02-15", None, ["12-15", "01-15", "02-15"], id="over-the-year-end"),
    ],
)
def test_monthly_due_dates(disbursed_on: str, due_on: str, payment_day: int | None, expected: list[str]) -> None:
    loan = terms(
        RepaymentMethod.INTEREST_MONTHLY,
        disbursed_on=date.fromisoformat(disbursed_on),
        due_on=date.fromisoformat(due_on),
        payment_day=payment_day,
    )
    assert [each.isoformat()[5:] for each in due_dates(loan)] == expected


MONTHLY = [
    ("100000", "3.85", 12),
    ("2000", "2", 6),
    ("1234567.89", "4.35", 24),
    ("500000", "18", 36),
    ("99.99", "5", 3),
]


@pytest.mark.clause("luoyang/2.4")
@pytest.mark.parametrize(("principal", "percent", "months"), MONTHLY)
def test_equal_instalments_of_equal_periods_are_those_of_mortgagemath(
    principal: str, percent: str, months: int
) -> None:
    """Row by row: rounded level sum, interest rounded each period, the last taking what is left."""
    oracle = mortgagemath.amortization_schedule(
        mortgagemath.LoanParams(
            principal=Decimal(principal),
            annual_rate=Decimal(percent),
            term_months=months,
            payment_rounding=mortgagemath.PaymentRounding.ROUND_HALF_UP,
        )
    )
    monthly = [Fraction(percent) / 1200] * months
    ours = equal_totals(int(Decimal(principal) * 100), monthly)
    assert ours == [(int(row.principal * 100), int(row.interest * 100)) for row in oracle[1:]]


@pytest.mark.parametrize(("principal", "percent", "months"), MONTHLY)
def test_interest_monthly_over_actual_days_is_that_of_mortgagemath(principal: str, percent: str, months: int) -> None:
    """Its actual/360 loans run by whole calendar months; while only interest is paid, the balance is the principal."""
    oracle = mortgagemath.amortization_schedule(
        mortgagemath.LoanParams(
            principal=Decimal(principal),
            annual_rate=Decimal(percent),
            term_months=months,
            day_count=mortgagemath.DayCount.ACTUAL_360,
            start_date=date(2027, 10, 1),
            interest_only_months=months - 1,
        )
    )
    loan = terms(
        RepaymentMethod.INTEREST_MONTHLY,
        principal_fen=int(Decimal(principal) * 100),
        annual_rate=Decimal(percent) / 100,
        penalty_rate=Decimal(percent) / 100,
        disbursed_on=date(2027, 10, 1),
        due_on=date(2027 + (9 + months) // 12, (9 + months) % 12 + 1, 1),
    )
    assert [each.interest_fen for each in schedule(loan)] == [int(row.interest * 100) for row in oracle[1:]]


@given(
    principal_fen=st.integers(1, 10**13),
    rate=st.decimals(0, 1, places=6),
    days=st.integers(1, 1500),
    payment_day=st.none() | st.integers(1, 31),
    method=st.sampled_from(RepaymentMethod),
    day_count=st.sampled_from(DayCount),
    disbursed_on=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_a_schedule_repays_the_principal_to_the_fen_by_the_due_date(
    principal_fen: int,
    rate: Decimal,
    days: int,
    payment_day: int | None,
    method: RepaymentMethod,
    day_count: DayCount,
    disbursed_on: date,
) -> None:
    loan = LoanTerms(
        principal_fen=principal_fen,
        annual_rate=rate,
        penalty_rate=rate,
        day_count=day_count,
        method=method,
        disbursed_on=disbursed_on,
        due_on=disbursed_on + timedelta(days=days),
        payment_day=payment_day,
    )
    plan = schedule(loan)
    dates = [each.due_on for each in plan]
    assert sum(each.principal_fen for each in plan) == principal_fen
    assert dates == sorted(set(dates))
    assert dates[0] > disbursed_on
    assert dates[-1] == loan.due_on
    assert [each.number for each in plan] == list(range(1, len(plan) + 1))


@given(
    principal_fen=st.integers(10**6, 10**13),
    rates=st.lists(st.fractions(0, Fraction(1, 50), max_denominator=36_000), min_size=1, max_size=60),
)
def test_level_instalments_leave_only_a_residue_of_fen_to_the_last(principal_fen: int, rates: list[Fraction]) -> None:
    level = level_total_fen(principal_fen, rates)
    *_, (principal, interest) = equal_totals(principal_fen, rates)
    grown_rounding = sum((1 + max(rates)) ** period for period in range(len(rates) + 1))
    assert abs(principal + interest - level) <= grown_rounding + 1


def test_where_a_months_interest_is_above_the_level_sum_only_the_interest_falls_due() -> None:
    """At 100% a year for ten years the level sum is that of a month of 365/12 days: a month of 31 costs more."""
    steep = terms(
        RepaymentMethod.EQUAL_INSTALMENTS, annual_rate=Decimal(1), penalty_rate=Decimal(1), due_on=date(2036, 3, 2)
    )
    first = schedule(steep)[0]
    assert (first.principal_fen, first.interest_fen) == (0, 861_111)  # 10 000 000 × 31 ÷ 360


@given(principal_fen=st.integers(1, 1000), periods=st.integers(1, 60))
def test_equal_principal_of_a_few_fen_is_never_negative(principal_fen: int, periods: int) -> None:
    shares = [principal for principal, _ in equal_principal(principal_fen, [Fraction(0)] * periods)]
    assert sum(shares) == principal_fen
    assert min(shares) >= 0
