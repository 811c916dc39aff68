"""Who is told what (通知), for each line of the journal: a template and its parameters, never free text, never an account."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum, auto

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.alarms import AlarmKey, Threshold
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.masking import masked_numbers
from zhengcaidai.messages.orders import NoticeKind, SmsMessage
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.wording import moment_words, percent_words, yuan

__all__ = ["notices"]


class _To(StrEnum):
    """Who has a telephone here; purchasers and bureaus have their inbox."""

    SUPPLIER = auto()
    MANAGER = auto()
    """客户经理 of the branch."""
    HEAD_OFFICE = auto()


_Notice = tuple[_To, NoticeKind, tuple[str, ...]]


def notices(loan: Loan, entry: Entry, product: Product | None) -> tuple[SmsMessage, ...]:
    """The messages that a line of the journal calls for; their keys are made of the loan and the line, so sent once."""
    mobiles = {
        _To.SUPPLIER: loan.application.supplier.mobile,
        _To.MANAGER: product.contact_mobile if product else None,
        _To.HEAD_OFFICE: product.head_office_mobile if product and product.channel is Channel.OFFLINE else None,
    }
    found: list[SmsMessage] = []
    for number, (to, kind, parameters) in enumerate(_wanted(loan, entry, product), start=1):
        mobile = mobiles[to]
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
            yield _To.MANAGER, NoticeKind.APPLICATION_RECEIVED, (loan_id, yuan(loan.application.amount_fen))
        case facts.VerificationFailed():
            yield (
                _To.SUPPLIER,
                NoticeKind.REFUSED,
                (loan_id, masked_numbers("；".join(each.zh for each in event.reasons))),
            )
        case steps.RequestMaterials():
            yield _To.SUPPLIER, NoticeKind.MATERIALS_REQUESTED, (loan_id, masked_numbers("、".join(event.items)))
        case steps.Approve():
            yield (
                _To.SUPPLIER,
                NoticeKind.APPROVED,
                (loan_id, yuan(event.amount_fen), percent_words(event.annual_rate)),
            )
        case steps.Reject():
            yield _To.SUPPLIER, NoticeKind.REJECTED, (loan_id, masked_numbers(event.reason))
        case facts.ApplicationLapsed():
            yield _To.SUPPLIER, NoticeKind.LAPSED, (loan_id, masked_numbers(event.reason.zh))
        case facts.Disbursed() if loan.contract and loan.offer and product:
            yield (
                _To.SUPPLIER,
                NoticeKind.FINANCED,
                (
                    loan.contract.filing_number,
                    product.bank_name,
                    yuan(event.amount_fen),
                    percent_words(loan.offer.annual_rate),
                ),
            )
        case steps.PostPayment():
            yield _To.SUPPLIER, NoticeKind.PAYMENT_SWEPT, (loan_id, yuan(event.amount_fen))
        case steps.ReportStoppedPayment():
            yield _To.SUPPLIER, NoticeKind.PAYMENT_STOPPED, (loan_id, yuan(event.amount_fen))
            yield _To.MANAGER, NoticeKind.PAYMENT_STOPPED, (loan_id, yuan(event.amount_fen))
        case steps.ConfirmFraud():
            yield _To.MANAGER, NoticeKind.FRAUD_CONFIRMED, (loan_id,)
        case facts.Settled():
            yield _To.SUPPLIER, NoticeKind.SETTLED, (loan_id,)
        case facts.Reminded(first_of_breach=True):
            yield from _breach(loan_id, event.clock, event.duty_of, event.due_at)
        case facts.Reminded():
            is_repetition = AlarmKey.read(event.alarm_key).threshold is Threshold.REPEAT
            kind = NoticeKind.DEADLINE_BREACHED if is_repetition else NoticeKind.DEADLINE_REMINDER
            parameters = (loan_id, event.clock.title_zh, moment_words(event.due_at))
            yield _told(event.duty_of), kind, parameters
            if is_repetition:
                yield _To.HEAD_OFFICE, kind, parameters
        case facts.Breached(told_at_nine=False, deadline=deadline):
            yield from _breach(loan_id, deadline.clock, deadline.duty_of, deadline.due_at)
        case _:
            return


def _breach(loan_id: str, clock: ClockId, duty_of: Role, due_at: datetime) -> Iterator[_Notice]:
    if clock is ClockId.LOAN_REPAYMENT:
        yield _To.SUPPLIER, NoticeKind.OVERDUE, (loan_id, moment_words(due_at))
    parameters = (loan_id, clock.title_zh, moment_words(due_at))
    yield _To.MANAGER, NoticeKind.DEADLINE_BREACHED, parameters
    if duty_of is Role.SUPPLIER:
        yield _To.SUPPLIER, NoticeKind.DEADLINE_BREACHED, parameters
    yield _To.HEAD_OFFICE, NoticeKind.DEADLINE_BREACHED, parameters


def _told(duty_of: Role) -> _To:
    """Of those who are reminded by telephone, the one whose duty it is."""
    return _To.SUPPLIER if duty_of is Role.SUPPLIER else _To.MANAGER
