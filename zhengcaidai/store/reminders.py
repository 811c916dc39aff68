"""Reminders (催办): one organisation reminds another of the task that awaits it, at most once a calendar day.

Bookkeeping as claims are: no workflow is told, nothing is sent, and the inbox of the organisation shows it.
"""

from collections.abc import Sequence
from datetime import datetime

from zhengcaidai.errors import NotFound, Refusal, WrongParty
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.tasks import Reminder, Reminders, TaskId
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.engine import Database
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import TaskRow
from zhengcaidai.store.task_rows import locked_rows

__all__ = ["TaskReminders"]


class TaskReminders:
    """催办. Raises OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remind(
        self, by: Principal, scope: Scope, task_ids: Sequence[TaskId], at: datetime
    ) -> tuple[Reminder | Refusal, ...]:
        """Remind of all, in one transaction; an answer for each, in the order asked. `scope` is the reach of `by`.

        NotFound: there is no such open task of a loan or an account change within that reach. WrongParty: it is the
        organisation's own, or the engine's. Of what the organisation has reminded already that day, the answer is that.
        """
        async with self._database.writing() as session:
            rows = await locked_rows(session, task_ids, scope.tasks())
            found = {task_id: _answer(row, by, at) for task_id, row in rows.items()}
            return tuple(found.get(task_id) or _no_such_task(task_id) for task_id in task_ids)


def _answer(row: TaskRow, by: Principal, at: datetime) -> Reminder | Refusal:
    if (row.organisation_id, row.role) == (by.organisation_id, by.role):
        return WrongParty(
            "该待办由本单位办理，不能催办，请认领办理。",
            "This task awaits your own organisation: claim it instead of reminding.",
            where="organisation_id",
            right="由其他各方催办 / another party reminds",
        )
    if row.role == Role.SYSTEM:
        return WrongParty(
            "该事项由系统办理，无须催办。",
            "The engine itself is at work on this: there is nobody to remind.",
            where="role",
            right="等待某一方办理的待办 / a task that awaits a party",
        )
    return _reminded(row, by, at)


def _reminded(row: TaskRow, by: Principal, at: datetime) -> Reminder:
    """Written with the transaction. By organisation, since of two that take turns neither may remind twice a day."""
    before = {
        (each.reminded_by.organisation_id, each.reminded_by.role): each
        for each in (row.reminders.of_each if row.reminders else ())
    }
    own = before.pop((by.organisation_id, by.role), None)
    if own is not None and shanghai_date(own.reminded_at) >= shanghai_date(at):
        return own
    reminder = Reminder(reminded_by=by, reminded_at=at)
    row.reminders = Reminders(of_each=(*before.values(), reminder))
    return reminder


def _no_such_task(task_id: TaskId) -> NotFound:
    return NotFound(
        f"没有编号为“{task_id}”的待办：可能已办结，或您无权查看。",
        f"There is no open task “{task_id}”: it may be settled, or it is not yours to see.",
        where="task_id",
    )
