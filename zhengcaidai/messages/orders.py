"""What the engine asks of outside systems and what they answer: frozen, and with an idempotency key where it matters."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.base import AnnualRate, FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.identifiers import Mobile
from zhengcaidai.messages.money import LedgerEntry
from zhengcaidai.messages.parties import Role

__all__ = [
    "AccountLockOrder",
    "AccountUpdate",
    "ApplicationPush",
    "BreachReport",
    "DealSheet",
    "DisbursementOrder",
    "DisbursementReceipt",
    "EndReport",
    "FraudReport",
    "FundUsePlan",
    "NoticeKind",
    "OverdueReport",
    "PaymentCheck",
    "PaymentCheckAnswer",
    "SmsMessage",
    "SmsReceipt",
    "SweepOrder",
]


class ApplicationPush(Frozen):
    """The application as the bank's system and the receivables platform receive it (kunming/2.3.2, hanyang/4.1.3)."""

    key: Identifier
    application: LoanApplication
    award_amount_fen: PositiveFen
    repeat_borrower: bool


class DisbursementOrder(Frozen):
    """放款指令: pay this out, once; the bank keeps the key and answers a repeat with the first answer."""

    key: Identifier
    loan_id: Identifier
    bank_id: Identifier
    agreement_number: Identifier
    amount_fen: PositiveFen
    to_account: Account
    ordered_at: AwareDatetime


class DisbursementReceipt(Frozen):
    """放款回单."""

    key: Identifier
    bank_reference: Identifier
    amount_fen: PositiveFen
    value_date: date


class SweepOrder(Frozen):
    """扣款还贷: how entries of the loan's ledger are to be booked by the bank (kunming/2.3.6); the surplus is the supplier's."""

    key: Identifier
    loan_id: Identifier
    bank_id: Identifier
    entries: tuple[LedgerEntry, ...]


class DealSheet(Frozen):
    """融资成交单: amount, annual rate, term, lender, contract filing number (hanyang/4.1.3)."""

    key: Identifier
    loan_id: Identifier
    filing_number: FilingNumber
    lender_id: Identifier
    lender_name: Text
    amount_fen: PositiveFen
    annual_rate: AnnualRate
    term_days: int
    disbursed_on: date
    due_on: date


class AccountLockOrder(Frozen):
    """账户锁定 / 解除锁定 of a contract's collection account (luoyang/2.3, kunming/2.3.5)."""

    key: Identifier
    loan_id: Identifier
    filing_number: FilingNumber
    account: Account


class AccountUpdate(Frozen):
    """The contract's new collection account, for the budget system and then the receivables platform (hanyang/4.1.4)."""

    key: Identifier
    change_id: Identifier
    filing_number: FilingNumber
    old_account: Account
    new_account: Account
    loan_id: Identifier | None = None
    """The loan to which the account is locked and which has agreed; a lock yields to no other change."""


class FundUsePlan(Frozen):
    """用款计划 (kunming/2.3.6)."""

    key: Identifier
    plan_number: Identifier
    loan_id: Identifier
    filing_number: FilingNumber
    amount_fen: PositiveFen
    pay_on: date
    account_number: Text


PayeeName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
"""户名 as the treasury has it, as long as any account's; it may be empty, where the treasury knows the number alone."""


class PaymentCheck(Frozen):
    """付款校验: the treasury asks before money leaves (kunming/3.2, luoyang/2.3)."""

    check_id: Identifier
    filing_number: FilingNumber
    amount_fen: PositiveFen
    account_number: Text
    account_name: PayeeName = ""


class PaymentCheckAnswer(Frozen):
    """May it go? If not, why, and by which clause."""

    check_id: Identifier
    allowed: bool
    loan_id: Identifier | None = None
    zh: str = ""
    en: str = ""
    clause: str | None = None


class FraudReport(Frozen):
    """虚假合同报告 to the finance bureau (hanyang/3, kunming/5.2)."""

    key: Identifier
    loan_id: Identifier
    region: str
    reasons: tuple[Text, ...]
    reported_at: AwareDatetime


class BreachReport(Frozen):
    """超时通报 to the bank's head office and the finance bureau (luoyang/3.2); `days` working days after the limit."""

    key: Identifier
    loan_id: Identifier | None
    change_id: Identifier | None = None
    """The account change whose limit it is; one that was asked for by itself has no loan and no bank."""
    region: str
    bank_id: Identifier | None
    clock: ClockId
    clause: str
    duty_of: Role
    holder: Role | None
    """Who held the loan when it fell due."""
    due_at: AwareDatetime
    days: int
    reported_at: AwareDatetime


class OverdueReport(Frozen):
    """拖延付款报告: the purchaser is late; not the supplier's fault (kunming/5.2, State Council Order 802)."""

    key: Identifier
    loan_id: Identifier
    region: str
    filing_number: FilingNumber
    purchaser_id: Identifier
    due_on: date
    amount_fen: PositiveFen
    reported_at: AwareDatetime


class EndReport(Frozen):
    """How a loan ended, told to the platforms and the bank."""

    key: Identifier
    loan_id: Identifier
    stage: str
    reason: str = ""
    ended_at: AwareDatetime


class NoticeKind(StrEnum):
    """短信/站内通知 templates: a message is a template's id and its parameters, never free text."""

    APPLICATION_RECEIVED = "application_received"
    MATERIALS_REQUESTED = "materials_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    REFUSED = "refused"
    FINANCED = "financed"
    DEADLINE_REMINDER = "deadline_reminder"
    DEADLINE_BREACHED = "deadline_breached"
    PAYMENT_SWEPT = "payment_swept"
    PAYMENT_STOPPED = "payment_stopped"
    OVERDUE = "overdue"
    SETTLED = "settled"
    LAPSED = "lapsed"
    FRAUD_CONFIRMED = "fraud_confirmed"

    @property
    def title_zh(self) -> str:
        """The template's name as an operator reads it beside the message."""
        return _NOTICE_TITLES[self][0]

    @property
    def title_en(self) -> str:
        """The template's name in English."""
        return _NOTICE_TITLES[self][1]


_NOTICE_TITLES = {
    NoticeKind.APPLICATION_RECEIVED: ("申请已收到", "application received"),
    NoticeKind.MATERIALS_REQUESTED: ("要求补正", "materials requested"),
    NoticeKind.APPROVED: ("已批准", "approved"),
    NoticeKind.REJECTED: ("银行拒绝", "rejected"),
    NoticeKind.REFUSED: ("核验未通过", "refused"),
    NoticeKind.FINANCED: ("已放款", "financed"),
    NoticeKind.DEADLINE_REMINDER: ("时限提醒", "reminder of a limit"),
    NoticeKind.DEADLINE_BREACHED: ("超时通知", "limit missed"),
    NoticeKind.PAYMENT_SWEPT: ("回款还贷", "payment booked"),
    NoticeKind.PAYMENT_STOPPED: ("付款被拦截", "payment stopped"),
    NoticeKind.OVERDUE: ("逾期通知", "overdue"),
    NoticeKind.SETTLED: ("已结清", "settled"),
    NoticeKind.LAPSED: ("申请失效", "application lapsed"),
    NoticeKind.FRAUD_CONFIRMED: ("欺诈已确认", "fraud confirmed"),
}


class SmsMessage(Frozen):
    """短信: to whom, by which template, with what in its places."""

    key: Identifier
    loan_id: Identifier
    to: Mobile
    template: NoticeKind
    parameters: tuple[str, ...] = ()


class SmsReceipt(Frozen):
    """What the gateway answered."""

    key: Identifier
    gateway_id: str
    status: str
