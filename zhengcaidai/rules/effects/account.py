"""The contract's account and its lock (账户变更与锁定, hanyang/4.1.4, luoyang/2.3)."""

from dataclasses import replace

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.marks import marked
from zhengcaidai.rules.working_days import shanghai_date

__all__: list[str] = []


@effect.register
def _(event: steps.RefileAccountChange, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, change_ended=None)


@effect.register
def _(event: facts.AccountChangeOpened, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.ACCOUNT_CHANGE, change_id=event.change_id, change_ended=None)
    return marked(loan, Milestone.ACCOUNT_CHANGE_OPENED, entry.at, Role.SUPPLIER)


_CHANGE_MARKS = {
    ChangeStage.SUBMITTED: (Milestone.ACCOUNT_CHANGE_FILED, Role.PURCHASER),
    ChangeStage.AWAITING_CONSENT: (Milestone.BANK_CONSENT_ASKED, Role.BANK),
    ChangeStage.EXECUTING: (Milestone.PURCHASER_DECIDED, Role.SYSTEM),
}


@effect.register
def _(event: facts.AccountChangeProgressed, loan: Loan, entry: Entry) -> Loan:
    if event.change_id != loan.change_id:
        return loan
    loan = replace(loan, change_awaits=event.awaited)
    if event.stage not in _CHANGE_MARKS:
        return loan
    milestone, holder = _CHANGE_MARKS[event.stage]
    return marked(loan, milestone, entry.at, holder, reference=event.change_id)


@effect.register
def _(event: facts.ContractAccountChanged, loan: Loan, entry: Entry) -> Loan:
    return _with_account(loan, event.account)


def _with_account(loan: Loan, account: Account) -> Loan:
    """The contract's account is another one, and with it the one that is locked."""
    if loan.contract is not None:
        loan = replace(loan, contract=loan.contract.model_copy(update={"collection_account": account}))
    return loan if loan.locked_account is None else replace(loan, locked_account=account)


@effect.register
def _(event: facts.AccountChangeEnded, loan: Loan, entry: Entry) -> Loan:
    changed = event.outcome.stage is ChangeStage.CHANGED
    if changed:
        loan = _with_account(loan, event.outcome.account)
    if event.outcome.change_id != loan.change_id:
        return loan  # a change beside the loan, e.g. on a court's order: how it ended moves no clock of the loan's
    loan = replace(loan, change_id=None, change_awaits=None, change_ended=event.outcome)
    if changed:
        return marked(loan, Milestone.PURCHASER_DECIDED, entry.at, Role.SYSTEM, reference=event.outcome.change_id)
    if loan.stage is not Stage.ACCOUNT_CHANGE:
        return loan  # the loan has ended, and its change with it: nobody is to ask again
    return marked(loan, Milestone.ACCOUNT_CHANGE_REFUSED, entry.at, Role.SUPPLIER)


@effect.register
def _(event: facts.AccountLocked, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, locked_account=event.account, lock_released_on=None)
    if not loan.stage.is_before_disbursement:
        return loan
    return marked(replace(loan, stage=Stage.ACCOUNT_LOCKED), Milestone.ACCOUNT_LOCKED, entry.at, Role.BANK)


@effect.register
def _(event: facts.LockReleased, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, lock_released_on=shanghai_date(entry.at))
