"""Deadlines as recorded, and what a bank's evaluation counts of them (luoyang/3.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import col, delete, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.parties import Role
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import DeadlineRow, LoanRow

__all__ = ["BankTime", "BreachCount", "bank_times", "breach_counts", "deadlines_of", "replace_deadlines"]


@dataclass(frozen=True)
class BreachCount:
    """超时次数 of one bank under one clock: limits that the bank had to keep and that passed.

    A limit passes whoever holds the loan; what counts against the bank are those that passed while it held it itself.
    """

    bank_id: str
    clock: ClockId
    breaches: int
    held_by_bank: int


@dataclass(frozen=True)
class BankTime:
    """用时 of one bank under one clock: its limits that came to their end, and how long the bank itself held the loans."""

    bank_id: str
    clock: ClockId
    ended: int
    held_working_days: int


async def breach_counts(
    session: AsyncSession, scope: Scope, since: datetime | None, until: datetime | None
) -> tuple[BreachCount, ...]:
    """Of limits that passed from `since` until before `until`; the later of two limits on one step is left out."""
    held = func.sum(case((col(DeadlineRow.holder_at_due) == Role.BANK.value, 1), else_=0))
    query = (
        select(col(LoanRow.bank_id), col(DeadlineRow.clock), func.count(), held)
        .join(LoanRow, col(LoanRow.loan_id) == col(DeadlineRow.loan_id))
        .where(
            col(DeadlineRow.breached_at).is_not(None),
            col(DeadlineRow.duty_of) == Role.BANK.value,
            col(DeadlineRow.counts),
            scope.loans(),
        )
        .group_by(col(LoanRow.bank_id), col(DeadlineRow.clock))
        .order_by(col(LoanRow.bank_id), col(DeadlineRow.clock))
    )
    if since is not None:
        query = query.where(col(DeadlineRow.breached_at) >= since)
    if until is not None:
        query = query.where(col(DeadlineRow.breached_at) < until)
    rows = (await session.exec(query)).all()
    return tuple(BreachCount(bank_id, ClockId(clock), breaches, held) for bank_id, clock, breaches, held in rows)


async def bank_times(
    session: AsyncSession, scope: Scope, since: datetime | None, until: datetime | None
) -> tuple[BankTime, ...]:
    """Of limits that ended from `since` until before `until`, in time or late; the later of two on one step is left out."""
    query = (
        select(
            col(LoanRow.bank_id),
            col(DeadlineRow.clock),
            func.count(),
            func.sum(col(DeadlineRow.held_by_bank_days)),
        )
        .join(LoanRow, col(LoanRow.loan_id) == col(DeadlineRow.loan_id))
        .where(
            col(DeadlineRow.closed_at).is_not(None),
            col(DeadlineRow.duty_of) == Role.BANK.value,
            col(DeadlineRow.counts),
            scope.loans(),
        )
        .group_by(col(LoanRow.bank_id), col(DeadlineRow.clock))
        .order_by(col(LoanRow.bank_id), col(DeadlineRow.clock))
    )
    if since is not None:
        query = query.where(col(DeadlineRow.closed_at) >= since)
    if until is not None:
        query = query.where(col(DeadlineRow.closed_at) < until)
    rows = (await session.exec(query)).all()
    return tuple(BankTime(bank_id, ClockId(clock), ended, int(days or 0)) for bank_id, clock, ended, days in rows)


async def deadlines_of(session: AsyncSession, loan_id: str) -> tuple[Deadline, ...]:
    """A loan's clocks, open and closed, in the order in which they were recorded."""
    query = select(col(DeadlineRow.deadline)).where(col(DeadlineRow.loan_id) == loan_id)
    return tuple((await session.exec(query.order_by(col(DeadlineRow.ordinal)))).all())


async def replace_deadlines(session: AsyncSession, loan_id: str, deadlines: tuple[Deadline, ...]) -> None:
    """In the caller's transaction: these are all the clocks of the loan now."""
    await session.exec(delete(DeadlineRow).where(col(DeadlineRow.loan_id) == loan_id))
    if deadlines:
        await session.exec(
            insert(DeadlineRow),
            params=[
                {
                    "loan_id": loan_id,
                    "ordinal": ordinal,
                    "clock": deadline.clock.value,
                    "duty_of": deadline.duty_of.value,
                    "counts": deadline.counts,
                    "due_at": deadline.due_at,
                    "breached_at": deadline.breached_at,
                    "holder_at_due": deadline.holder_at_due,
                    "closed_at": deadline.closed_at,
                    "held_by_bank_days": sum(each.working_days for each in deadline.held if each.role is Role.BANK),
                    "deadline": deadline,
                }
                for ordinal, deadline in enumerate(deadlines)
            ],
        )
