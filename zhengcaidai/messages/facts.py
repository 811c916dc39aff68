"""What the engine itself finds or does in a loan, as opposed to a party's step: the other half of the journal."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from zhengcaidai.messages.account_changes import ChangeOutcome, ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.base import Fen, FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.money import SumFen
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.procurement import Award, Contract, ReceivableConfirmation
from zhengcaidai.messages.words import Words

__all__ = [
    "AccountChangeEnded",
    "AccountChangeOpened",
    "AccountChangeProgressed",
    "AccountLocked",
    "ApplicationLapsed",
    "Breached",
    "CalendarLoaded",
    "ContractAccountChanged",
    "ContractChecked",
    "ContractNotFound",
    "DeadlineMoved",
    "DeliveryRefused",
    "Disbursed",
    "DisbursementInDoubt",
    "DisbursementOrdered",
    "DisbursementRefused",
    "FundUsePlanRefused",
    "LockReleased",
    "PaymentConfirmed",
    "Reminded",
    "Reopened",
    "Settled",
    "StepRefused",
    "Submitted",
    "Swept",
    "VerificationFailed",
    "Verified",
]


class Submitted(Frozen):
    """已提交: the application came in."""

    kind: Literal["submitted"] = "submitted"
    application: LoanApplication


class Verified(Frozen):
    """已核验: award or contract found as told, receivable confirmed (hanyang/4.1.3, luoyang/2.5)."""

    kind: Literal["verified"] = "verified"
    award: Award
    contract: Contract | None
    receivable: ReceivableConfirmation
    repeat_borrower: bool


class VerificationFailed(Frozen):
    """核验不通过: forged, altered or not financeable; with fraud the finance bureau is told (hanyang/3)."""

    kind: Literal["verification_failed"] = "verification_failed"
    reasons: tuple[Words, ...]
    fraud: bool


class ApplicationLapsed(Frozen):
    """失效: a limit that the parties did not use has passed."""

    kind: Literal["lapsed"] = "lapsed"
    clock: ClockId | None
    reason: Words


class ContractChecked(Frozen):
    """合同已核对: the signed contract was found; its account is what the loan goes by (kunming/2.3.4)."""

    kind: Literal["contract_checked"] = "contract_checked"
    contract: Contract


class ContractNotFound(Frozen):
    """合同未通过核对: no such filing, or it is another award's, or its parties differ; the purchaser is asked again."""

    kind: Literal["contract_not_found"] = "contract_not_found"
    filing_number: FilingNumber
    reason: Words


class AccountChangeOpened(Frozen):
    """账户变更已发起: the contract's account is not the lender's designated one (hanyang/4.1.4)."""

    kind: Literal["account_change_opened"] = "account_change_opened"
    change_id: Identifier
    old_account: Account
    new_account: Account


class AccountChangeProgressed(Frozen):
    """账户变更进展: whom it lies with now; the account change tells the loan, so that held time is counted right."""

    kind: Literal["account_change_progressed"] = "account_change_progressed"
    change_id: Identifier
    stage: ChangeStage
    awaited: Role | None = None
    """Whose turn it is; None from a change that was begun before it said so."""


class ContractAccountChanged(Frozen):
    """合同收款账户已变更 in the budget system, by which money goes from that moment (hanyang/4.1.4, kunming/2.3.5)."""

    kind: Literal["contract_account_changed"] = "contract_account_changed"
    account: Account


class AccountChangeEnded(Frozen):
    """账户变更已办结."""

    kind: Literal["account_change_ended"] = "account_change_ended"
    outcome: ChangeOutcome


class AccountLocked(Frozen):
    """账户已锁定 to this loan (kunming/2.3.5, luoyang/2.3)."""

    kind: Literal["account_locked"] = "account_locked"
    account: Account


class DisbursementOrdered(Frozen):
    """放款指令已生成: the key is in the journal before the bank is called."""

    kind: Literal["disbursement_ordered"] = "disbursement_ordered"
    key: Identifier
    amount_fen: PositiveFen


