"""What a deadline makes the engine say (提醒、超时通报)."""

from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import AwareDatetime

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import Deadline

__all__ = ["Alarm", "AlarmKey", "Threshold"]


class Threshold(StrEnum):
    """At what point of a clock something is said."""

    REMINDER = "reminder"
    """到期提醒: some working days before the last day."""
    BREACH = "breach"
    """超时: the limit has passed."""
    REPEAT = "repeat"
    """超时持续: the breach still lasts."""


class AlarmKey(NamedTuple):
    """提醒编号, under which the journal keeps that something was said: of which deadline, and at what point of it."""

    version: str
    """The deadline's: one that has moved is another one."""
    threshold: Threshold
    days: int = 0

    @classmethod
    def read(cls, key: str) -> Self:
        """The key as it was written."""
        version, _, said = key.rpartition("/")
        threshold, _, days = said.partition("-")
        return cls(version, Threshold(threshold), int(days or 0))

    def __str__(self) -> str:
        return f"{self.version}/{self.threshold}" + (f"-{self.days}" if self.days else "")


class Alarm(Frozen):
    """One message about one deadline, to be sent once."""

    key: str
    """An `AlarmKey`, written out: kept by the loan once sent."""
    threshold: Threshold
    days: int
    """Reminder: working days before the last day. Repeat: working days after it. Breach: 0."""
    at: AwareDatetime
    deadline: Deadline
