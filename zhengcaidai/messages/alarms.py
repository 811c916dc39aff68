"""What a deadline makes the engine say (提醒、超时通报)."""

from enum import StrEnum

from pydantic import AwareDatetime

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import Deadline

__all__ = ["Alarm", "Threshold"]


class Threshold(StrEnum):
    """At what point of a clock something is said."""

    REMINDER = "reminder"
    """到期提醒: some working days before the last day."""
    BREACH = "breach"
    """超时: the limit has passed."""
    REPEAT = "repeat"
    """超时持续: the breach still lasts."""


class Alarm(Frozen):
    """One message about one deadline, to be sent once."""

    key: str
    """`clock:reference:instance`, deadline version and threshold: kept by the loan once sent."""
    threshold: Threshold
    days: int
    """Reminder: working days before the last day. Repeat: working days after it. Breach: 0."""
    at: AwareDatetime
    deadline: Deadline
