"""The bank's own ledger: disbursements, credits, and the entries by which money is swept; what balances."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from zhengcaidai.errors import Conflict, RuleBroken
from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.money import EntryKind, LedgerEntry

__all__ = [
    "BankTable",
    "BookedEntry",
    "CreditReturnRow",
    "CreditRow",
    "DisbursementRow",
    "LedgerTotals",
    "LedgerView",
    "book_entries",
    "ledger_view",
]

_AMOUNTS = ("fees_fen", "penalty_fen", "interest_fen", "principal_fen", "surplus_fen")


class BankTable(SQLModel, registry=registry()):
    """Tables of a bank's file."""


class DisbursementRow(BankTable, table=True):
    """放款: once for a key, and once for a loan."""

    key: str = Field(primary_key=True)
    loan_id: str = Field(unique=True)
    bank_reference: str = Field(unique=True)
    amount_fen: int
    account_number: str
    value_date: date


class CreditRow(BankTable, table=True):
    """入账."""

    payment_id: str = Field(primary_key=True)
    loan_id: str = Field(index=True)
    amount_fen: int
    value_date: date


class CreditReturnRow(BankTable, table=True):
    """退汇."""

    return_id: str = Field(primary_key=True)
    payment_id: str = Field(index=True)
    amount_fen: int


class EntryRow(BankTable, table=True):
    """分录, as the engine ordered it: never edited."""

    __table_args__ = (UniqueConstraint("loan_id", "sequence"),)

    id: int | None = Field(default=None, primary_key=True)
    loan_id: str
    sequence: int
    content: str


class BookedEntry(Frozen):
    """An entry with its loan."""

    loan_id: Identifier
    entry: LedgerEntry


class LedgerTotals(Frozen):
    """Sums to the fen."""

    disbursed_fen: int
    credited_fen: int
    """Money that came in, less what went back."""
    fees_fen: int
    penalty_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int
    allocated_fen: int
    """fees + penalty + interest + principal + surplus of all allocations: what of the money has been spread."""
    refunded_fen: int
    unallocated_fen: int
    """Money that came in and has not been spread yet; below zero: money spread that the bank never saw come in."""


class LedgerView(Frozen):
    """The bank's ledger, of a loan or of all."""

    bank_id: Identifier
    disbursements: tuple["DisbursementLine", ...]
    credits: tuple["CreditLine", ...]
    entries: tuple[BookedEntry, ...]
    totals: LedgerTotals


class DisbursementLine(Frozen):
    """A disbursement as listed."""

    key: str
    loan_id: str
    bank_reference: str
    amount_fen: int
    value_date: date


class CreditLine(Frozen):
    """A credit as listed, with what went back of it."""

    payment_id: str
    loan_id: str
    amount_fen: int
    returned_fen: int
    value_date: date


def book_entries(session: Session, loan_id: str, entries: Iterable[LedgerEntry]) -> None:
    """Book what is not booked yet, then see that all of it balances.

    Raises Conflict: no such loan here, or a sequence with another entry; RuleBroken: the entries do not balance.
    """
    loan = session.exec(select(DisbursementRow).where(DisbursementRow.loan_id == loan_id)).one_or_none()
    if loan is None:
        raise Conflict(f"本行没有融资 {loan_id} 的放款。", f"This bank disbursed no loan {loan_id}.", where="loan_id")
    booked = {row.sequence: LedgerEntry.model_validate_json(row.content) for row in _rows(session, loan_id)}
    touched: set[str] = set()
    for entry in entries:
        known = booked.get(entry.sequence)
        if known is not None and known != entry:
            raise Conflict(
                f"分录 {entry.sequence} 已入账且内容不同。",
                f"Entry {entry.sequence} is booked with other content.",
                where="entries",
                right="分录只可冲销，不可更改 / entries are reversed, never edited",
            )
        if known is None:
            _refuse_odd_entry(entry, booked)
            booked[entry.sequence] = entry
            touched.add(entry.key)
            content = entry.model_dump_json()
            session.add(EntryRow(loan_id=loan_id, sequence=entry.sequence, content=content))
    _refuse_imbalance(session, loan, booked.values(), touched)