class DisbursementRefused(Frozen):
    """银行拒绝放款指令: its staff must act; the loan waits."""

    kind: Literal["disbursement_refused"] = "disbursement_refused"
    reason: Words


class DisbursementInDoubt(Frozen):
    """放款存疑: the bank's system answered what cannot be so. Money may have left: the instruction stands until the bank has said."""

    kind: Literal["disbursement_in_doubt"] = "disbursement_in_doubt"
    reason: Words


class Disbursed(Frozen):
    """已放款, and when it is to be repaid: a due date on a day of rest is the next working day (law/civil-code-203)."""

    kind: Literal["disbursed"] = "disbursed"
    bank_reference: Identifier
    amount_fen: PositiveFen
    value_date: date
    due_dates: tuple[date, ...] = ()
    fees_fen: Fen = 0
    """约定费用: what the agreement charges besides interest, where the region lets it; due from the disbursement."""


class Reminded(Frozen):
    """已提醒: once per clock, version of the deadline and threshold."""

    kind: Literal["reminded"] = "reminded"
    clock: ClockId
    alarm_key: str
    due_at: AwareDatetime
    duty_of: Role
    first_of_breach: bool = False
    """The first repetition of a breach: with it people's telephones are told."""


class Breached(Frozen):
    """超时: recorded once a clock; the loan goes on (luoyang/3.2)."""

    kind: Literal["breached"] = "breached"
    deadline: Deadline
    alarm_key: str
    told_at_nine: bool = False
    """No text message at this moment, mostly midnight: the first repetition brings it, at 09:00 of the next working day."""


class CalendarLoaded(Frozen):
    """日历已更新: the year's notice was loaded while the loan was open."""

    kind: Literal["calendar_loaded"] = "calendar_loaded"
    calendar: CalendarYear


class DeadlineMoved(Frozen):
    """期限变动: what it was and what it is, after a calendar or a start date changed."""

    kind: Literal["deadline_moved"] = "deadline_moved"
    clock: ClockId
    old_due_at: AwareDatetime
    new_due_at: AwareDatetime
    provisional: bool


class Swept(Frozen):
    """已扣款: the bank has booked the ledger's entries up to here, and released the surplus to the supplier (kunming/2.3.6)."""

    kind: Literal["swept"] = "swept"
    through: int
    """The sequence of the last entry booked."""
    released_fen: SumFen
    """Surplus that was the supplier's and is now released to it."""


class PaymentConfirmed(Frozen):
    """国库已确认: a payment that the bank told of first, the treasury has told of too; it was the contract's money."""

    kind: Literal["payment_confirmed"] = "payment_confirmed"
    payment_id: Identifier


class Settled(Frozen):
    """已结清: principal and interest at zero."""

    kind: Literal["settled"] = "settled"
    received_fen: SumFen
    surplus_fen: SumFen


class LockReleased(Frozen):
    """账户已解锁."""

    kind: Literal["lock_released"] = "lock_released"


class StepRefused(Frozen):
    """未予办理: a step that came as a signal was refused; it is recorded here, and nothing else has changed."""

    kind: Literal["step_refused"] = "step_refused"
    step: Text
    problem: Problem


class FundUsePlanRefused(Frozen):
    """用款计划未被接受: the treasury refused it; the purchaser files another."""

    kind: Literal["fund_use_plan_refused"] = "fund_use_plan_refused"
    plan_number: Identifier
    reason: Words


class DeliveryRefused(Frozen):
    """外部系统拒收: what we told an outside system was refused; the loan goes on, somebody should look."""

    kind: Literal["delivery_refused"] = "delivery_refused"
    what: Words
    reason: Words


class Reopened(Frozen):
    """重新打开: a payment returned after settlement leaves something owed; the account is locked again."""

    kind: Literal["reopened"] = "reopened"
    owed_fen: Annotated[SumFen, Field(gt=0)]
