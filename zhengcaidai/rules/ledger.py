"""台账: money events folded, in order of arrival, into entries that are never edited (kunming/2.3.6).

An event counts from its value date. One that arrives late therefore changes how later money was spread: those entries
are reversed and posted anew (冲销重记), so the work of a post grows with the payments after its value date alone.
Whatever the order of arrival, the same events end in the same balances.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from zhengcaidai.messages.money import LedgerEntry, LoanTerms, MoneyEvent, MoneyEventKind, MoneySource
from zhengcaidai.rules.accrual import Allocation, Plan, Position, advance, opening, sweep
from zhengcaidai.rules.conflicts import ConflictingPayment
from zhengcaidai.rules.entries import allocation_of, entry_of, reversal_of

__all__ = [
    "Booking",
    "Ledger",
    "confirmed",
    "open_ledger",
    "position_on",
    "post",
    "returned_fen",
]

_RANK = {MoneyEventKind.FEE_CHARGED: 0, MoneyEventKind.RECEIVED: 1, MoneyEventKind.REFUNDED: 2}
_Order = tuple[date, int, datetime, str]


@dataclass(frozen=True, slots=True)
class Booking:
    """An event as it stands now: what returns have left of it, its standing entry, the position after it."""

    event: MoneyEvent
    amount_fen: int
    entry: LedgerEntry
    after: Position


@dataclass(frozen=True, slots=True)
class Ledger:
    """台账 of one loan. `post` makes a new one; the old one stays as it was."""

    plan: Plan
    events: Mapping[str, MoneyEvent] = field(default_factory=dict)
    """Every event once, by key, in order of arrival."""
    entries: tuple[LedgerEntry, ...] = ()
    """Append-only: a later ledger's entries begin with these."""
    bookings: tuple[Booking, ...] = ()
    """What stands, in order of value date."""
    held: tuple[MoneyEvent, ...] = ()
    """Returns whose payment has not arrived yet."""
    refused: tuple[MoneyEvent, ...] = ()
    """Held returns that the event they named has proved wrong: not booked, as if they had come after it."""

    @property
    def terms(self) -> LoanTerms:
        """借款要素."""
        return self.plan.terms


class _Wanted(NamedTuple):
    """An event to be booked (with nothing left of it: to be taken back) and the entry that stands for it so far."""

    event: MoneyEvent
    amount_fen: int
    standing: LedgerEntry | None


def open_ledger(terms: LoanTerms) -> Ledger:
    """The ledger of a loan just disbursed."""
    return Ledger(Plan.of(terms))


def post(ledger: Ledger, event: MoneyEvent) -> Ledger:
    """入账: book an event. The same event again changes nothing: the very same ledger comes back.

    A return (退汇) undoes its payment as of the payment's own value date, as if the money had never come; one that
    arrives before its payment is held until then. Fees and refunds are undone in the same way. A held return that turns
    out to be wrong (more than its payment, or of a return) goes to `refused`: what really happened is booked all the same.

    Raises ConflictingPayment: the key is known with other content; more is returned than came; a return is returned.
    """
    known = ledger.events.get(event.key)
    if known is not None:
        if not known.says_the_same_as(event):
            raise ConflictingPayment.of_content(known, event)
        return ledger
    waiting = tuple(each for each in ledger.held if each.returns == event.key)
    ledger = replace(ledger, events={**ledger.events, event.key: event})
    ledger = replace(ledger, held=tuple(each for each in ledger.held if each not in waiting)) if waiting else ledger
    if event.kind == MoneyEventKind.RETURNED:
        for each in waiting:
            ledger = _refuse(ledger, each)
        if event.returns not in ledger.events:
            return replace(ledger, held=(*ledger.held, event))
        return _undo(ledger, event)
    ledger = _insert(ledger, event)
    for each in waiting:
        ledger = _undo(ledger, each) if each.amount_fen <= _left(ledger, event) else _refuse(ledger, each)
    return ledger


def confirmed(ledger: Ledger, key: str) -> Ledger:
    """国库确认: the payment of that number came from the treasury, whoever told of it first. No entry changes."""
    event = ledger.events[key].model_copy(update={"source": MoneySource.TREASURY})
    bookings = tuple(replace(each, event=event) if each.event.key == key else each for each in ledger.bookings)
    return replace(ledger, events={**ledger.events, key: event}, bookings=bookings)


