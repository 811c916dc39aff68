"""Writing and reading open tasks: those of one loan or change are replaced together."""

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import col, delete, insert, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.tasks import LoanView, Task
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.tables import LoanRow, TaskRow, TaskSubject
from zhengcaidai.store.tables.tasks import NEVER_DUE
from zhengcaidai.store.views import loan_view

__all__ = ["Inbox", "OpenTask", "replace_tasks", "tasks_of"]

_DUE_FIRST = Keyset(TaskRow, "due_order", "subject", "subject_id", "task_key", newest_first=False)


@dataclass(frozen=True)
class OpenTask:
    """A task, what it belongs to, and the loan as it is listed; for an account change, no loan."""

    subject: TaskSubject
    subject_id: str
    task: Task
    loan: LoanView | None


class Inbox:
    """待办: what is asked of a principal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tasks(self, principal: Principal, page: PageRequest) -> Page[OpenTask]:
        """Of its organisation in its role; the first due first, those without a due time last.

        A task keeps its place for as long as the same is asked and due at the same time, whatever comes and goes beside
        it: no page shows it twice, none leaves it out. Raises InvalidInput for a cursor of another list.
        """
        query = select(TaskRow).where(
            col(TaskRow.organisation_id) == principal.organisation_id, col(TaskRow.role) == principal.role.value
        )
        async with self._database.reading() as session:
            rows = (await session.exec(_DUE_FIRST.page_of(query, page))).all()
            loan_ids = {row.subject_id for row in rows if row.subject == TaskSubject.LOAN}
            found = (await session.exec(select(LoanRow).where(col(LoanRow.loan_id).in_(loan_ids)))).all()
        loans = {row.loan_id: loan_view(row) for row in found}
        return _DUE_FIRST.cut(
            rows,
            page,
            lambda row: OpenTask(TaskSubject(row.subject), row.subject_id, row.task, loans.get(row.subject_id)),
        )


async def tasks_of(session: AsyncSession, subject: TaskSubject, subject_id: str) -> tuple[Task, ...]:
    """The open tasks of one loan or change, in the order in which they were published."""
    query = select(col(TaskRow.task)).where(
        col(TaskRow.subject) == subject.value, col(TaskRow.subject_id) == subject_id
    )
    return tuple((await session.exec(query.order_by(col(TaskRow.ordinal)))).all())


async def replace_tasks(session: AsyncSession, subject: TaskSubject, subject_id: str, tasks: tuple[Task, ...]) -> None:
    """In the caller's transaction: these are all the open tasks of the loan or change now."""
    await session.exec(
        delete(TaskRow).where(col(TaskRow.subject) == subject.value, col(TaskRow.subject_id) == subject_id)
    )
    if tasks:
        keys = _keys(tasks)
        await session.exec(
            insert(TaskRow),
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
                for ordinal, (key, task) in enumerate(zip(keys, tasks, strict=True))
            ],
        )


def _keys(tasks: tuple[Task, ...]) -> list[str]:
    """What is asked of whom, in short; a number where the same is asked twice. Wording and due time are not in it."""
    seen: Counter[str] = Counter()
    keys = []
    for task in tasks:
        asked = "|".join((task.role.value, task.organisation_id, task.clock or "", *task.actions))
        key = sha256(asked.encode()).hexdigest()[:16]
        seen[key] += 1
        keys.append(f"{key}-{seen[key]}")
    return keys
