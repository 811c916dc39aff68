"""The dates that money was promised for (约定付款日与还款日): when each is met, missed, or laid bare again."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, Mark, Milestone
from zhengcaidai.messages.money import (
    MAX_TERM_DAYS,
    LoanTerms,
    MoneyEventKind,
    MoneySource,
    Statement,
)
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.steps import PostPayment, ReportDeduction, ReportTermination, Step
from zhengcaidai.rules.ledger import Booking
from zhengcaidai.rules.lending import agreed_dates
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.schedules import schedule
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date

__all__ = [
    "delivered",
    "dues_marked",
    "is_delivered",
    "is_late_news",
    "missed_days",
    "payments_promised",
    "promised_fen",
]

DELIVERY = "delivery"
"""交付: what the whole price falls due by, where the contract names no day."""

_FORESEEABLE = timedelta(days=MAX_TERM_DAYS)
"""Beyond the longest loan there is no calendar, and a payment day is a slip of the pen."""


def promised_fen(contract: Contract, reference: str) -> int:
    """What the contract promises for one of its days; without such days, its whole price."""
    promised = {f"contract-{number}": each.amount_fen for number, each in enumerate(contract.payments, start=1)}
    return promised.get(reference, contract.amount_fen)


def payments_promised(loan: Loan, at: datetime) -> Loan:
    """A clock for each day on which the contract promises money, and for each day on which the loan is to be repaid.

    The purchaser is reminded before its day and reported after it (kunming/3.1, kunming/5.2, hanyang/2, jilin/4.2).
    Days that were past at disbursement are not the loan's concern.
    """
    marks = [
        Mark(
            milestone=Milestone.PAYMENT_DUE,
            at=at,
            reference=f"contract-{number}",
            fixed_due_date=payment.pay_on,
        )
        for number, payment in enumerate(loan.contract.payments if loan.contract else (), start=1)
        if timedelta() <= payment.pay_on - shanghai_date(at) <= _FORESEEABLE
    ]
    terms = loan.terms
    agreed = agreed_dates(loan.offer, loan.disbursed) if loan.offer and loan.disbursed else {}
    marks += [
        Mark(
            milestone=Milestone.REPAYMENT_AGREED,
            at=at,
            reference=f"instalment-{instalment.number}",
            fixed_due_date=instalment.due_on,
            agreed_on=agreed.get(instalment.due_on),
        )
        for instalment in (schedule(terms) if terms else ())
    ]
    return dues_marked(_with_marks(loan, marks), at)


def is_delivered(loan: Loan) -> bool:
    """交付日已登记."""
    return any(mark.reference == DELIVERY for mark in loan.timeline.marks)


def delivered(loan: Loan, delivered_on: date, at: datetime) -> Loan:
    """The purchaser's time to pay the whole price begins with the delivery (law/order-802-9)."""
    due = Mark(milestone=Milestone.PAYMENT_DUE, at=datetime.combine(delivered_on, time(), SHANGHAI), reference=DELIVERY)
    return dues_marked(_with_marks(loan, [due]), at)


def _is_purchasers(reference: str) -> bool:
    """A day of the contract's, not of the loan's."""
    return reference == DELIVERY or reference.startswith("contract-")


def _with_marks(loan: Loan, marks: Iterable[Mark]) -> Loan:
    timeline = loan.timeline
    for mark in marks:
        timeline = timeline.with_mark(mark)
    return replace(loan, timeline=timeline)


def dues_marked(loan: Loan, at: datetime, *, on_value_date: bool = False) -> Loan:
    """Dates that are now met are marked so; dates that a return has laid bare again start anew.

    `on_value_date`: a date is met by money that counts from it or from before, however late it is told (kunming/2.3.6).
    """
    marks: list[Mark] = []
    day, terms = shanghai_date(at), loan.terms
    statement = loan.statement(max(day, terms.disbursed_on) if terms else day)
    is_settled = statement is not None and statement.settled
    paid, repaid = _contract_dates_paid(loan), _instalments_repaid(loan.terms, statement)
    for reference, promised in _promised(loan).items():
        is_contract = _is_purchasers(reference)
        begins = Milestone.PAYMENT_DUE if is_contract else Milestone.REPAYMENT_AGREED
        ends = Milestone.PAID if is_contract else Milestone.REPAID
        is_met = reference in (paid if is_contract else repaid)
        last = _last(loan, reference)
        if is_met and last.milestone is begins:
            met_at = _met_at(loan, reference, last, at) if on_value_date else at
            marks.append(Mark(milestone=ends, at=met_at, reference=reference))
        elif last.milestone is not begins and not is_met and not is_settled:
            marks.append(promised.model_copy(update={"at": at}))
    return _with_marks(loan, marks)


