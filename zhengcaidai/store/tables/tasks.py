"""Open tasks of loans and of account changes, who works on them, and who stands in for whom."""

from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Column, Index, text
from sqlmodel import Field

from zhengcaidai.messages.tasks import Reminders, Task
from zhengcaidai.store.columns import Instant, Message
from zhengcaidai.store.tables.base import Row

__all__ = ["NEVER_DUE", "SubstituteRow", "TaskRow", "TaskSubject"]

NEVER_DUE = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for “no due time”, so that these tasks come last in every database, by one index."""


class TaskSubject(StrEnum):
    """What a task belongs to."""

    LOAN = "loan"
    ACCOUNT_CHANGE = "account_change"


_DUE_FIRST = ("due_order", "subject", "subject_id", "task_key")
_UNCLAIMED, _CLAIMED = text("claimed_by IS NULL"), text("claimed_by IS NOT NULL")


class TaskRow(Row, table=True):
    """待办: replaced together for each loan or change; `task_key` stays the same for as long as the same is asked.

    A row that stays keeps its claim (认领) and its reminders (催办); both go with the row.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_inbox", "organisation_id", "role", *_DUE_FIRST),
        Index(
            "ix_tasks_unclaimed",
            "organisation_id",
            "role",
            *_DUE_FIRST,
            sqlite_where=_UNCLAIMED,
            postgresql_where=_UNCLAIMED,
        ),
        Index(
            "ix_tasks_claimed",
            "organisation_id",
            "role",
            "claimed_by",
            *_DUE_FIRST,
            sqlite_where=_CLAIMED,
            postgresql_where=_CLAIMED,
        ),
    )

    subject: str = Field(primary_key=True)
    subject_id: str = Field(primary_key=True)
    task_key: str = Field(primary_key=True)
    ordinal: int
    organisation_id: str
    role: str
    due_order: datetime = Field(sa_type=Instant)
    task: Task = Field(sa_column=Column(Message(Task), nullable=False))
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=Instant)
    claimed_from: str | None = None
    """Who handed it over, or for whom a substitute took it."""
    reminders: Reminders | None = Field(default=None, sa_column=Column(Message(Reminders)))


class SubstituteRow(Row, table=True):
    """代办: who stands in for whom of the same organisation and role, from a day to a day."""

    __tablename__ = "substitutes"
    __table_args__ = (
        Index("ix_substitutes_newest", "organisation_id", "role", "substitution_id"),
        Index("ix_substitutes_standing_in", "organisation_id", "role", "substitute", "ends_on"),
    )

    substitution_id: str = Field(primary_key=True)
    organisation_id: str
    role: str
    user_id: str
    substitute: str
    starts_on: date
    ends_on: date
