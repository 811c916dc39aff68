"""Open tasks of loans and of account changes."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Column, Index
from sqlmodel import Field

from zhengcaidai.messages.tasks import Task
from zhengcaidai.store.columns import Instant, Message
from zhengcaidai.store.tables.base import Row

__all__ = ["NEVER_DUE", "TaskRow", "TaskSubject"]

NEVER_DUE = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands for “no due time”, so that these tasks come last in every database, by one index."""


class TaskSubject(StrEnum):
    """What a task belongs to."""

    LOAN = "loan"
    ACCOUNT_CHANGE = "account_change"


class TaskRow(Row, table=True):
    """待办: replaced together for each loan or change; `task_key` stays the same for as long as the same is asked."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_inbox", "organisation_id", "role", "due_order", "subject", "subject_id", "task_key"),
    )

    subject: str = Field(primary_key=True)
    subject_id: str = Field(primary_key=True)
    task_key: str = Field(primary_key=True)
    ordinal: int
    organisation_id: str
    role: str
    due_order: datetime = Field(sa_type=Instant)
    task: Task = Field(sa_column=Column(Message(Task), nullable=False))
