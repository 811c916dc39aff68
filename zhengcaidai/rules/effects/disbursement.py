"""Paying out (放款, kunming/2.3.5)."""

from dataclasses import replace

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.dues import payments_promised
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.ledger import open_ledger
from zhengcaidai.rules.lending import terms_of
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.marks import ended, marked
from zhengcaidai.rules.receipts import fees_charged

__all__: list[str] = []


@effect.register
def _(event: facts.DisbursementOrdered, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, ordered=event, disbursement_refusal=None)


@effect.register
def _(event: facts.DisbursementRefused, loan: Loan, entry: Entry) -> Loan:
    return _not_paid_out(loan, entry, event.reason)


@effect.register
def _(event: facts.DisbursementInDoubt, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, disbursement_refusal=event.reason)


@effect.register
def _(event: steps.ReportNotPaidOut, loan: Loan, entry: Entry) -> Loan:
    return _not_paid_out(loan, entry, Words.quoted(event.reason))


def _not_paid_out(loan: Loan, entry: Entry, reason: Words) -> Loan:
    """The instruction is off the table: what waited for that, a terminated contract or proven fraud, ends the loan now."""
    loan = replace(loan, ordered=None, disbursement_refusal=reason)
    if loan.terminated is not None:
        return ended(loan, entry, Stage.LAPSED, loan.terminated)
    if loan.fraud_confirmed:
        return ended(loan, entry, Stage.REFUSED, loan.fraud_suspected or reason.zh)
    return loan


@effect.register
def _(event: steps.RetryDisbursement, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, disbursement_refusal=None)


@effect.register
def _(event: facts.Disbursed, loan: Loan, entry: Entry) -> Loan:
    if loan.offer is None:
        raise ValueError("nothing can be disbursed without an offer")
    terms = terms_of(loan.offer, event)
    loan = replace(
        loan,
        stage=Stage.DISBURSED,
        disbursed=event,
        ledger=fees_charged(open_ledger(terms), loan.loan_id, event, entry.at),
        ordered=None,
        disbursement_refusal=None,
    )
    return payments_promised(marked(loan, Milestone.DISBURSED, entry.at, Role.PURCHASER), entry.at)