def is_late_news(step: Step, deadlines: Iterable[Deadline]) -> bool:
    """Whether this money is told of after a day that by its value it came in time for."""
    return isinstance(step, PostPayment) and any(
        each.clock in (ClockId.TREASURY_PAYMENT, ClockId.LOAN_REPAYMENT)
        and each.status is ClockStatus.BREACHED
        and step.value_date <= each.due_date
        for each in deadlines
    )


def missed_days(step: Step, deadlines: Iterable[Deadline]) -> tuple[str, ...]:
    """The contract's days that the purchaser has missed when it says that it need pay less, or no more (kunming/5.2)."""
    if not isinstance(step, ReportDeduction | ReportTermination):
        return ()
    late = (each for each in deadlines if each.clock is ClockId.TREASURY_PAYMENT and each.is_breach)
    return tuple(dict.fromkeys(each.reference for each in late))


def _met_at(loan: Loan, reference: str, begun: Mark, at: datetime) -> datetime:
    """When the money that meets a date has its value: the beginning of that day, but not before the date was promised."""
    bookings = loan.ledger.bookings if loan.ledger else ()
    if _is_purchasers(reference):
        wanted_fen, received_fen, days = (
            _contract_due_fen(loan)[reference],
            _deducted_fen(loan, reference),
            list[date](),
        )
        for booking in filter(_is_from_treasury, bookings):
            received_fen += booking.amount_fen
            if received_fen >= wanted_fen:
                days.append(booking.event.value_date)
    else:
        values = dict.fromkeys(booking.event.value_date for booking in bookings)
        days = [day for day in values if reference in _instalments_repaid(loan.terms, loan.statement(day))]
    met_on = min(days, default=shanghai_date(at))
    return at if met_on == shanghai_date(at) else max(begun.at, datetime.combine(met_on, time(), SHANGHAI))


def _promised(loan: Loan) -> dict[str, Mark]:
    return {
        mark.reference: mark
        for mark in loan.timeline.marks
        if mark.milestone in (Milestone.PAYMENT_DUE, Milestone.REPAYMENT_AGREED)
        and (mark.fixed_due_date or mark.reference == DELIVERY)
    }


def _last(loan: Loan, reference: str) -> Mark:
    """What happened last to a date; a settled loan has ended all of them."""
    return next(
        mark
        for mark in reversed(loan.timeline.marks)
        if mark.reference == reference or mark.milestone is Milestone.SETTLED
    )


def _contract_dates_paid(loan: Loan) -> set[str]:
    """The contract's instalments since the disbursement that the treasury's payments, deductions counted, cover."""
    bookings = loan.ledger.bookings if loan.ledger else ()
    received_fen = sum(booking.amount_fen for booking in filter(_is_from_treasury, bookings))
    return {
        reference
        for reference, due_fen in _contract_due_fen(loan).items()
        if due_fen <= received_fen + _deducted_fen(loan, reference)
    }


def _deducted_fen(loan: Loan, reference: str) -> int:
    """扣款 that counts for one of the contract's days: what was told of before it was missed."""
    return loan.deducted_fen - loan.deducted_too_late_fen.get(reference, 0)


def _is_from_treasury(booking: Booking) -> bool:
    event = booking.event
    return event.kind is MoneyEventKind.RECEIVED and event.source is MoneySource.TREASURY


def _contract_due_fen(loan: Loan) -> dict[str, int]:
    """What the contract promises since the disbursement, up to and including each of its days."""
    promised, due_fen = _promised(loan), 0
    found: dict[str, int] = {}
    for number, payment in enumerate(loan.contract.payments if loan.contract else (), start=1):
        reference = f"contract-{number}"
        if reference in promised:
            due_fen += payment.amount_fen
            found[reference] = due_fen
    if DELIVERY in promised and loan.contract is not None:
        found[DELIVERY] = loan.contract.amount_fen
    return found


def _instalments_repaid(terms: LoanTerms | None, statement: Statement | None) -> set[str]:
    """The loan's instalments with nothing left to pay: those before the first that is overdue or still to come.

    With neither, no principal or interest is left; what may still be owed (penalty, fees, surplus paid out and then
    undone) has no instalment, and is overdue after the last day alone.
    """
    if terms is None or statement is None:
        return set()
    first_open = statement.overdue_since or (statement.next_instalment.due_on if statement.next_instalment else None)
    return {f"instalment-{each.number}" for each in schedule(terms) if first_open is None or each.due_on < first_open}