def ledger_view(session: Session, bank_id: str, loan_id: str | None) -> LedgerView:
    """The ledger of a loan, or of all."""
    disbursements = [row for row in session.exec(select(DisbursementRow)) if loan_id in (None, row.loan_id)]
    credit_lines = [
        _credit_line(session, row) for row in session.exec(select(CreditRow)) if loan_id in (None, row.loan_id)
    ]
    entries = [
        BookedEntry(loan_id=row.loan_id, entry=LedgerEntry.model_validate_json(row.content))
        for row in _rows(session, loan_id)
    ]
    sums = {name: sum(getattr(each.entry, name) for each in entries if _is_money_in(each.entry)) for name in _AMOUNTS}
    credited_fen = sum(line.amount_fen - line.returned_fen for line in credit_lines)
    allocated_fen = sum(sums.values())
    return LedgerView(
        bank_id=bank_id,
        disbursements=tuple(
            DisbursementLine.model_validate(row.model_dump(exclude={"account_number"})) for row in disbursements
        ),
        credits=tuple(credit_lines),
        entries=tuple(entries),
        totals=LedgerTotals(
            disbursed_fen=sum(row.amount_fen for row in disbursements),
            credited_fen=credited_fen,
            **sums,
            allocated_fen=allocated_fen,
            refunded_fen=sum(each.entry.surplus_fen for each in entries if each.entry.kind is EntryKind.REFUND),
            unallocated_fen=credited_fen - allocated_fen,
        ),
    )


def _rows(session: Session, loan_id: str | None) -> list[EntryRow]:
    rows = session.exec(select(EntryRow).order_by(col(EntryRow.loan_id), col(EntryRow.sequence)))
    return [row for row in rows if loan_id in (None, row.loan_id)]


def _credit_line(session: Session, row: CreditRow) -> CreditLine:
    return CreditLine.model_validate(row.model_dump() | {"returned_fen": _returned(session, row.payment_id)})


def _returned(session: Session, payment_id: str) -> int:
    rows = session.exec(select(CreditReturnRow).where(CreditReturnRow.payment_id == payment_id))
    return sum(row.amount_fen for row in rows)


def _is_money_in(entry: LedgerEntry) -> bool:
    return entry.kind is EntryKind.ALLOCATION


def _refuse_odd_entry(entry: LedgerEntry, booked: dict[int, LedgerEntry]) -> None:
    amounts = {name: getattr(entry, name) for name in _AMOUNTS}
    if entry.reverses is None:
        if min(amounts.values()) < 0:
            raise _imbalance(
                f"分录 {entry.sequence} 有负数而未冲销任何分录", f"entry {entry.sequence} is negative, reverses none"
            )
        return
    reversed_entry = booked.get(entry.reverses)
    if reversed_entry is None:
        raise _imbalance(f"冲销的分录 {entry.reverses} 不存在", f"there is no entry {entry.reverses} to reverse")
    twice = any(other.reverses == entry.reverses for other in booked.values())
    opposite = all(getattr(reversed_entry, name) == -amount for name, amount in amounts.items())
    if twice or not opposite or (reversed_entry.kind, reversed_entry.key) != (entry.kind, entry.key):
        raise _imbalance(
            f"分录 {entry.sequence} 不是分录 {entry.reverses} 的一次反向冲销",
            f"entry {entry.sequence} is not the one opposite of entry {entry.reverses}",
        )


def _refuse_imbalance(
    session: Session, loan: DisbursementRow, entries: Iterable[LedgerEntry], touched: Iterable[str]
) -> None:
    allocations = [entry for entry in entries if _is_money_in(entry)]
    principal_fen = sum(entry.principal_fen for entry in allocations)
    if not 0 <= principal_fen <= loan.amount_fen:
        raise _imbalance(
            f"累计还本 {principal_fen} 分，放款 {loan.amount_fen} 分",
            f"principal of {principal_fen} fen repaid of {loan.amount_fen} disbursed",
        )
    for key in touched:
        money = session.get(CreditRow, key)
        if money is None:
            continue
        spread_fen = sum(entry.total_fen for entry in allocations if entry.key == key)
        # A return that the bank knows already may not have reached the engine when it made these entries.
        least_fen = money.amount_fen - _returned(session, key)
        if not least_fen <= spread_fen <= money.amount_fen:
            raise _imbalance(
                f"付款 {key} 入账 {money.amount_fen} 分，分配 {spread_fen} 分",
                f"of the payment {key}, {money.amount_fen} fen came in and {spread_fen} are spread",
            )


def _imbalance(zh: str, en: str) -> RuleBroken:
    return RuleBroken(
        f"扣款分录不平：{zh}。",
        f"The entries do not balance: {en}.",
        where="entries",
        right="费用+罚息+利息+本金+余款 = 入账金额 / fees + penalty + interest + principal + surplus = money received",
        clause="kunming/2.3.6",
    )
