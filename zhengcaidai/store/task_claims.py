"""Claims (认领): an organisation's own bookkeeping of who works on which task.

No loan asks for it: what a step may do is decided by the workflow alone, whoever has claimed its task.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.errors import Conflict, NotFound, Refusal
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.tasks import TaskClaim, TaskId
from zhengcaidai.rules.wording import moment_words
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.engine import Database
from zhengcaidai.store.substitutes import stood_in_for
from zhengcaidai.store.tables import TaskRow
from zhengcaidai.store.task_rows import locked_rows
from zhengcaidai.store.tasks import claim_of

__all__ = ["TaskClaims"]


class TaskClaims:
    """All methods raise OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, by: Principal, task_ids: Sequence[TaskId], at: datetime) -> tuple[TaskClaim | Refusal, ...]:
        """Claim all that are nobody's, in one transaction; an answer for each, in the order asked.

        NotFound: there is no such open task of the organisation. Conflict: a colleague has claimed it, who is named.
        What the same user has claimed already stays as it was.
        """
        async with self._database.writing() as session:
            rows = await _locked(session, by, task_ids)
            for row in rows.values():
                if row.claimed_by is None:
                    _put(row, by.user_id, at)
            return tuple(_answer(rows.get(task_id), task_id, by) for task_id in task_ids)

    async def release(self, by: Principal, task_id: TaskId, at: datetime) -> TaskClaim:
        """Give it back; nobody's stays nobody's. Raises NotFound; Conflict if it is another's to give back."""
        async with self._database.writing() as session:
            row = await _one(session, by, task_id)
            if row.claimed_by is not None:
                await _check_own(session, row, by, at)
                _put(row, None, None)
            return claim_of(row)

    async def hand_over(self, by: Principal, task_id: TaskId, to: str, at: datetime) -> TaskClaim:
        """To a colleague, or, as substitute, from the absent one to oneself.

        Raises NotFound; Conflict if nobody has claimed it, or another for whom the user does not stand in.
        """
        async with self._database.writing() as session:
            row = await _one(session, by, task_id)
            if row.claimed_by is None:
                raise Conflict(
                    "该待办无人认领，请先认领。",
                    "Nobody has claimed this task: claim it first.",
                    where="claimed_by",
                    right="claim",
                )
            if row.claimed_by != to:
                await _check_own(session, row, by, at)
                _put(row, to, at, None if to == row.claimed_from else row.claimed_by)
            return claim_of(row)


async def _locked(session: AsyncSession, by: Principal, task_ids: Sequence[TaskId]) -> dict[TaskId, TaskRow]:
    """The organisation's tasks of these numbers."""
    own = (col(TaskRow.organisation_id) == by.organisation_id, col(TaskRow.role) == by.role.value)
    return await locked_rows(session, task_ids, *own)


async def _one(session: AsyncSession, by: Principal, task_id: TaskId) -> TaskRow:
    row = (await _locked(session, by, (task_id,))).get(task_id)
    if row is None:
        raise _no_such_task(task_id)
    return row


def _put(row: TaskRow, user_id: str | None, at: datetime | None, before: str | None = None) -> None:
    """Written with the transaction, all rows in one go."""
    row.claimed_by, row.claimed_at, row.claimed_from = user_id, at, before


def _answer(row: TaskRow | None, task_id: TaskId, by: Principal) -> TaskClaim | Refusal:
    if row is None:
        return _no_such_task(task_id)
    return claim_of(row) if row.claimed_by == by.user_id else _claimed(row)


async def _check_own(session: AsyncSession, row: TaskRow, by: Principal, at: datetime) -> None:
    """It is the user's own, or came from the user, or the user stands in today. Raises Conflict."""
    if by.user_id in (row.claimed_by, row.claimed_from):
        return
    if row.claimed_by not in await stood_in_for(session, by, shanghai_date(at)):
        raise _claimed(row)


def _claimed(row: TaskRow) -> Conflict:
    assert row.claimed_at is not None
    moment = moment_words(row.claimed_at)
    return Conflict(
        f"该待办已由本单位 {row.claimed_by} 于 {moment} 认领。",
        f"{row.claimed_by} of your organisation claimed this task at {moment}.",
        where="claimed_by",
        right=f"由 {row.claimed_by} 转办或退回，或由其代办人接手 / handed over or given back by {row.claimed_by}, "
        "or taken over by a substitute",
    )


def _no_such_task(task_id: TaskId) -> NotFound:
    return NotFound(
        f"没有编号为“{task_id}”的待办：可能已办结，或不属于本单位。",
        f"There is no open task “{task_id}”: it may be settled, or it is not your organisation's.",
        where="task_id",
    )
