"""分录: how a booking is written down, and how it is reversed (冲销)."""

from zhengcaidai.messages.money import EntryKind, LedgerEntry, MoneyEvent, MoneyEventKind
from zhengcaidai.rules.accrual import Allocation

__all__ = ["allocation_of", "entry_of", "reversal_of"]

_ENTRY_KIND = {
    MoneyEventKind.FEE_CHARGED: EntryKind.CHARGE,
    MoneyEventKind.RECEIVED: EntryKind.ALLOCATION,
    MoneyEventKind.REFUNDED: EntryKind.REFUND,
}


def allocation_of(entry: LedgerEntry) -> Allocation:
    """How the entry spreads its money."""
    return Allocation(entry.fees_fen, entry.penalty_fen, entry.interest_fen, entry.principal_fen, entry.surplus_fen)


def entry_of(event: MoneyEvent, allocation: Allocation, sequence: int, cause: MoneyEvent) -> LedgerEntry:
    """The entry that books an event, written when `cause` arrived."""
    return LedgerEntry(
        sequence=sequence,
        kind=_ENTRY_KIND[event.kind],
        key=event.key,
        cause=cause.key,
        fees_fen=allocation.fees_fen,
        penalty_fen=allocation.penalty_fen,
        interest_fen=allocation.interest_fen,
        principal_fen=allocation.principal_fen,
        surplus_fen=allocation.surplus_fen,
        value_date=event.value_date,
        posted_at=cause.posted_at,
    )


def reversal_of(entry: LedgerEntry, sequence: int, cause: MoneyEvent) -> LedgerEntry:
    """The entry that takes another back, amount for amount."""
    return LedgerEntry(
        sequence=sequence,
        kind=entry.kind,
        key=entry.key,
        cause=cause.key,
        fees_fen=-entry.fees_fen,
        penalty_fen=-entry.penalty_fen,
        interest_fen=-entry.interest_fen,
        principal_fen=-entry.principal_fen,
        surplus_fen=-entry.surplus_fen,
        value_date=entry.value_date,
        posted_at=cause.posted_at,
        reverses=entry.sequence,
    )
