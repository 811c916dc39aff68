"""Money that moves through a loan (回款、退汇、扣款与余款): the journal's money half; how it is spread is in rules/ledger.py."""

from dataclasses import replace
from datetime import datetime

from zhengcaidai.messages.base import MAX_FEN
from zhengcaidai.messages.facts import Disbursed, PaymentConfirmed, Swept
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.money import (
    EntryKind,
    LedgerEntry,
    MoneyEvent,
    MoneyEventKind,
    MoneySource,
)
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import PostPayment, ReturnPayment, Step, TakenStep
from zhengcaidai.rules.conflicts import ConflictingPayment
from zhengcaidai.rules.dues import dues_marked
from zhengcaidai.rules.ledger import Ledger, confirmed, post
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.organisations import paying_treasury

__all__ = [
    "RELEASE",
    "confirms",
    "fees_charged",
    "is_refund",
    "money_event",
    "money_posted",
    "payment_confirmed",
    "returns_refused",
    "surplus_released",
    "surplus_to_release",
    "unswept",
]

RELEASE = "release-"
"""How the keys of the engine's own refunds of surplus begin; a party's payment numbers may not."""

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
