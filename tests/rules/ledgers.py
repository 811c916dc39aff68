"""A loan's ledger as the tests fill it and check it."""

from collections.abc import Iterable

from zhengcaidai.messages.money import EntryKind, LoanTerms, MoneyEvent, MoneyEventKind
from zhengcaidai.rules.ledger import Ledger, open_ledger, post, returned_fen


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
