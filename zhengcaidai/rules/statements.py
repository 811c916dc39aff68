"""对账: what the entries of a ledger come to on a day. Nothing here is stored; all of it follows from the ledger."""

from bisect import bisect_left, bisect_right
from datetime import date

from zhengcaidai.messages.money import Instalment, Statement
from zhengcaidai.rules.accrual import Plan, Position, advance
from zhengcaidai.rules.ledger import Ledger, position_on

__all__ = ["statement"]


def statement(ledger: Ledger, as_of: date) -> Statement:
    """对账单 at the end of a day, counting what has a value date up to it and is known now (kunming/2.3.6)."""
    plan, position = ledger.plan, position_on(ledger, as_of)
    is_lent = as_of >= plan.terms.disbursed_on
    principal = position.principal_fen if is_lent else 0
    periods = bisect_left(plan.instalments, as_of, key=lambda each: each.due_on)
    since = _overdue_since(plan, position, periods, as_of)
    settled_on = _settled_on(ledger, as_of) if is_lent and not position.owed_fen else None
    return Statement(
        as_of=as_of,
        principal_fen=principal,
        interest_fen=position.interest_due_fen,
        penalty_fen=position.penalty_due_fen,
        fees_fen=position.fees_due_fen,
        over_refunded_fen=position.over_refunded_fen,
        owed_fen=position.owed_fen - position.principal_fen + principal,
        received_fen=position.received_fen,
        surplus_fen=position.surplus_fen,
        refunded_fen=position.refunded_fen,
        surplus_held_fen=max(0, position.surplus_fen - position.refunded_fen),
        settled=settled_on is not None,
        settled_on=settled_on,
        overdue=since is not None,
        overdue_since=since,
        overdue_fen=position.overdue_principal_fen(plan, periods) + position.overdue_interest_fen(periods),
        next_instalment=_next_instalment(plan, position, periods),
    )


def _overdue_since(plan: Plan, position: Position, periods: int, as_of: date) -> date | None:
    """The first due date before today that was not met; after the last one, any debt of the loan is overdue."""
    for period in range(1, periods + 1):
        if position.overdue_principal_fen(plan, period) or position.overdue_interest_fen(period):
            return plan.instalments[period - 1].due_on
    if as_of > plan.terms.due_on and position.owed_fen > position.over_refunded_fen:
        return plan.terms.due_on
    return None


def _settled_on(ledger: Ledger, as_of: date) -> date | None:
    """The value date from which nothing was owed any more; what came later was all surplus."""
    last = bisect_right(ledger.bookings, as_of, key=lambda booking: booking.event.value_date)
    settled_on = None
    for booking in reversed(ledger.bookings[:last]):
        if booking.after.owed_fen:
            break
        settled_on = booking.event.value_date
    return settled_on


def _next_instalment(plan: Plan, position: Position, periods: int) -> Instalment | None:
    """The first due date from today on with something left to pay, if nothing is paid before it."""
    for period in range(periods + 1, len(plan.instalments) + 1):
        instalment = plan.instalments[period - 1]
        then = advance(plan, position, instalment.due_on)
        principal = then.overdue_principal_fen(plan, period) - then.overdue_principal_fen(plan, period - 1)
        interest = then.overdue_interest_fen(period) - then.overdue_interest_fen(period - 1)
        if principal or interest:
            return instalment.model_copy(update={"principal_fen": principal, "interest_fen": interest})
    return None
