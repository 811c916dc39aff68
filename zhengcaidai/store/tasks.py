"""Writing and reading open tasks: those of one loan or change are replaced together.

What stays keeps its claim and its reminders.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.tasks import LoanView, Reminder, Task, TaskClaim, TaskId
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.substitutes import stood_in_for
from zhengcaidai.store.tables import LoanRow, TaskRow, TaskSubject
from zhengcaidai.store.tables.tasks import NEVER_DUE
from zhengcaidai.store.task_rows import task_id_of
from zhengcaidai.store.views import loan_view

__all__ = ["Claimed", "Inbox", "OpenTask", "claim_of", "replace_tasks", "tasks_of"]

_DUE_FIRST = Keyset(TaskRow, "due_order", "subject", "subject_id", "task_key", newest_first=False)


class Claimed(StrEnum):
    """Which tasks of the inbox."""

    MINE = "mine"
    """我认领的."""
    UNCLAIMED = "unclaimed"
    """无人认领的."""


@dataclass(frozen=True)
class OpenTask:
    """A task, what it belongs to, and the loan as it is listed; for an account change, no loan."""

    subject: TaskSubject
    subject_id: str
    task: Task
    loan: LoanView | None
    claim: TaskClaim
    reminder: Reminder | None
    """The last one, of whichever organisation."""
    stands_in_for: str | None
    """The colleague who has claimed it, where the reader stands in for that colleague today."""


class Inbox:
    """待办: what is asked of a principal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tasks(
        self, principal: Principal, page: PageRequest, today: date, claimed: Claimed | None = None
    ) -> Page[OpenTask]:
        """Of its organisation in its role; the first due first, those without a due time last.

        A task keeps its place for as long as the same is asked and due at the same time, whatever comes and goes beside
        it: no page shows it twice, none leaves it out. Raises InvalidInput for a cursor of another list.
        """
        query = select(TaskRow).where(
            col(TaskRow.organisation_id) == principal.organisation_id, col(TaskRow.role) == principal.role.value
        )
        if claimed is Claimed.MINE:
            query = query.where(col(TaskRow.claimed_by) == principal.user_id)
        elif claimed is Claimed.UNCLAIMED:
            query = query.where(col(TaskRow.claimed_by).is_(None))
        async with self._database.reading() as session:
            rows = (await session.exec(_DUE_FIRST.page_of(query, page))).all()
            loan_ids = {row.subject_id for row in rows if row.subject == TaskSubject.LOAN}
            found = (await session.exec(select(LoanRow).where(col(LoanRow.loan_id).in_(loan_ids)))).all()
            absent = await stood_in_for(session, principal, today)
        loans = {row.loan_id: loan_view(row) for row in found}

        def item(row: TaskRow) -> OpenTask:
            stands_in_for = row.claimed_by if row.claimed_by in absent else None
            return OpenTask(
                subject=TaskSubject(row.subject),
                subject_id=row.subject_id,
                task=row.task,
                loan=loans.get(row.subject_id),
                claim=claim_of(row),
                reminder=row.reminders.of_each[-1] if row.reminders else None,
                stands_in_for=stands_in_for,
            )

        return _DUE_FIRST.cut(rows, page, item)


def claim_of(row: TaskRow) -> TaskClaim:
    """Who works on it."""
    return TaskClaim(
        task_id=task_id_of(row), claimed_by=row.claimed_by, claimed_at=row.claimed_at, claimed_from=row.claimed_from
    )


async def tasks_of(session: AsyncSession, subject: TaskSubject, subject_id: str) -> Mapping[TaskId, Task]:
    """The open tasks of one loan or change by their numbers, in the order in which they were published."""
    query = select(TaskRow).where(col(TaskRow.subject) == subject.value, col(TaskRow.subject_id) == subject_id)
    rows = (await session.exec(query.order_by(col(TaskRow.ordinal)))).all()
    return {task_id_of(row): row.task for row in rows}


async def replace_tasks(
    database: Database, session: AsyncSession, subject: TaskSubject, subject_id: str, tasks: tuple[Task, ...]
) -> None:
    """In the caller's transaction: these are all the open tasks of the loan or change now; what is settled is gone."""
    keys = _keys(tasks)
    await session.exec(
        delete(TaskRow).where(
            col(TaskRow.subject) == subject.value,
            col(TaskRow.subject_id) == subject_id,
            col(TaskRow.task_key).not_in(keys),
        )
    )
    if tasks:
        put = database.insert(TaskRow)
        await session.exec(
            put.on_conflict_do_update(
                index_elements=["subject", "subject_id", "task_key"],
                set_={name: put.excluded[name] for name in ("ordinal", "due_order", "task")},
            ),
            params=[
                {
                    "subject": subject.value,
                    "subject_id": subject_id,
                    "task_key": key,
                    "ordinal": ordinal,
                    "organisation_id": task.organisation_id,
                    "role": task.role.value,
                    "due_order": task.due_at or NEVER_DUE,
                    "task": task,
                }
                # In the order of `locked_rows`, so that those who change several of them at once wait in turn.
                for key, ordinal, task in sorted(zip(keys, range(len(keys)), tasks, strict=True))
            ],
        )


def _keys(tasks: tuple[Task, ...]) -> list[str]:
    """What is asked of whom, in short. Wording and due time are not in it, so that a task keeps its key when they change.

    A reference is, so that of two court freezes each keeps its own key when the other is lifted: a number, which stands
    only where all of it is the same, would pass the claim of the one on to the other.
    """
    seen: Counter[str] = Counter()
    keys = []
    for task in tasks:
        asked = (task.role.value, task.organisation_id, task.clock or "", *task.actions)
        if task.reference:
            asked += (task.reference,)
        key = sha256("|".join(asked).encode()).hexdigest()[:16]
        seen[key] += 1
        keys.append(f"{key}-{seen[key]}")
    return keys
