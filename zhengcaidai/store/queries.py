"""What the API lists and shows of loans (贷款查询): always within a principal's reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime
from sqlalchemy import ColumnElement, Text, and_, cast, literal_column, not_
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.errors import NotFound
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.tasks import LoanView, Task, TaskId
from zhengcaidai.store.deadlines import BankTime, BreachCount, bank_times, breach_counts, deadlines_of
from zhengcaidai.store.documents import LoanDocument, documents_of
from zhengcaidai.store.engine import Database
from zhengcaidai.store.journal import journal_of
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import LoanRow, TaskSubject
from zhengcaidai.store.tasks import tasks_of
from zhengcaidai.store.views import loan_view

__all__ = ["LoanDetail", "LoanFilter", "LoanQueries"]

_NEWEST_FIRST = Keyset(LoanRow, "submitted_at", "loan_id", newest_first=True)
"""By submission, which never changes: an update between two pages moves no row."""

_ENDS = [stage.value for stage in Stage if stage.is_end]


class LoanFilter(Frozen):
    """Which loans; what is None is not asked."""

    stage: Stage | None = None
    regions: frozenset[str] = frozenset()
    """Any of these codes; a province's own list of children is the caller's to make."""
    bank_id: str | None = None
    supplier_id: str | None = None
    purchaser_id: str | None = None
    awaited: Role | None = None
    """等待: this party is among those who have to act."""
    breached: bool | None = None
    overdue: bool | None = None
    frozen: bool | None = None
    suspected_fraud: bool | None = None
    due_before: AwareDatetime | None = None
    """The next due time is earlier than this."""


@dataclass(frozen=True)
class LoanDetail:
    """One loan at one moment. `locked_account` shows its number in full: mask it for those who need not know it."""

    view: LoanView
    tasks: Mapping[TaskId, Task]
    deadlines: tuple[Deadline, ...]
    statement: Statement | None
    locked_account: Account | None


class LoanQueries:
    """Reads. Every method raises OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def loans(self, scope: Scope, wanted: LoanFilter, page: PageRequest) -> Page[LoanView]:
        """The newest submitted first. Raises InvalidInput for a cursor of another list."""
        query = select(LoanRow).where(scope.loans(), *_conditions(wanted))
        async with self._database.reading() as session:
            rows: Sequence[LoanRow] = (await session.exec(_NEWEST_FIRST.page_of(query, page))).all()
        return _NEWEST_FIRST.cut(rows, page, loan_view)

    async def loan(self, scope: Scope, loan_id: str) -> LoanDetail:
        """One loan. Raises NotFound, also for another tenant's."""
        async with self._database.reading() as session:
            row = await _row(session, scope, loan_id)
            return LoanDetail(
                view=loan_view(row),
                tasks=await tasks_of(session, TaskSubject.LOAN, loan_id),
                deadlines=await deadlines_of(session, loan_id),
                statement=row.statement,
                locked_account=row.locked_account,
            )

    async def journal(self, scope: Scope, loan_id: str, after: int = 0, limit: int | None = None) -> tuple[Entry, ...]:
        """A loan's timeline, `limit` lines at most. Raises NotFound, also for another tenant's loan."""
        async with self._database.reading() as session:
            await _row(session, scope, loan_id)
            return await journal_of(session, loan_id, after, limit)

    async def deadlines(self, scope: Scope, loan_id: str) -> tuple[Deadline, ...]:
        """A loan's clocks, open and closed. Raises NotFound, also for another tenant's loan."""
        async with self._database.reading() as session:
            await _row(session, scope, loan_id)
            return await deadlines_of(session, loan_id)

    async def documents(self, scope: Scope, loan_id: str) -> tuple[LoanDocument, ...]:
        """A loan's documents. Raises NotFound, also for another tenant's loan."""
        async with self._database.reading() as session:
            await _row(session, scope, loan_id)
            return await documents_of(session, loan_id)

    async def breach_counts(
        self, scope: Scope, bank_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[BreachCount, ...]:
        """A bank's missed limits by clock, for its evaluation (luoyang/3.2)."""
        async with self._database.reading() as session:
            return await breach_counts(session, scope, bank_id, since, until)

    async def bank_times(
        self, scope: Scope, bank_id: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[BankTime, ...]:
        """By clock, the working days that the bank itself held the loans (luoyang/3.2)."""
        async with self._database.reading() as session:
            return await bank_times(session, scope, bank_id, since, until)


async def _row(session: AsyncSession, scope: Scope, loan_id: str) -> LoanRow:
    row = (await session.exec(select(LoanRow).where(col(LoanRow.loan_id) == loan_id, scope.loans()))).first()
    if row is None:
        raise NotFound(
            f"没有编号为“{loan_id}”的贷款，或您无权查看。",
            f"There is no loan “{loan_id}”, or it is not yours to see.",
            where="loan_id",
        )
    return row


def _conditions(wanted: LoanFilter) -> list[ColumnElement[bool]]:
    stage = None if wanted.stage is None else wanted.stage.value
    equal: list[tuple[SQLColumnExpression[Any], str | None]] = [
        (col(LoanRow.stage), stage),
        (col(LoanRow.bank_id), wanted.bank_id),
        (col(LoanRow.supplier_id), wanted.supplier_id),
        (col(LoanRow.purchaser_id), wanted.purchaser_id),
    ]
    flags: list[tuple[ColumnElement[bool], bool | None]] = [
        # Spelt as in the index: with a parameter in place of 0, SQLite could not use it.
        (col(LoanRow.breaches) > literal_column("0"), wanted.breached),
        (and_(col(LoanRow.overdue)), wanted.overdue),
        (and_(col(LoanRow.frozen)), wanted.frozen),
        (and_(col(LoanRow.suspected_fraud)), wanted.suspected_fraud),
    ]
    conditions = [column == value for column, value in equal if value is not None]
    conditions += [flag if value else not_(flag) for flag, value in flags if value is not None]
    if wanted.regions:
        conditions.append(col(LoanRow.region).in_(sorted(wanted.regions)))
    if wanted.awaited is not None:
        conditions.append(cast(col(LoanRow.awaited), Text).like(f"%,{wanted.awaited.value},%"))
    if wanted.due_before is not None:
        conditions.append(col(LoanRow.next_due_at) < wanted.due_before)
    return conditions
