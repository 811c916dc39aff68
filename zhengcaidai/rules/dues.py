"""Money that moves through a loan, and the dates it was promised for (回款与还款): the journal's money half."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from zhengcaidai.messages.base import MAX_FEN
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, Mark, Milestone
from zhengcaidai.messages.facts import Disbursed, PaymentConfirmed, Swept
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.money import (
    MAX_TERM_DAYS,
    EntryKind,
    LedgerEntry,
    LoanTerms,
    MoneyEvent,
    MoneyEventKind,
    MoneySource,
    Statement,
)
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import PostPayment, ReportDeduction, ReportTermination, ReturnPayment, Step, TakenStep
from zhengcaidai.rules.conflicts import ConflictingPayment
from zhengcaidai.rules.ledger import Booking, Ledger, confirmed, post
from zhengcaidai.rules.lending import agreed_dates
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.organisations import paying_treasury
from zhengcaidai.rules.schedules import schedule
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date

__all__ = [
    "RELEASE",
    "confirms",
    "dues_marked",
    "fees_charged",
    "is_late_news",
    "is_refund",
    "missed_days",
    "money_event",
    "money_posted",
    "payment_confirmed",
    "payments_promised",
    "promised_fen",
    "returns_refused",
    "surplus_released",
    "surplus_to_release",
    "unswept",
]

RELEASE = "release-"
"""How the keys of the engine's own refunds of surplus begin; a party's payment numbers may not."""

_FORESEEABLE = timedelta(days=MAX_TERM_DAYS)
"""Beyond the longest loan there is no calendar, and a payment day is a slip of the pen."""

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
    return dues_marked(
        replace(loan, ledger=ledger, stage=stage), entry.at, on_value_date=(entry.noted or Noted()).on_value_date
    )


def confirms(loan: Loan, taken: TakenStep[Step], profile: RegionProfile | None) -> bool:
    """Whether the treasury that pays tells of a payment which is known from the bank alone, as if the supplier's own."""
    if loan.ledger is None or not isinstance(taken.step, PostPayment):
        return False
    known = loan.ledger.events.get(taken.step.payment_id)
    is_payers_word = taken.by.role is Role.TREASURY and taken.by.organisation_id == paying_treasury(loan, profile)
    return is_payers_word and known is not None and known.source is MoneySource.SUPPLIER


def payment_confirmed(loan: Loan, confirmation: PaymentConfirmed, entry: Entry) -> Loan:
    """The loan after that: the purchaser's days are met by the payment, and nothing is booked twice (kunming/5.2)."""
    if loan.ledger is None:
        raise ValueError("only a payment that was booked can be confirmed")
    loan = replace(loan, ledger=confirmed(loan.ledger, confirmation.payment_id))
    return dues_marked(loan, entry.at, on_value_date=True)


def fees_charged(ledger: Ledger, loan_id: str, disbursed: Disbursed, at: datetime) -> Ledger:
    """约定费用 fall due with the disbursement, and are swept first (law/civil-code-561); Kunming allows none (kunming/4.3)."""
    if not disbursed.fees_fen:
        return ledger
    charged = MoneyEvent(
        kind=MoneyEventKind.FEE_CHARGED,
        key=f"{loan_id}:fees",
        amount_fen=disbursed.fees_fen,
        value_date=disbursed.value_date,
        posted_at=at,
        source=MoneySource.BANK,
    )
    return post(ledger, charged)


def returns_refused(before: Loan, after: Loan) -> tuple[ConflictingPayment, ...]:
    """Returns that were taken and held, and that the payment which has now come proves wrong: whoever sent them is told."""
    if after.ledger is None:
        return ()
    known = len(before.ledger.refused) if before.ledger else 0
    pairs = [(each, after.ledger.events[each.returns or ""]) for each in after.ledger.refused[known:]]
    return tuple(
        ConflictingPayment.of_return(each, undone)
        if undone.kind is MoneyEventKind.RETURNED
        else ConflictingPayment.of_amount(each, undone)
        for each, undone in pairs
    )


def surplus_released(loan: Loan, swept: Swept, entry: Entry) -> Loan:
    """The loan after the bank booked the ledger's entries; the surplus went to the supplier, whose it is.

    Of several payments it may come to more than one amount can be: then it is several refunds.
    """
    ledger = loan.ledger
    if ledger is None:
        raise ValueError("nothing can be swept from a loan that was not paid out")
    loan = replace(loan, swept=swept.through)
    if not swept.released_fen:
        return loan
    value_date = max(
        (booking.event.value_date for booking in ledger.bookings),
        default=max(each.value_date for each in ledger.entries[: swept.through]),  # all of it went back meanwhile
    )
    left_fen, number = swept.released_fen, 1
    while left_fen:
        released = MoneyEvent(
            kind=MoneyEventKind.REFUNDED,
            key=f"{RELEASE}{swept.through}" + (f"-{number}" if number > 1 else ""),
            amount_fen=min(left_fen, MAX_FEN),
            value_date=value_date,
            posted_at=entry.at,
            source=MoneySource.BANK,
        )
        ledger = post(ledger, released)
        left_fen, number = left_fen - released.amount_fen, number + 1
    return replace(loan, ledger=ledger)


def unswept(loan: Loan) -> tuple[LedgerEntry, ...]:
    """Entries of the ledger that the bank has not booked yet.

    That surplus went out, the bank told us itself; of a refund that came back (退汇) it is told all, so that it is paid
    out again.
    """
    entries = () if loan.ledger is None else loan.ledger.entries
    came_back = {entry.key for entry in entries[loan.swept :] if is_refund(entry) and entry.reverses}
    return tuple(
        entry for entry in entries if entry.key in came_back or (entry.sequence > loan.swept and not is_refund(entry))
    )


def is_refund(entry: LedgerEntry) -> bool:
    """余款退还, or its reversal."""
    return entry.kind is EntryKind.REFUND


def surplus_to_release(loan: Loan, through: int) -> int:
    """What is the supplier's once the bank has booked the entries up to that one, and was not released before."""
    entries = () if loan.ledger is None else loan.ledger.entries
    booked = sum(entry.surplus_fen for entry in entries[:through] if entry.kind is EntryKind.ALLOCATION)
    released = sum(entry.surplus_fen for entry in entries if is_refund(entry))
    return max(0, booked - released)


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
        is_contract = reference.startswith("contract-")
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
    if reference.startswith("contract-"):
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
        if mark.milestone in (Milestone.PAYMENT_DUE, Milestone.REPAYMENT_AGREED) and mark.fixed_due_date
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
