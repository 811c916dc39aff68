"""应计: where a loan stands on a day, and how a stretch of days or a payment moves it.

- Interest accrues on principal that is not overdue, at the annual rate; penalty (罚息) on principal that is, at the
  penalty rate, from the due date it missed. Principal paid early counts towards the due dates that come first.
- Interest is rounded once a period (see `interest`), penalty once over the life of the loan.
"""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Self

from zhengcaidai.messages.money import Bucket, Instalment, LoanTerms
from zhengcaidai.rules.interest import days_between, exact_interest, half_up
from zhengcaidai.rules.schedules import schedule

__all__ = ["Allocation", "Plan", "Position", "advance", "opening", "sweep"]


@dataclass(frozen=True, slots=True)
class Plan:
    """The terms with the schedule that follows from them, worked out once."""

    terms: LoanTerms
    instalments: tuple[Instalment, ...]
    principal_due_fen: tuple[int, ...]
    """Principal that has fallen due by each due date, that date's included."""

    @classmethod
    def of(cls, terms: LoanTerms) -> Self:
        """The plan of a loan with these terms."""
        instalments = schedule(terms)
        return cls(terms, instalments, tuple(accumulate(each.principal_fen for each in instalments)))


@dataclass(frozen=True, slots=True)
class Position:
    """What was charged and paid up to the beginning of `on`, and on `on` itself as far as it is booked."""

    on: date
    principal_fen: int
    """Not yet repaid."""
    closed_interest_fen: tuple[int, ...] = ()
    """Interest charged by each due date passed, summed from the first."""
    open_interest: Fraction = Fraction(0)
    """Interest accrued since the last due date, exact."""
    interest_paid_fen: int = 0
    penalty: Fraction = Fraction(0)
    """Penalty accrued since the disbursement, exact."""
    penalty_paid_fen: int = 0
    fees_charged_fen: int = 0
    fees_paid_fen: int = 0
    received_fen: int = 0
    surplus_fen: int = 0
    refunded_fen: int = 0

    @property
    def interest_due_fen(self) -> int:
        """Accrued and not paid."""
        closed = self.closed_interest_fen[-1] if self.closed_interest_fen else 0
        return closed + half_up(self.open_interest) - self.interest_paid_fen

    @property
    def penalty_due_fen(self) -> int:
        """Accrued and not paid."""
        return half_up(self.penalty) - self.penalty_paid_fen

    @property
    def fees_due_fen(self) -> int:
        """Charged and not paid."""
        return self.fees_charged_fen - self.fees_paid_fen

    @property
    def over_refunded_fen(self) -> int:
        """Refunded to the supplier out of a surplus that a return has since undone."""
        return max(0, self.refunded_fen - self.surplus_fen)

    @property
    def owed_fen(self) -> int:
        """What would settle the loan."""
        loan = self.fees_due_fen + self.penalty_due_fen + self.interest_due_fen + self.principal_fen
        return loan + self.over_refunded_fen

    def overdue_principal_fen(self, plan: Plan, periods: int) -> int:
        """Principal of the first `periods` due dates that is not repaid."""
        repaid = plan.terms.principal_fen - self.principal_fen
        return max(0, plan.principal_due_fen[periods - 1] - repaid) if periods else 0

    def overdue_interest_fen(self, periods: int) -> int:
        """Interest of the first `periods` due dates that is not paid."""
        return max(0, self.closed_interest_fen[periods - 1] - self.interest_paid_fen) if periods else 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """How one sum is spread."""

    fees_fen: int = 0
    penalty_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0
    surplus_fen: int = 0


def opening(plan: Plan) -> Position:
    """放款: the whole principal is out, nothing is charged yet."""
    return Position(on=plan.terms.disbursed_on, principal_fen=plan.terms.principal_fen)


def advance(plan: Plan, position: Position, to: date) -> Position:
    """Let the days up to the beginning of `to` pass; a due date on the way ends an interest period."""
    while position.on < to:
        period = len(position.closed_interest_fen)
        due_on = plan.instalments[period].due_on if period < len(plan.instalments) else date.max
        position = _accrue(plan, position, min(to, due_on))
        if position.on == due_on:
            charged = position.interest_due_fen + position.interest_paid_fen
            closed = (*position.closed_interest_fen, charged)
            position = replace(position, closed_interest_fen=closed, open_interest=Fraction(0))
    return position


def _accrue(plan: Plan, position: Position, to: date) -> Position:
    """The days up to `to`, on none of which a period ends before the last."""
    terms = plan.terms
    days = days_between(position.on, to)
    periods = len(position.closed_interest_fen)
    overdue = position.overdue_principal_fen(plan, periods)
    performing = position.principal_fen - overdue
    if terms.penalty_on_interest:
        overdue += position.overdue_interest_fen(periods)
    interest = exact_interest(performing, terms.annual_rate, days, terms.day_count)
    penalty = exact_interest(overdue, terms.penalty_rate, days, terms.day_count)
    return replace(position, on=to, open_interest=position.open_interest + interest, penalty=position.penalty + penalty)


def sweep(plan: Plan, position: Position, amount_fen: int, value_date: date) -> tuple[Allocation, Position]:
    """扣款: spread money in the agreement's order (kunming/2.3.6); what nothing is owed for is the supplier's.

    Money with a value date before the disbursement meets no loan yet: beyond fees it is all surplus.
    """
    is_lent = value_date >= plan.terms.disbursed_on
    due = {
        Bucket.FEES: position.fees_due_fen,
        Bucket.PENALTY: position.penalty_due_fen,
        Bucket.INTEREST: position.interest_due_fen,
        Bucket.PRINCIPAL: position.principal_fen if is_lent else 0,
    }
    left, taken = amount_fen, dict.fromkeys(Bucket, 0)
    for bucket in plan.terms.sweep_order:
        taken[bucket] = min(left, due[bucket])
        left -= taken[bucket]
    allocation = Allocation(
        taken[Bucket.FEES], taken[Bucket.PENALTY], taken[Bucket.INTEREST], taken[Bucket.PRINCIPAL], left
    )
    after = replace(
        position,
        fees_paid_fen=position.fees_paid_fen + allocation.fees_fen,
        penalty_paid_fen=position.penalty_paid_fen + allocation.penalty_fen,
        interest_paid_fen=position.interest_paid_fen + allocation.interest_fen,
        principal_fen=position.principal_fen - allocation.principal_fen,
        received_fen=position.received_fen + amount_fen,
        surplus_fen=position.surplus_fen + allocation.surplus_fen,
    )
    return allocation, after
