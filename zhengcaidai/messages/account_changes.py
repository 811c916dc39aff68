"""合同账户变更: the steps of a change of a contract's collection account, on its own or within a loan (hanyang/4.1.4)."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier, Text
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.steps import Step
from zhengcaidai.messages.words import NoWords, Words

__all__ = [
    "CHANGE_STEPS",
    "AccountChangeOrder",
    "ApproveChange",
    "CancelChange",
    "ChangeAlarm",
    "ChangeCalendar",
    "ChangeDeadlineMoved",
    "ChangeEntry",
    "ChangeEvent",
    "ChangeExecuted",
    "ChangeOutcome",
    "ChangeReceipt",
    "ChangeStage",
    "ChangeStepRefused",
    "ChangeStopped",
    "ConsentFoundNeeded",
    "ConsentToChange",
    "CourtOrder",
    "RefuseChange",
    "RefuseConsent",
    "SubmitChange",
    "UploadScan",
]


class ChangeStage(StrEnum):
    """Where an account change stands. The last three are ends."""

    DRAFT = "draft"
    """The form is printed, sealed and scanned; the scan is uploaded."""
    SUBMITTED = "submitted"
    """Waits for the purchaser."""
    AWAITING_CONSENT = "awaiting_consent"
    """Waits for the lending bank, where the account is pledged to it."""
    EXECUTING = "executing"
    """Budget system, then receivables platform: completed however long they are down."""
    CHANGED = "changed"
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def title_zh(self) -> str:
        """The stage's name as a clerk reads it."""
        return _TITLES[self]

    @property
    def is_end(self) -> bool:
        """Nothing more is asked of any party."""
        return self in {ChangeStage.CHANGED, ChangeStage.REFUSED, ChangeStage.CANCELLED}


_TITLES = {
    ChangeStage.DRAFT: "待盖章上传",
    ChangeStage.SUBMITTED: "采购人审核中",
    ChangeStage.AWAITING_CONSENT: "银行审核中",
    ChangeStage.EXECUTING: "变更执行中",
    ChangeStage.CHANGED: "已变更",
    ChangeStage.REFUSED: "未同意",
    ChangeStage.CANCELLED: "已撤销",
}


class CourtOrder(Frozen):
    """法院冻结文书: the one ground for a change after disbursement (kunming/2.3.5)."""

    order_number: Text
    court: Text


class AccountChangeOrder(Frozen):
    """What is to be changed, for which contract, and under what lock it stands."""

    change_id: Identifier
    region: str = Field(pattern=r"^\d{6}$")
    filing_number: FilingNumber
    supplier_id: Identifier
    supplier_name: Text
    purchaser_id: Identifier
    purchaser_name: Text
    old_account: Account
    new_account: Account
    loan_id: Identifier | None = None
    """The loan within which the change is made, or to which the account is locked."""
    consent_of_bank_id: Identifier | None = None
    """The lending bank whose consent is needed as well: the receivable is pledged to it (hanyang/3)."""
    court_order: CourtOrder | None = None
    within_loan: bool = False
    """The loan itself asked for it, and waits: the account is not locked before it is through."""


class UploadScan(Step):
    """上传扫描件: the sealed form, photographed or scanned (hanyang/4.1.4)."""

    by_role = (Role.SUPPLIER,)
    title_zh = "上传扫描件"
    kind: Literal["upload_scan"] = "upload_scan"
    scan: DocumentRef


class SubmitChange(Step):
    """提交变更: the application goes to the purchaser (hanyang/4.1.4)."""

    by_role = (Role.SUPPLIER,)
    title_zh = "提交变更"
    kind: Literal["submit_change"] = "submit_change"


class ApproveChange(Step):
    """同意变更: the purchaser signs off the new account (hanyang/4.1.4, jilin/4.2)."""

    by_role = (Role.PURCHASER,)
    title_zh = "同意变更"
    kind: Literal["approve_change"] = "approve_change"


class RefuseChange(Step):
    """不同意变更: the purchaser refuses, with its reason."""

    by_role = (Role.PURCHASER,)
    title_zh = "不同意变更"
    kind: Literal["refuse_change"] = "refuse_change"
    reason: Text


