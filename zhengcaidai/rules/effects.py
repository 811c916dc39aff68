"""What each line of the journal does to a loan (办理结果). `after` is the whole life of a loan as a fold.

A party's step and a fact found by the engine are treated alike: one function each, chosen by type. Money is in
rules/dues.py. A breach changes no stage: it is recorded, and the loan goes on (luoyang/3.2); only a party's own step moves
a loan on (kunming/1.2).
"""

from dataclasses import replace
from functools import singledispatch

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import Milestone, StartCorrection
from zhengcaidai.messages.journal import Entry, Noted
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.dues import (
    dues_marked,
    fees_charged,
    money_posted,
    payment_confirmed,
    payments_promised,
    surplus_released,
)
from zhengcaidai.rules.ledger import open_ledger
from zhengcaidai.rules.lending import terms_of
from zhengcaidai.rules.loan import Loan, PendingCorrection
from zhengcaidai.rules.marks import dated, ended, marked
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
    told = _effect(entry.event, loan, entry)
    moved = loan.moved if told.stage is loan.stage else entry
    return replace(told, sequence=entry.sequence, keys=keys, done=noted(loan.done, entry), moved=moved)


@singledispatch
def _effect(event: Frozen, loan: Loan, entry: Entry) -> Loan:
    """Recorded, and nothing else: `deadline_moved`, `step_refused` and the like."""
    return loan


@_effect.register
def _(event: facts.Verified, loan: Loan, entry: Entry) -> Loan:
    loan = replace(
        loan,
        stage=Stage.VERIFIED,
        award=event.award,
        contract=event.contract,
        repeat_borrower=event.repeat_borrower,
    )
    loan = dated(loan, Milestone.AWARD_ISSUED, event.award.issued_on, entry)
    loan = _with_contract_dates(loan, entry)
    return marked(loan, Milestone.VERIFIED, entry.at, Role.BANK)


def _with_contract_dates(loan: Loan, entry: Entry) -> Loan:
    contract = loan.contract
    if contract is None:
        return loan
    loan = dated(loan, Milestone.CONTRACT_SIGNED, contract.signed_on, entry)
    return dated(loan, Milestone.CONTRACT_FILED, contract.filed_on, entry)


@_effect.register
def _(event: facts.VerificationFailed, loan: Loan, entry: Entry) -> Loan:
    return ended(loan, entry, Stage.REFUSED, "；".join(each.zh for each in event.reasons))


@_effect.register
def _(event: facts.ApplicationLapsed, loan: Loan, entry: Entry) -> Loan:
    return ended(loan, entry, Stage.LAPSED, event.reason.zh)


@_effect.register
def _(event: steps.Accept, loan: Loan, entry: Entry) -> Loan:
    return marked(replace(loan, stage=Stage.ACCEPTED), Milestone.ACCEPTED, entry.at, Role.BANK)


@_effect.register
def _(event: steps.RequestMaterials, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.MATERIALS_REQUESTED, materials_asked=event)
    return marked(loan, Milestone.MATERIALS_REQUESTED, entry.at, Role.SUPPLIER)


@_effect.register
def _(event: steps.SupplyMaterials, loan: Loan, entry: Entry) -> Loan:
    materials = loan.materials + tuple(each for each in event.documents if each not in loan.materials)
    loan = replace(loan, stage=Stage.ACCEPTED, materials=materials, materials_asked=None)
    return marked(loan, Milestone.MATERIALS_SUPPLIED, entry.at, Role.BANK)


@_effect.register
def _(event: steps.Approve, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.APPROVED, offer=event, materials_asked=None)
    loan = marked(loan, Milestone.DECIDED, entry.at, Role.SUPPLIER)
    return marked(loan, Milestone.OFFERED, entry.at, Role.SUPPLIER, fixed_due_date=event.offer_expires_on)


@_effect.register
def _(event: steps.Reject, loan: Loan, entry: Entry) -> Loan:
    return ended(marked(loan, Milestone.DECIDED, entry.at), entry, Stage.REJECTED, event.reason)


