"""A loan's ledger as the tests fill it and check it.

The loan: one million yuan at 3.6% (10 000 fen a day while all of it is out), penalty 5.4% (15 000 fen a day), paid out
on 2 March 2026, due on 29 August 2026 (180 days), repaid as the contract's money comes in.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from zhengcaidai.messages.money import (
    EntryKind,
    LedgerEntry,
    LoanTerms,
    MoneyEvent,
    MoneyEventKind,
    MoneySource,
    RepaymentMethod,
)
from zhengcaidai.rules.ledger import Ledger, open_ledger, post, returned_fen

PRINCIPAL_FEN = 100_000_000
DISBURSED_ON = date(2026, 3, 2)
DUE_ON = date(2026, 8, 29)
TERMS = LoanTerms(
    principal_fen=PRINCIPAL_FEN,
    annual_rate=Decimal("0.036"),
    penalty_rate=Decimal("0.054"),
    method=RepaymentMethod.ON_COLLECTION,
    disbursed_on=DISBURSED_ON,
    due_on=DUE_ON,
)
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=8)))


def day(number: int) -> date:
    """The day `number` days after the disbursement."""
    return DISBURSED_ON + timedelta(days=number)


def event(
    kind: MoneyEventKind, key: str, amount_fen: int, on: int, *, told: int | None = None, returns: str | None = None
) -> MoneyEvent:
    """An event with value date day `on`, told on day `told` (the same day if not given)."""
    return MoneyEvent(
        kind=kind,
        key=key,
        amount_fen=amount_fen,
        value_date=day(on),
        posted_at=NOON + timedelta(days=on if told is None else told),
        returns=returns,
        source=MoneySource.TREASURY,
    )


def paid(key: str, amount_fen: int, on: int, told: int | None = None) -> MoneyEvent:
    return event(MoneyEventKind.RECEIVED, key, amount_fen, on, told=told)


def returned(key: str, of: MoneyEvent, on: int, amount_fen: int | None = None) -> MoneyEvent:
    return event(MoneyEventKind.RETURNED, key, amount_fen or of.amount_fen, on, returns=of.key)


def fee(key: str, amount_fen: int, on: int) -> MoneyEvent:
    return event(MoneyEventKind.FEE_CHARGED, key, amount_fen, on)


def refunded(key: str, amount_fen: int, on: int) -> MoneyEvent:
    return event(MoneyEventKind.REFUNDED, key, amount_fen, on)


def spread(entry: LedgerEntry) -> tuple[int, int, int, int, int]:
    """Fees, penalty, interest, principal, surplus."""
    return entry.fees_fen, entry.penalty_fen, entry.interest_fen, entry.principal_fen, entry.surplus_fen


def spreads(ledger: Ledger) -> list[tuple[int, int, int, int, int]]:
    return [spread(entry) for entry in ledger.entries]


def replay(terms: LoanTerms, events: Iterable[MoneyEvent]) -> Ledger:
    """Post each event in turn to a new ledger."""
    ledger = open_ledger(terms)
    for event in events:
        ledger = post(ledger, event)
    return ledger


def is_balanced(ledger: Ledger) -> bool:
    """Whether fees + penalty + interest + principal + surplus = money received and not returned, to the fen."""
    received = sum(each.amount_fen for each in ledger.events.values() if each.kind is MoneyEventKind.RECEIVED)
    spread = sum(entry.total_fen for entry in ledger.entries if entry.kind is EntryKind.ALLOCATION)
    return received - returned_fen(ledger) == spread
