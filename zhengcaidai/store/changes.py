"""Account changes as they are listed and shown (合同账户变更)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.errors import NotFound
from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.records import ChangeView
from zhengcaidai.messages.tasks import Task, TaskId
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import AccountChangeRow, TaskSubject
from zhengcaidai.store.tasks import tasks_of

__all__ = ["ChangeDetail", "ChangeFilter", "ChangeQueries", "ChangeSummary"]

_NEWEST_FIRST = Keyset(AccountChangeRow, "recorded_at", "change_id", newest_first=True)


@dataclass(frozen=True)
class ChangeFilter:
    """Which account changes; what is None is not asked."""

    stage: ChangeStage | None = None
    filing_number: str | None = None
    loan_id: str | None = None


@dataclass(frozen=True)
class ChangeSummary:
    """An account change in a list: of the accounts, no more than `Account.masked` shows."""

    change_id: str
    region: str
    filing_number: str
    supplier_id: str
    purchaser_id: str
    loan_id: str | None
    stage: ChangeStage
    old_account: str
    new_account: str
    recorded_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ChangeDetail:
    """One account change and its open tasks at one moment."""

    view: ChangeView
    tasks: Mapping[TaskId, Task]


class ChangeQueries:
    """Reads. Every method raises OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changes(self, scope: Scope, wanted: ChangeFilter, page: PageRequest) -> Page[ChangeSummary]:
        """The newest first. Raises InvalidInput for a cursor of another list."""
        query = select(AccountChangeRow).where(scope.changes())
        if wanted.stage is not None:
            query = query.where(col(AccountChangeRow.stage) == wanted.stage.value)
        if wanted.filing_number is not None:
            query = query.where(col(AccountChangeRow.filing_number) == wanted.filing_number)
        if wanted.loan_id is not None:
            query = query.where(col(AccountChangeRow.loan_id) == wanted.loan_id)
        async with self._database.reading() as session:
            rows = (await session.exec(_NEWEST_FIRST.page_of(query, page))).all()
        return _NEWEST_FIRST.cut(rows, page, _summary)

    async def change(self, scope: Scope, change_id: str) -> ChangeView:
        """One account change, its accounts in full. Raises NotFound, also for another tenant's."""
        async with self._database.reading() as session:
            return await _view(session, scope, change_id)

    async def detail(self, scope: Scope, change_id: str) -> ChangeDetail:
        """One account change with the numbers of its tasks. Raises NotFound, also for another tenant's."""
        async with self._database.reading() as session:
            view = await _view(session, scope, change_id)
            return ChangeDetail(view, await tasks_of(session, TaskSubject.ACCOUNT_CHANGE, change_id))


async def _view(session: AsyncSession, scope: Scope, change_id: str) -> ChangeView:
    query = select(AccountChangeRow).where(col(AccountChangeRow.change_id) == change_id, scope.changes())
    row = (await session.exec(query)).first()
    if row is None:
        raise NotFound(
            f"没有编号为“{change_id}”的账户变更，或您无权查看。",
            f"There is no account change “{change_id}”, or it is not yours to see.",
            where="change_id",
        )
    return row.view


def _summary(row: AccountChangeRow) -> ChangeSummary:
    order = row.view.order
    return ChangeSummary(
        change_id=row.change_id,
        region=row.region,
        filing_number=row.filing_number,
        supplier_id=row.supplier_id,
        purchaser_id=row.purchaser_id,
        loan_id=row.loan_id,
        stage=ChangeStage(row.stage),
        old_account=order.old_account.masked,
        new_account=order.new_account.masked,
        recorded_at=row.recorded_at,
        updated_at=row.view.updated_at,
    )
