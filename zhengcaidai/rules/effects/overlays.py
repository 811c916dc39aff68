"""What may befall a loan at any stage (合同解除、法院冻结、疑似欺诈, hanyang/3, kunming/2.3.5)."""

from dataclasses import replace

from zhengcaidai.messages import steps
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.marks import ended

__all__: list[str] = []


@effect.register
def _(event: steps.ReportTermination, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, terminated=event.reason, missed_before_termination=(entry.noted or Noted()).missed)
    if loan.stage.is_before_disbursement and loan.ordered is None:
        return ended(loan, entry, Stage.LAPSED, event.reason)
    return loan


@effect.register
def _(event: steps.RecordCourtFreeze, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, court_freezes=(*loan.court_freezes, event))


@effect.register
def _(event: steps.LiftCourtFreeze, loan: Loan, entry: Entry) -> Loan:
    left = tuple(each for each in loan.court_freezes if each.order_number != event.order_number)
    return replace(loan, court_freezes=left)


@effect.register
def _(event: steps.SuspectFraud, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, fraud_suspected=event.reason)


@effect.register
def _(event: steps.ClearFraud, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, fraud_suspected=None)


@effect.register
def _(event: steps.ConfirmFraud, loan: Loan, entry: Entry) -> Loan:
    if loan.stage.is_before_disbursement and loan.ordered is None:
        return ended(loan, entry, Stage.REFUSED, event.reason)
    return replace(loan, fraud_confirmed=True)
