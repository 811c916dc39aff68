"""计息: principal × annual rate ÷ 360 (or 365) × days, the first day counted and the last not (算头不算尾).

Interest is exact (`Fraction`) while it accrues. It is rounded, half up to the fen, once for each interest period, which
ends on a due date: never at a payment, so that paying in more or smaller parts cannot change what is charged.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from zhengcaidai.messages.money import DayCount

__all__ = ["days_between", "exact_interest", "half_up"]


def half_up(amount: Fraction) -> int:
    """四舍五入: an exact amount, zero or more, to the whole fen."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def days_between(first: date, last: date) -> int:
    """计息天数: `first` counts and `last` does not (算头不算尾); nothing is borrowed backwards."""
    return max(0, (last - first).days)


def exact_interest(principal_fen: int, annual_rate: Decimal, days: int, day_count: DayCount) -> Fraction:
    """利息 in fen, not rounded: of 200000 fen at 2% for 90 days 1000."""
    return Fraction(principal_fen * days, day_count.year_days) * Fraction(annual_rate)
