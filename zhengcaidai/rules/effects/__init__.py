"""What each line of the journal does to a loan (办理结果). `after` is the whole life of a loan as a fold.

A party's step and a fact found by the engine are treated alike: one function each, chosen by type, in the module of its phase.
A breach changes no stage: it is recorded, and the loan goes on (luoyang/3.2); only a party's own step moves a loan on
(kunming/1.2).
"""

from dataclasses import replace

import zhengcaidai.rules.effects.account
import zhengcaidai.rules.effects.application
import zhengcaidai.rules.effects.clocks
import zhengcaidai.rules.effects.disbursement
import zhengcaidai.rules.effects.overlays
import zhengcaidai.rules.effects.repayment  # noqa: F401 - each fills the table
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Role
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.marks import marked
from zhengcaidai.rules.precedents import noted

__all__ = ["after", "opened"]


def opened(entry: Entry) -> Loan:
    """The loan after the first line of its journal, the application."""
    if not isinstance(entry.event, facts.Submitted):
        raise TypeError(f"a journal begins with the application, not with {entry.event.kind}")
    application = entry.event.application
    loan = Loan(application=application, materials=application.materials, sequence=entry.sequence)
    return marked(loan, Milestone.SUBMITTED, entry.at, Role.SYSTEM)


def after(loan: Loan, entry: Entry) -> Loan:
    """The loan after one more line of its journal; the lines come in order, none twice."""
    if entry.sequence != loan.sequence + 1:
        raise ValueError(f"line {entry.sequence} cannot follow line {loan.sequence}")
    keys = loan.keys
    if entry.key is not None and isinstance(entry.event, steps.Step):
        keys = {**keys, entry.key: entry.event}
    told = effect(entry.event, loan, entry)
    stage_entry = loan.stage_entry if told.stage is loan.stage else entry
    return replace(told, sequence=entry.sequence, keys=keys, done=noted(loan.done, entry), stage_entry=stage_entry)