@_effect.register
def _(event: steps.Sign, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.SIGNED, agreement_number=event.agreement_number)
    if loan.contract is not None:
        return marked(loan, Milestone.AGREEMENT_SIGNED, entry.at, Role.SYSTEM)
    loan = marked(loan, Milestone.AGREEMENT_SIGNED, entry.at, Role.PURCHASER)
    return marked(loan, Milestone.CONTRACT_AWAITED, entry.at, Role.PURCHASER)


@_effect.register
def _(event: steps.Withdraw, loan: Loan, entry: Entry) -> Loan:
    return ended(loan, entry, Stage.WITHDRAWN, event.reason)


@_effect.register
def _(event: steps.Resend, loan: Loan, entry: Entry) -> Loan:
    return ended(replace(loan, resent_to=event.new_loan_id), entry, Stage.WITHDRAWN, event.reason)


@_effect.register
def _(event: steps.FileContract, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, contract_reported=event.filing_number)
    return marked(loan, Milestone.CONTRACT_REPORTED, entry.at, Role.SYSTEM)


@_effect.register
def _(event: facts.ContractNotFound, loan: Loan, entry: Entry) -> Loan:
    return marked(replace(loan, contract_reported=None), Milestone.CONTRACT_AWAITED, entry.at, Role.PURCHASER)


@_effect.register
def _(event: facts.ContractChecked, loan: Loan, entry: Entry) -> Loan:
    loan = _with_contract_dates(replace(loan, contract=event.contract, contract_reported=None), entry)
    return marked(loan, Milestone.CONTRACT_CHECKED, entry.at, Role.SYSTEM)


@_effect.register
def _(event: steps.RefileAccountChange, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, change_ended=None)


@_effect.register
def _(event: facts.AccountChangeOpened, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.ACCOUNT_CHANGE, change_id=event.change_id, change_ended=None)
    return marked(loan, Milestone.ACCOUNT_CHANGE_OPENED, entry.at, Role.SUPPLIER)


_CHANGE_MARKS = {
    ChangeStage.SUBMITTED: (Milestone.ACCOUNT_CHANGE_FILED, Role.PURCHASER),
    ChangeStage.AWAITING_CONSENT: (Milestone.BANK_CONSENT_ASKED, Role.BANK),
    ChangeStage.EXECUTING: (Milestone.PURCHASER_DECIDED, Role.SYSTEM),
}


@_effect.register
def _(event: facts.AccountChangeProgressed, loan: Loan, entry: Entry) -> Loan:
    if event.change_id != loan.change_id:
        return loan
    loan = replace(loan, change_awaits=event.awaited)
    if event.stage not in _CHANGE_MARKS:
        return loan
    milestone, holder = _CHANGE_MARKS[event.stage]
    return marked(loan, milestone, entry.at, holder, reference=event.change_id)


@_effect.register
def _(event: facts.ContractAccountChanged, loan: Loan, entry: Entry) -> Loan:
    return _with_account(loan, event.account)


def _with_account(loan: Loan, account: Account) -> Loan:
    """The contract's account is another one, and with it the one that is locked."""
    if loan.contract is not None:
        loan = replace(loan, contract=loan.contract.model_copy(update={"collection_account": account}))
    return loan if loan.locked_account is None else replace(loan, locked_account=account)


@_effect.register
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


@_effect.register
def _(event: facts.AccountLocked, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, locked_account=event.account, lock_released=False)
    if not loan.stage.is_before_disbursement:
        return loan
    return marked(replace(loan, stage=Stage.ACCOUNT_LOCKED), Milestone.ACCOUNT_LOCKED, entry.at, Role.BANK)


@_effect.register
def _(event: facts.DisbursementOrdered, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, ordered=event, disbursement_refusal=None)


@_effect.register
def _(event: facts.DisbursementRefused, loan: Loan, entry: Entry) -> Loan:
    return _not_paid_out(loan, entry, event.reason)


@_effect.register
def _(event: facts.DisbursementInDoubt, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, disbursement_refusal=event.reason)


@_effect.register
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


@_effect.register
def _(event: steps.RetryDisbursement, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, disbursement_refusal=None)


