"""From the application to the signed contract (申请、核验、审批、签约, kunming/2.3.2, luoyang/2.4)."""

from dataclasses import replace

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.effects.table import effect
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.marks import dated, ended, marked

__all__: list[str] = []


@effect.register
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


@effect.register
def _(event: facts.VerificationFailed, loan: Loan, entry: Entry) -> Loan:
    return ended(loan, entry, Stage.REFUSED, "；".join(each.zh for each in event.reasons))


@effect.register
def _(event: facts.ApplicationLapsed, loan: Loan, entry: Entry) -> Loan:
    return ended(loan, entry, Stage.LAPSED, event.reason.zh)


@effect.register
def _(event: steps.Accept, loan: Loan, entry: Entry) -> Loan:
    return marked(replace(loan, stage=Stage.ACCEPTED), Milestone.ACCEPTED, entry.at, Role.BANK)


@effect.register
def _(event: steps.RequestMaterials, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.MATERIALS_REQUESTED, materials_asked=event)
    return marked(loan, Milestone.MATERIALS_REQUESTED, entry.at, Role.SUPPLIER)


@effect.register
def _(event: steps.SupplyMaterials, loan: Loan, entry: Entry) -> Loan:
    materials = loan.materials + tuple(each for each in event.documents if each not in loan.materials)
    loan = replace(loan, stage=Stage.ACCEPTED, materials=materials, materials_asked=None)
    return marked(loan, Milestone.MATERIALS_SUPPLIED, entry.at, Role.BANK)


@effect.register
def _(event: steps.Approve, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.APPROVED, offer=event, materials_asked=None)
    loan = marked(loan, Milestone.DECIDED, entry.at, Role.SUPPLIER)
    return marked(loan, Milestone.OFFERED, entry.at, Role.SUPPLIER, fixed_due_date=event.offer_expires_on)


@effect.register
def _(event: steps.Reject, loan: Loan, entry: Entry) -> Loan:
    return ended(marked(loan, Milestone.DECIDED, entry.at), entry, Stage.REJECTED, event.reason)


@effect.register
def _(event: steps.Sign, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, stage=Stage.SIGNED, agreement_number=event.agreement_number)
    if loan.contract is not None:
        return marked(loan, Milestone.AGREEMENT_SIGNED, entry.at, Role.SYSTEM)
    loan = marked(loan, Milestone.AGREEMENT_SIGNED, entry.at, Role.PURCHASER)
    return marked(loan, Milestone.CONTRACT_AWAITED, entry.at, Role.PURCHASER)


@effect.register
def _(event: steps.Withdraw, loan: Loan, entry: Entry) -> Loan:
    return ended(loan, entry, Stage.WITHDRAWN, event.reason)


@effect.register
def _(event: steps.Resend, loan: Loan, entry: Entry) -> Loan:
    return ended(replace(loan, resent_to=event.new_loan_id), entry, Stage.WITHDRAWN, event.reason)


@effect.register
def _(event: steps.FileContract, loan: Loan, entry: Entry) -> Loan:
    loan = replace(loan, contract_reported=event.filing_number)
    return marked(loan, Milestone.CONTRACT_REPORTED, entry.at, Role.SYSTEM)


@effect.register
def _(event: facts.ContractNotFound, loan: Loan, entry: Entry) -> Loan:
    return marked(replace(loan, contract_reported=None), Milestone.CONTRACT_AWAITED, entry.at, Role.PURCHASER)


@effect.register
def _(event: facts.ContractChecked, loan: Loan, entry: Entry) -> Loan:
    loan = _with_contract_dates(replace(loan, contract=event.contract, contract_reported=None), entry)
    return marked(loan, Milestone.CONTRACT_CHECKED, entry.at, Role.SYSTEM)
