"""办理结果表: one function for each kind of line, chosen by its type. The modules beside this one fill it."""

from functools import singledispatch

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.journal import Entry
from zhengcaidai.rules.loan import Loan

__all__ = ["effect"]


@singledispatch
def effect(event: Frozen, loan: Loan, entry: Entry) -> Loan:
    """Recorded, and nothing else: `deadline_moved`, `step_refused` and the like."""
    return loan
