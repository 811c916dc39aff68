"""Deadlines as recorded, and what a bank's evaluation counts of them (luoyang/3.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.sql.expression import SQLColumnExpression
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

    clock: ClockId
    breaches: int
    held_by_bank: int


@dataclass(frozen=True)
class BankTime:
    """用时 of one bank under one clock: its limits that came to their end, and how long the bank itself held the loans."""

    clock: ClockId
    ended: int
    held_working_days: int


async def breach_counts(
    session: AsyncSession, scope: Scope, bank_id: str, since: datetime | None, until: datetime | None
) -> tuple[BreachCount, ...]:
    """By clock: the bank's limits that passed from `since` until before `until`.

    Where the region's limit and the product's own promise run for one step, only the earlier of the two counts.
    """
    held = func.sum(case((col(DeadlineRow.holder_at_due) == Role.BANK.value, 1), else_=0))
    rows = await _per_clock(session, scope, bank_id, held, at=col(DeadlineRow.breached_at), since=since, until=until)
    return tuple(BreachCount(clock, breaches, held) for clock, breaches, held in rows)


async def bank_times(
    session: AsyncSession, scope: Scope, bank_id: str, since: datetime | None, until: datetime | None
) -> tuple[BankTime, ...]:
    """By clock: the bank's limits that ended from `since` until before `until`, in time or late, counted as its breaches are."""
    days = func.sum(func.coalesce(col(DeadlineRow.held_by_bank_days), 0))
    rows = await _per_clock(session, scope, bank_id, days, at=col(DeadlineRow.closed_at), since=since, until=until)
    return tuple(BankTime(clock, ended, days) for clock, ended, days in rows)


async def _per_clock(
    session: AsyncSession,
    scope: Scope,
    bank_id: str,
    total: ColumnElement[int],
    *,
    at: SQLColumnExpression[datetime | None],
    since: datetime | None,
    until: datetime | None,
) -> list[tuple[ClockId, int, int]]:
    """How many limits of the bank's duty have their `at` in that time, and their `total`. Found by way of its loans."""
    query = (
        select(col(DeadlineRow.clock), func.count(), total)
        .select_from(LoanRow)
        .join(DeadlineRow, col(DeadlineRow.loan_id) == col(LoanRow.loan_id))
        .where(
            col(LoanRow.bank_id) == bank_id,
            scope.loans(),
            col(DeadlineRow.duty_of) == Role.BANK.value,
            col(DeadlineRow.counts),
            at.is_not(None),
        )
        .group_by(col(DeadlineRow.clock))
        .order_by(col(DeadlineRow.clock))
    )
    if since is not None:
        query = query.where(at >= since)
    if until is not None:
        query = query.where(at < until)
    return [(ClockId(clock), count, int(summed)) for clock, count, summed in (await session.exec(query)).all()]


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