def position_on(ledger: Ledger, as_of: date) -> Position:
    """Where the loan stands at the end of a day, counting what has a value date up to it."""
    index = bisect_right(ledger.bookings, as_of, key=lambda booking: booking.event.value_date)
    return advance(ledger.plan, _before(ledger, index), as_of)


def returned_fen(ledger: Ledger) -> int:
    """退汇 so far: money that came and went back."""
    payments = _payments(ledger)
    return sum(event.amount_fen for event in ledger.events.values() if event.returns in payments)


def _payments(ledger: Ledger) -> dict[str, MoneyEvent]:
    return {key: event for key, event in ledger.events.items() if event.kind == MoneyEventKind.RECEIVED}


def _before(ledger: Ledger, index: int) -> Position:
    return ledger.bookings[index - 1].after if index else opening(ledger.plan)


def _order(event: MoneyEvent) -> _Order:
    """Value date; on one day fees, then money in, then refunds, each as posted. The same for any order of arrival."""
    return event.value_date, _RANK[event.kind], event.posted_at, event.key


def _place(ledger: Ledger, event: MoneyEvent) -> int:
    return bisect_left(ledger.bookings, _order(event), key=lambda booking: _order(booking.event))


def _insert(ledger: Ledger, event: MoneyEvent) -> Ledger:
    index = _place(ledger, event)
    return _rebook(ledger, index, (_Wanted(event, event.amount_fen, None), *_from(ledger, index)), event)


def _undo(ledger: Ledger, returned: MoneyEvent) -> Ledger:
    undone = ledger.events[returned.returns or ""]
    if undone.kind == MoneyEventKind.RETURNED:
        raise ConflictingPayment.of_return(returned, undone)
    left = _left(ledger, undone) - returned.amount_fen
    if left < 0:
        raise ConflictingPayment.of_amount(returned, undone)
    index = _place(ledger, undone)
    rest = _Wanted(undone, left, ledger.bookings[index].entry)
    return _rebook(ledger, index, (rest, *_from(ledger, index + 1)), returned)


def _left(ledger: Ledger, undone: MoneyEvent) -> int:
    """What returns have left of an event."""
    index = _place(ledger, undone)
    found = index < len(ledger.bookings) and ledger.bookings[index].event.key == undone.key
    return ledger.bookings[index].amount_fen if found else 0


def _refuse(ledger: Ledger, returned: MoneyEvent) -> Ledger:
    """Told again, it is refused with its reason, as it would have been had it come in its turn."""
    events = {key: event for key, event in ledger.events.items() if key != returned.key}
    return replace(ledger, events=events, refused=(*ledger.refused, returned))


def _from(ledger: Ledger, index: int) -> tuple[_Wanted, ...]:
    return tuple(_Wanted(each.event, each.amount_fen, each.entry) for each in ledger.bookings[index:])


def _rebook(ledger: Ledger, index: int, wanted: tuple[_Wanted, ...], cause: MoneyEvent) -> Ledger:
    """Book anew from `index` on; an entry whose amounts come out the same stands, any other is reversed and posted."""
    entries, bookings = list(ledger.entries), list(ledger.bookings[:index])
    position = _before(ledger, index)
    for each in wanted:
        allocation = None
        if each.amount_fen:
            allocation, position = _book(ledger.plan, position, each)
        entry = each.standing
        if entry is not None and allocation_of(entry) != allocation:
            entries.append(reversal_of(entry, len(entries) + 1, cause))
            entry = None
        if entry is None and allocation is not None:
            entry = entry_of(each.event, allocation, len(entries) + 1, cause)
            entries.append(entry)
        if entry is not None:
            bookings.append(Booking(each.event, each.amount_fen, entry, position))
    return replace(ledger, entries=tuple(entries), bookings=tuple(bookings))


def _book(plan: Plan, position: Position, wanted: _Wanted) -> tuple[Allocation, Position]:
    event, amount_fen = wanted.event, wanted.amount_fen
    position = advance(plan, position, event.value_date)
    if event.kind == MoneyEventKind.FEE_CHARGED:
        charged = position.fees_charged_fen + amount_fen
        return Allocation(fees_fen=amount_fen), replace(position, fees_charged_fen=charged)
    if event.kind == MoneyEventKind.REFUNDED:
        refunded = position.refunded_fen + amount_fen
        return Allocation(surplus_fen=amount_fen), replace(position, refunded_fen=refunded)
    return sweep(plan, position, amount_fen, event.value_date)