@_effect.register
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


@_effect.register
def _(event: steps.FileFundUsePlan, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, plans=(*loan.plans, event))


@_effect.register
def _(event: facts.FundUsePlanRefused, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, plans=tuple(each for each in loan.plans if each.plan_number != event.plan_number))


@_effect.register
def _(event: steps.PostPayment, loan: Loan, entry: Entry) -> Loan:
    return money_posted(loan, entry)


@_effect.register
def _(event: steps.ReturnPayment, loan: Loan, entry: Entry) -> Loan:
    return money_posted(loan, entry)


@_effect.register
def _(event: facts.PaymentConfirmed, loan: Loan, entry: Entry) -> Loan:
    return payment_confirmed(loan, event, entry)


@_effect.register
def _(event: facts.Swept, loan: Loan, entry: Entry) -> Loan:
    return surplus_released(loan, event, entry)


@_effect.register
def _(event: facts.Settled, loan: Loan, entry: Entry) -> Loan:
    return marked(replace(loan, stage=Stage.SETTLED), Milestone.SETTLED, entry.at)


@_effect.register
def _(event: facts.LockReleased, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, lock_released=True)


@_effect.register
def _(event: facts.Reopened, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, stage=Stage.REPAYING)


@_effect.register
def _(event: steps.ReportStoppedPayment, loan: Loan, entry: Entry) -> Loan:
    stopped = {**loan.stopped_payments, (entry.by.organisation_id, event.check_id): event}
    return replace(loan, stopped_payments=stopped)


@_effect.register
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


@_effect.register
def _(event: steps.ReportTermination, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, terminated=event.reason, missed_before_termination=(entry.noted or Noted()).missed)
    if loan.stage.is_before_disbursement and loan.ordered is None:
        return ended(loan, entry, Stage.LAPSED, event.reason)
    return loan


@_effect.register
def _(event: steps.RecordCourtFreeze, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, court_freezes=(*loan.court_freezes, event))


@_effect.register
def _(event: steps.LiftCourtFreeze, loan: Loan, entry: Entry) -> Loan:
    left = tuple(each for each in loan.court_freezes if each.order_number != event.order_number)
    return replace(loan, court_freezes=left)


@_effect.register
def _(event: steps.SuspectFraud, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, fraud_suspected=event.reason)


@_effect.register
def _(event: steps.ClearFraud, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, fraud_suspected=None)


@_effect.register
def _(event: steps.ConfirmFraud, loan: Loan, entry: Entry) -> Loan:
    if loan.stage.is_before_disbursement and loan.ordered is None:
        return ended(loan, entry, Stage.REFUSED, event.reason)
    return replace(loan, fraud_confirmed=True)


@_effect.register
def _(event: steps.CorrectClockStart, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, correction=PendingCorrection(event, entry.by, (entry.noted or Noted()).run))


@_effect.register
def _(event: steps.DecideClockCorrection, loan: Loan, entry: Entry) -> Loan:
    pending = loan.correction
    loan = replace(loan, correction=None)
    if pending is None or not event.approve:
        return loan
    correction = StartCorrection(
        clock=pending.step.clock,
        reference=pending.run.reference,
        instance=pending.run.instance,
        corrected_on=pending.step.corrected_on,
        reason=pending.step.reason,
        requested_by=pending.asked_by,
        approved_by=entry.by,
        at=entry.at,
    )
    return replace(loan, timeline=loan.timeline.with_correction(correction))


@_effect.register
def _(event: facts.CalendarLoaded, loan: Loan, entry: Entry) -> Loan:
    adoption = CalendarAdoption(at=entry.at, years=(event.calendar,))
    return replace(loan, adoptions=(*loan.adoptions, adoption))


@_effect.register
def _(event: facts.Reminded, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, alarms_sent=loan.alarms_sent | {event.alarm_key})


@_effect.register
def _(event: facts.Breached, loan: Loan, entry: Entry) -> Loan:
    return replace(loan, alarms_sent=loan.alarms_sent | {event.alarm_key}, breaches=(*loan.breaches, event.deadline))
