"""计息: figures worked out by hand."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.messages.money import DayCount
from zhengcaidai.rules.interest import days_between, exact_interest, half_up


@pytest.mark.clause("law/interest#1")
@pytest.mark.parametrize(
    ("principal_fen", "rate", "days", "day_count", "expected_fen"),
    [
        pytest.param(200_000, "0.02", 90, DayCount.ACTUAL_360, 1_000, id="2000-yuan-at-2-percent"),
        pytest.param(200_000, "0.02", 90, DayCount.ACTUAL_365, 986, id="986.30-rounds-down"),
        pytest.param(100_000_000, "0.036", 1, DayCount.ACTUAL_360, 10_000, id="one-day"),
        pytest.param(900, "0.02", 10, DayCount.ACTUAL_360, 1, id="half-a-fen-rounds-up"),
        pytest.param(899, "0.02", 10, DayCount.ACTUAL_360, 0, id="just-below-half-rounds-down"),
        pytest.param(100_000_000, "0.0345", 365, DayCount.ACTUAL_360, 3_497_917, id="365-days-over-360"),
        pytest.param(100_000_000, "0.0345", 365, DayCount.ACTUAL_365, 3_450_000, id="365-days-over-365"),
        pytest.param(100_000_000, "0", 365, DayCount.ACTUAL_360, 0, id="no-rate"),
        pytest.param(100_000_000, "0.036", 0, DayCount.ACTUAL_360, 0, id="no-days"),
        pytest.param(10**15, "0.04350001", 366, DayCount.ACTUAL_360, 44_225_010_166_667, id="no-float-anywhere"),
    ],
)
def test_interest_is_principal_times_rate_over_the_year_times_days(
    principal_fen: int, rate: str, days: int, day_count: DayCount, expected_fen: int
) -> None:
    assert half_up(exact_interest(principal_fen, Decimal(rate), days, day_count)) == expected_fen


@pytest.mark.clause("law/interest#1")
@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        pytest.param(date(2026, 3, 2), date(2026, 3, 3), 1, id="the-first-day-counts-the-last-not"),
        pytest.param(date(2026, 3, 2), date(2026, 3, 2), 0, id="repaid-the-same-day"),
        pytest.param(date(2028, 2, 28), date(2028, 3, 1), 2, id="leap-day"),
        pytest.param(date(2026, 12, 31), date(2027, 1, 1), 1, id="year-end"),
        pytest.param(date(2026, 3, 3), date(2026, 3, 2), 0, id="never-backwards"),
    ],
)
def test_the_first_day_counts_and_the_last_does_not(first: date, last: date, days: int) -> None:
    assert days_between(first, last) == days


@given(
    principal_fen=st.integers(1, 10**15),
    rate=st.decimals(0, 1, places=8),
    split=st.lists(st.integers(0, 400), min_size=1, max_size=8),
    day_count=st.sampled_from(DayCount),
)
def test_a_stretch_of_days_accrues_what_its_parts_do(
    principal_fen: int, rate: Decimal, split: list[int], day_count: DayCount
) -> None:
    parts = sum((exact_interest(principal_fen, rate, days, day_count) for days in split), Fraction(0))
    assert parts == exact_interest(principal_fen, rate, sum(split), day_count)


@given(st.fractions(min_value=0, max_value=10**9))
def test_rounding_is_to_the_nearest_fen_and_half_goes_up(amount: Fraction) -> None:
    assert -Fraction(1, 2) < half_up(amount) - amount <= Fraction(1, 2)
