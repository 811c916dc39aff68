"""异常: what an operator should see at once, as values of the search attribute `Trouble`."""

from enum import StrEnum

from zhengcaidai.messages.base import Frozen

__all__ = ["OutsideTrouble", "Trouble"]


class Trouble(StrEnum):
    """What is wrong with a loan, the gravest first."""

    FRAUD = "fraud"
    FREEZE = "freeze"
    TERMINATED = "terminated"
    DISBURSEMENT_REFUSED = "disbursement_refused"
    OUTSIDE_DOWN = "outside_down"
    OVERDUE = "overdue"
    NONE = "none"


class OutsideTrouble(Frozen):
    """外部系统无应答: told by an activity that has failed several times and goes on trying."""

    activity_id: str
    activity: str
    zh: str
    en: str
