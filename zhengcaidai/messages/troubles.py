"""异常: what an operator should see at once, as values of the search attribute `Trouble`."""

from enum import StrEnum

from zhengcaidai.messages.base import Frozen

__all__ = ["OutsideTrouble", "Trouble", "Urgency"]


class Trouble(StrEnum):
    """What is wrong with a loan, the gravest first."""

    FRAUD = "fraud"
    FREEZE = "freeze"
    TERMINATED = "terminated"
    DISBURSEMENT_REFUSED = "disbursement_refused"
    OUTSIDE_DOWN = "outside_down"
    OVERDUE = "overdue"
    NONE = "none"


class Urgency(StrEnum):
    """时限状态, as values of the search attribute `Urgency`."""

    CALM = "calm"
    DUE_SOON = "due_soon"
    """将到期: a reminder of a limit that still runs was sent."""
    BREACHED = "breached"
    """已超时: a limit is past, and what it asks for has not been done."""


class OutsideTrouble(Frozen):
    """外部系统无应答: told by an activity that has failed several times and goes on trying."""

    activity_id: str
    activity: str
    zh: str
    en: str
