"""Plans, payments, sweeps and settlement (还款与结清, kunming/2.3.6); how money is spread is in rules/ledger.py."""

from dataclasses import replace

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.dues import delivered, dues_marked
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.marks import marked
from zhengcaidai.rules.receipts import money_posted, payment_confirmed, surplus_released

__all__: list[str] = []


@effect.register
def _(event: steps.FileFundUsePlan, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, plans=(*loan.plans, event))


@effect.register
def _(event: facts.FundUsePlanRefused, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, plans=tuple(each for each in loan.plans if each.plan_number != event.plan_number))


@effect.register
def _(event: steps.ReportDelivery, loan: Loan, entry: Entry) -> Loan:
    return delivered(loan, event.delivered_on, entry.at)


@effect.register
def _(event: steps.PostPayment, loan: Loan, entry: Entry) -> Loan:
    return money_posted(loan, entry)


@effect.register
def _(event: steps.ReturnPayment, loan: Loan, entry: Entry) -> Loan:
    return money_posted(loan, entry)


@effect.register
def _(event: facts.PaymentConfirmed, loan: Loan, entry: Entry) -> Loan:
    return payment_confirmed(loan, event, entry)


@effect.register
def _(event: facts.Swept, loan: Loan, entry: Entry) -> Loan:
    return surplus_released(loan, event, entry)


@effect.register
def _(event: facts.Settled, loan: Loan, entry: Entry) -> Loan:
    return marked(replace(loan, stage=Stage.SETTLED), Milestone.SETTLED, entry.at)


@effect.register
def _(event: facts.Reopened, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, stage=Stage.REPAYING)


@effect.register
def _(event: steps.ReportStoppedPayment, loan: Loan, entry: Entry) -> Loan:
    stopped = {**loan.stopped_payments, (entry.by.organisation_id, event.check_id): event}
    return replace(loan, stopped_payments=stopped)


@effect.register
def _(event: steps.ReportDeduction, loan: Loan, entry: Entry) -> Loan:
    too_late = {
        day: loan.deducted_too_late_fen.get(day, 0) + event.amount_fen for day in (entry.noted or Noted()).missed
    }
    loan = replace(
        loan,
        deducted_fen=loan.deducted_fen + event.amount_fen,
        deducted_too_late_fen={**loan.deducted_too_late_fen, **too_late},
    )
    return loan if loan.ledger is None else dues_marked(loan, entry.at)
