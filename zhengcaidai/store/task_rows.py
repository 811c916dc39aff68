"""Rows of tasks and their numbers (待办编号): from one to the other, and found by number to be changed."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.tasks import TaskId
from zhengcaidai.store.tables import TaskRow

__all__ = ["locked_rows", "task_id_of"]


def task_id_of(row: TaskRow) -> TaskId:
    """待办编号."""
    return f"{row.subject}:{row.subject_id}:{row.task_key}"


async def locked_rows(
    session: AsyncSession, task_ids: Iterable[TaskId], *conditions: ColumnElement[bool]
) -> dict[TaskId, TaskRow]:
    """The tasks of these numbers that meet the conditions, in an order that lets two who change several wait in turn."""
    places = [_place(task_id) for task_id in dict.fromkeys(task_ids)]
    subject, subject_id, key = col(TaskRow.subject), col(TaskRow.subject_id), col(TaskRow.task_key)
    query = select(TaskRow).where(
        # Said twice, since SQLite finds nothing by an index for three columns at once.
        subject.in_({each[0] for each in places}),
        subject_id.in_({each[1] for each in places}),
        tuple_(subject, subject_id, key).in_(places),
        *conditions,
    )
    rows = (await session.exec(query.order_by(subject, subject_id, key).with_for_update())).all()
    return {task_id_of(row): row for row in rows}


def _place(task_id: TaskId) -> tuple[str, str, str]:
    subject, _, rest = task_id.partition(":")
    subject_id, _, key = rest.rpartition(":")
    return subject, subject_id, key
