"""还款计划: what falls due on which day, for each repayment method (luoyang/2.4).

The monthly methods fall due each month on the payment day, a short month's last day standing in for a missing one, and
at last on the due date, however short that makes the last period. The last instalment absorbs the residue of fen.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from zhengcaidai.messages.money import Instalment, LoanTerms, RepaymentMethod
from zhengcaidai.rules.interest import days_between, half_up

__all__ = ["due_dates", "equal_principal", "equal_totals", "level_total_fen", "schedule"]


def due_dates(terms: LoanTerms) -> tuple[date, ...]:
    """应还日: as the terms list them, else of the monthly methods each month's payment day, of the others the due date."""
    if terms.due_dates:
        return terms.due_dates
    if not terms.method.is_monthly:
        return (terms.due_on,)
    return (*_payment_days(terms), terms.due_on)


def _payment_days(terms: LoanTerms) -> Iterator[date]:
    wanted = terms.payment_day or terms.disbursed_on.day
    months = terms.disbursed_on.year * 12 + terms.disbursed_on.month - 1
    while True:
        year, month = months // 12, months % 12 + 1
        day = date(year, month, min(wanted, monthrange(year, month)[1]))
        if day >= terms.due_on:
            return
        if day > terms.disbursed_on:
            yield day
        months += 1


def schedule(terms: LoanTerms) -> tuple[Instalment, ...]:
    """还款计划, if nothing is paid early or late: the principal adds up to the loan's, to the fen (luoyang/2.4)."""
    due = due_dates(terms)
    rates = [
        Fraction(terms.annual_rate) * Fraction(days_between(first, last), terms.day_count.year_days)
        for first, last in pairwise((terms.disbursed_on, *due))
    ]
    match terms.method:
        case RepaymentMethod.EQUAL_INSTALMENTS:
            rows = equal_totals(terms.principal_fen, rates)
        case RepaymentMethod.EQUAL_PRINCIPAL:
            rows = equal_principal(terms.principal_fen, rates)
        case _:
            rows = _principal_at_end(terms.principal_fen, rates)
    return tuple(
        Instalment(number=number, due_on=due_on, principal_fen=principal, interest_fen=interest)
        for number, (due_on, (principal, interest)) in enumerate(zip(due, rows, strict=True), start=1)
    )


def _principal_at_end(principal_fen: int, rates: Sequence[Fraction]) -> list[tuple[int, int]]:
    interest = [half_up(principal_fen * rate) for rate in rates]
    return [(0, each) for each in interest[:-1]] + [(principal_fen, interest[-1])]


def equal_principal(principal_fen: int, rates: Sequence[Fraction]) -> list[tuple[int, int]]:
    """等额本金: (principal, interest) a period; `rates` are the periods' own. Fen that do not divide go to the last."""
    share = principal_fen // len(rates)
    rows: list[tuple[int, int]] = []
    balance = principal_fen
    for rate in rates[:-1]:
        rows.append((share, half_up(balance * rate)))
        balance -= share
    return [*rows, (balance, half_up(balance * rates[-1]))]


def equal_totals(principal_fen: int, rates: Sequence[Fraction]) -> list[tuple[int, int]]:
    """等额本息: (principal, interest) a period; `rates` are the periods' own rates. The last takes what is left.

    Where a period's interest is above the level sum (a rate near the 100% limit), only the interest falls due.
    """
    total = level_total_fen(principal_fen, rates)
    rows: list[tuple[int, int]] = []
    balance = principal_fen
    for rate in rates[:-1]:
        interest = half_up(balance * rate)
        principal = min(balance, max(0, total - interest))
        rows.append((principal, interest))
        balance -= principal
    return [*rows, (balance, half_up(balance * rates[-1]))]


def level_total_fen(principal_fen: int, rates: Sequence[Fraction]) -> int:
    """每期还款额: the one sum that brings the balance to zero over periods of these rates, to the fen.

    With unequal periods (months of 28 to 31 days) it is the sum that is level in truth, where the textbook formula on a
    twelfth of the year would leave the difference in days to the last instalment.
    """
    scale = 10**40
    growth, payments = scale, 0
    for rate in rates:
        factor = 1 + rate
        growth = growth * factor.numerator // factor.denominator
        payments = payments * factor.numerator // factor.denominator + scale
    return half_up(Fraction(principal_fen * growth, payments))
