"""Money that moves through a loan, and the dates it was promised for (回款与还款): the journal's money half."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from zhengcaidai.messages.clocks import Mark, Milestone
from zhengcaidai.messages.facts import Swept
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import LedgerEntry, MoneyEvent, MoneyEventKind, MoneySource
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import PostPayment, ReturnPayment
from zhengcaidai.rules.ledger import post
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.schedules import schedule
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["money_event", "money_posted", "payments_promised", "surplus_released", "unswept"]

_SOURCES = {Role.TREASURY: MoneySource.TREASURY, Role.BANK: MoneySource.SUPPLIER}
"""The bank reports what the supplier itself paid in; the treasury, what the contract paid."""


def money_event(step: PostPayment | ReturnPayment, role: Role, at: datetime) -> MoneyEvent:
    """The ledger's view of a reported payment or return."""
    source = _SOURCES.get(role, MoneySource.BANK)
    if isinstance(step, PostPayment):
        return MoneyEvent(
            kind=MoneyEventKind.RECEIVED,
            key=step.payment_id,
            amount_fen=step.amount_fen,
            value_date=step.value_date,
            posted_at=at,
            source=source,
        )
    return MoneyEvent(
        kind=MoneyEventKind.RETURNED,
        key=step.return_id,
        amount_fen=step.amount_fen,
        value_date=step.value_date,
        posted_at=at,
        returns=step.payment_id,
        source=source,
    )


def money_posted(loan: Loan, entry: Entry) -> Loan:
    """The loan after a payment or a return was booked (kunming/2.3.6)."""
    step = entry.event
    if loan.ledger is None or not isinstance(step, PostPayment | ReturnPayment):
        raise ValueError("a payment can be posted only to a loan that was paid out")
    ledger = post(loan.ledger, money_event(step, entry.by.role, entry.at))
    if ledger is loan.ledger:
        return loan
    stage = Stage.REPAYING if loan.stage is Stage.DISBURSED else loan.stage
    return _dues_marked(replace(loan, ledger=ledger, stage=stage), entry.at)


def surplus_released(loan: Loan, swept: Swept, entry: Entry) -> Loan:
    """The loan after the bank booked the ledger's entries; the surplus went to the supplier, whose it is."""
    ledger = loan.ledger
    if ledger is None:
        raise ValueError("nothing can be swept from a loan that was not paid out")
    loan = replace(loan, swept=swept.through)
    if not swept.released_fen:
        return loan
    released = MoneyEvent(
        kind=MoneyEventKind.REFUNDED,
        key=f"release-{swept.through}",
        amount_fen=swept.released_fen,
        value_date=max(booking.event.value_date for booking in ledger.bookings),
        posted_at=entry.at,
        source=MoneySource.BANK,
    )
    ledger = post(ledger, released)
    return replace(loan, ledger=ledger, swept=len(ledger.entries))


def unswept(loan: Loan) -> tuple[LedgerEntry, ...]:
    """Entries of the ledger that the bank has not booked yet."""
    return () if loan.ledger is None else loan.ledger.entries[loan.swept :]


def payments_promised(loan: Loan, at: datetime) -> Loan:
    """A clock for each day on which the contract promises money, and for each day on which the loan is to be repaid."""
    marks = [
        Mark(
            milestone=Milestone.PAYMENT_DUE,
            at=at,
            reference=f"contract-{number}",
            fixed_due_date=payment.pay_on,
        )
        for number, payment in enumerate(loan.contract.payments if loan.contract else (), start=1)
        if payment.pay_on >= shanghai_date(at)
    ]
    terms = loan.terms
    for instalment in schedule(terms) if terms else ():
        marks.append(
            Mark(
                milestone=Milestone.REPAYMENT_AGREED,
                at=at,
                reference=f"instalment-{instalment.number}",
                fixed_due_date=instalment.due_on,
            )
        )
    return _with_marks(loan, marks)


def _with_marks(loan: Loan, marks: Iterable[Mark]) -> Loan:
    timeline = loan.timeline
    for mark in marks:
        timeline = timeline.with_mark(mark)
    return replace(loan, timeline=timeline)


def _dues_marked(loan: Loan, at: datetime) -> Loan:
    """Dates that are now met are marked so; dates that a return has laid bare again start anew."""
    marks: list[Mark] = []
    paid, repaid = _contract_dates_paid(loan), _instalments_repaid(loan, at)
    for reference, due_on in _promised(loan):
        is_contract = reference.startswith("contract-")
        begins = Milestone.PAYMENT_DUE if is_contract else Milestone.REPAYMENT_AGREED
        ends = Milestone.PAID if is_contract else Milestone.REPAID
        is_met = reference in (paid if is_contract else repaid)
        was_met = _last(loan, reference) is ends
        if is_met and not was_met:
            marks.append(Mark(milestone=ends, at=at, reference=reference))
        elif was_met and not is_met:
            marks.append(Mark(milestone=begins, at=at, reference=reference, fixed_due_date=due_on))
    return _with_marks(loan, marks)


def _promised(loan: Loan) -> Iterable[tuple[str, date]]:
    return {
        mark.reference: mark.fixed_due_date
        for mark in loan.timeline.marks
        if mark.milestone in (Milestone.PAYMENT_DUE, Milestone.REPAYMENT_AGREED) and mark.fixed_due_date
    }.items()


def _last(loan: Loan, reference: str) -> Milestone:
    return next(mark.milestone for mark in reversed(loan.timeline.marks) if mark.reference == reference)


def _contract_dates_paid(loan: Loan) -> set[str]:
    """The contract's instalments that what the treasury has paid so far, deductions counted, covers."""
    if loan.contract is None or loan.ledger is None:
        return set()
    received = loan.deducted_fen + sum(
        booking.amount_fen
        for booking in loan.ledger.bookings
        if booking.event.kind is MoneyEventKind.RECEIVED and booking.event.source is MoneySource.TREASURY
    )
    covered: set[str] = set()
    promised = 0
    for number, payment in enumerate(loan.contract.payments, start=1):
        promised += payment.amount_fen
        if promised <= received:
            covered.add(f"contract-{number}")
    return covered


def _instalments_repaid(loan: Loan, at: datetime) -> set[str]:
    """The loan's instalments with nothing left to pay: those before the first that is overdue or still to come."""
    terms = loan.terms
    statement = loan.statement(max(shanghai_date(at), terms.disbursed_on)) if terms else None
    if terms is None or statement is None:
        return set()
    first_open = statement.overdue_since or (statement.next_instalment.due_on if statement.next_instalment else None)
    return {
        f"instalment-{each.number}"
        for each in schedule(terms)
        if statement.settled or (first_open is not None and each.due_on < first_open)
    }