class ConsentToChange(Step):
    """银行同意: the lending bank consents, since the receivable is pledged to it (hanyang/3)."""

    by_role = (Role.BANK,)
    title_zh = "银行同意变更"
    kind: Literal["consent_to_change"] = "consent_to_change"


class RefuseConsent(Step):
    """银行不同意: the lending bank refuses, and the account stays."""

    by_role = (Role.BANK,)
    title_zh = "银行不同意变更"
    kind: Literal["refuse_consent"] = "refuse_consent"
    reason: Text


class CancelChange(Step):
    """撤销变更申请: the supplier takes it back before the purchaser has decided."""

    by_role = (Role.SUPPLIER,)
    title_zh = "撤销变更申请"
    kind: Literal["cancel_change"] = "cancel_change"
    reason: Text


CHANGE_STEPS: tuple[type[Step], ...] = (
    UploadScan,
    SubmitChange,
    ApproveChange,
    RefuseChange,
    ConsentToChange,
    RefuseConsent,
    CancelChange,
)
"""Every step of an account change."""


class ChangeExecuted(Frozen):
    """变更已执行: budget system, procurement system and receivables platform have all been told (hanyang/4.1.4)."""

    kind: Literal["change_executed"] = "change_executed"


class ConsentFoundNeeded(Frozen):
    """须经银行同意: the account was locked after the change was asked for, so the lending bank is asked as well (hanyang/3)."""

    kind: Literal["consent_found_needed"] = "consent_found_needed"
    bank_id: Identifier
    loan_id: Identifier | None
    court_order: CourtOrder | None


class LoanFound(Frozen):
    """已有贷款: a loan on the contract was begun after the change was asked for; it is told how the change goes."""

    kind: Literal["loan_found"] = "loan_found"
    loan_id: Identifier


class ChangeStopped(Frozen):
    """变更终止: the loan within which it was asked for has ended, or a system refused the new account."""

    kind: Literal["change_stopped"] = "change_stopped"
    reason: Words


class ChangeAlarm(Frozen):
    """提醒或超时 of the purchaser's or the bank's time."""

    kind: Literal["change_alarm"] = "change_alarm"
    clock: ClockId
    alarm_key: str
    due_at: AwareDatetime
    breached: bool


class ChangeCalendar(Frozen):
    """日历已更新 while the change was open."""

    kind: Literal["change_calendar"] = "change_calendar"
    calendar: CalendarYear


class ChangeDeadlineMoved(Frozen):
    """期限变动 after a calendar changed: what it was and what it is."""

    kind: Literal["change_deadline_moved"] = "change_deadline_moved"
    clock: ClockId
    old_due_at: AwareDatetime
    new_due_at: AwareDatetime
    provisional: bool


class ChangeStepRefused(Frozen):
    """未予办理: a step that came as a signal was refused."""

    kind: Literal["change_step_refused"] = "change_step_refused"
    step: Text
    problem: Problem


ChangeEvent = Annotated[
    UploadScan
    | SubmitChange
    | ApproveChange
    | RefuseChange
    | ConsentToChange
    | RefuseConsent
    | CancelChange
    | ConsentFoundNeeded
    | LoanFound
    | ChangeExecuted
    | ChangeStopped
    | ChangeAlarm
    | ChangeCalendar
    | ChangeDeadlineMoved
    | ChangeStepRefused,
    Field(discriminator="kind"),
]


class ChangeEntry(Frozen):
    """One line of an account change's journal: what, by whom, when."""

    sequence: int
    at: AwareDatetime
    by: Principal
    event: ChangeEvent
    key: Identifier | None = None


class ChangeReceipt(Frozen):
    """回执: where the account change stands after a step."""

    change_id: Identifier
    sequence: int
    stage: ChangeStage


class ChangeOutcome(Frozen):
    """How an account change ended, and by whom."""

    change_id: Identifier
    stage: ChangeStage
    account: Account
    """The contract's collection account from here on."""
    decided_by: Principal | None = None
    reason: NoWords = None
