"""Who is told what (通知), for each line of the journal: a template and its parameters, never free text, never an account."""

from collections.abc import Iterator
from datetime import datetime

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.masking import masked_numbers
from zhengcaidai.messages.orders import NoticeKind, SmsMessage
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Product
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.wording import moment_words, percent_words, yuan

__all__ = ["notices"]

_Notice = tuple[Role, NoticeKind, tuple[str, ...]]


def notices(loan: Loan, entry: Entry, product: Product | None) -> tuple[SmsMessage, ...]:
    """The messages that a line of the journal calls for; their keys are made of the loan and the line, so sent once."""
    mobiles = {Role.SUPPLIER: loan.application.supplier.mobile, Role.BANK: product.contact_mobile if product else None}
    found: list[SmsMessage] = []
    for number, (role, kind, parameters) in enumerate(_wanted(loan, entry, product), start=1):
        mobile = mobiles.get(role)
        if mobile is not None:
            found.append(
                SmsMessage(
                    key=f"{loan.loan_id}:sms:{entry.sequence}:{number}",
                    loan_id=loan.loan_id,
                    to=mobile,
                    template=kind,
                    parameters=parameters,
                )
            )
    return tuple(found)


def _wanted(loan: Loan, entry: Entry, product: Product | None) -> Iterator[_Notice]:
    event, loan_id = entry.event, loan.loan_id
    match event:
        case facts.Verified():
            yield Role.BANK, NoticeKind.APPLICATION_RECEIVED, (loan_id, yuan(loan.application.amount_fen))
        case facts.VerificationFailed():
            yield (
                Role.SUPPLIER,
                NoticeKind.REFUSED,
                (loan_id, masked_numbers("；".join(each.zh for each in event.reasons))),
            )
        case steps.RequestMaterials():
            yield Role.SUPPLIER, NoticeKind.MATERIALS_REQUESTED, (loan_id, masked_numbers("、".join(event.items)))
        case steps.Approve():
            yield (
                Role.SUPPLIER,
                NoticeKind.APPROVED,
                (loan_id, yuan(event.amount_fen), percent_words(event.annual_rate)),
            )
        case steps.Reject():
            yield Role.SUPPLIER, NoticeKind.REJECTED, (loan_id, masked_numbers(event.reason))
        case facts.ApplicationLapsed():
            yield Role.SUPPLIER, NoticeKind.LAPSED, (loan_id, masked_numbers(event.reason.zh))
        case facts.Disbursed() if loan.contract and loan.offer and product:
            yield (
                Role.SUPPLIER,
                NoticeKind.FINANCED,
                (
                    loan.contract.filing_number,
                    product.bank_name,
                    yuan(event.amount_fen),
                    percent_words(loan.offer.annual_rate),
                ),
            )
        case steps.PostPayment():
            yield Role.SUPPLIER, NoticeKind.PAYMENT_SWEPT, (loan_id, yuan(event.amount_fen))
        case steps.ReportStoppedPayment():
            yield Role.SUPPLIER, NoticeKind.PAYMENT_STOPPED, (loan_id, yuan(event.amount_fen))
            yield Role.BANK, NoticeKind.PAYMENT_STOPPED, (loan_id, yuan(event.amount_fen))
        case steps.ConfirmFraud():
            yield Role.BANK, NoticeKind.FRAUD_CONFIRMED, (loan_id,)
        case facts.Settled():
            yield Role.SUPPLIER, NoticeKind.SETTLED, (loan_id,)
        case facts.Reminded(first_of_breach=True):
            yield from _breach(loan_id, event.clock, event.duty_of, event.due_at)
        case facts.Reminded():
            yield (
                _told(event.duty_of),
                NoticeKind.DEADLINE_BREACHED if "/repeat" in event.alarm_key else NoticeKind.DEADLINE_REMINDER,
                (loan_id, event.clock.title_zh, moment_words(event.due_at)),
            )
        case facts.Breached(told_at_nine=False, deadline=deadline):
            yield from _breach(loan_id, deadline.clock, deadline.duty_of, deadline.due_at)
        case _:
            return


def _breach(loan_id: str, clock: ClockId, duty_of: Role, due_at: datetime) -> Iterator[_Notice]:
    if clock is ClockId.LOAN_REPAYMENT:
        yield Role.SUPPLIER, NoticeKind.OVERDUE, (loan_id, moment_words(due_at))
    parameters = (loan_id, clock.title_zh, moment_words(due_at))
    yield Role.BANK, NoticeKind.DEADLINE_BREACHED, parameters
    if duty_of is Role.SUPPLIER:
        yield Role.SUPPLIER, NoticeKind.DEADLINE_BREACHED, parameters


def _told(duty_of: Role) -> Role:
    """Purchasers and bureaus have their inbox; of the two that have a telephone here, the one whose duty it is."""
    return Role.SUPPLIER if duty_of is Role.SUPPLIER else Role.BANK
