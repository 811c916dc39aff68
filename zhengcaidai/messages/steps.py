"""What a party can do to a loan: one frozen type a step (办理动作). Each is an Update, a Signal and an endpoint.

A docstring's first line is what an operator reads in the Temporal UI; when a step is allowed, `rules/stages.py` says.
"""

from datetime import date
from typing import ClassVar, Generic, Literal, TypeVar

from pydantic import Field

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import AnnualRate, Fen, FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.money import DayCount, RepaymentMethod
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage

__all__ = [
    "STEPS",
    "Accept",
    "Approve",
    "ClearFraud",
    "ConfirmFraud",
    "CorrectClockStart",
    "DecideClockCorrection",
    "FileContract",
    "FileFundUsePlan",
    "LiftCourtFreeze",
    "PostPayment",
    "Receipt",
    "RecordCourtFreeze",
    "RefileAccountChange",
    "Reject",
    "ReportDeduction",
    "ReportDelivery",
    "ReportDisbursement",
    "ReportNotPaidOut",
    "ReportStoppedPayment",
    "ReportTermination",
    "RequestMaterials",
    "Resend",
    "RetryDisbursement",
    "ReturnPayment",
    "Sign",
    "Step",
    "SupplyMaterials",
    "SuspectFraud",
    "TakenStep",
    "Withdraw",
]


class Step(Frozen):
    """A party's step. `kind` is its name everywhere: update, signal, endpoint, journal."""

    by_role: ClassVar[tuple[Role, ...]]
    title_zh: ClassVar[str]

    @classmethod
    def name(cls) -> str:
        """办理动作: `post_payment`."""
        return str(cls.model_fields["kind"].default)

    @classmethod
    def hyphenated(cls) -> str:
        """The name as it stands in an address: `post-payment`."""
        return cls.name().replace("_", "-")


class Accept(Step):
    """受理: the bank takes the application in hand; Kunming's clock starts (kunming/4.2)."""

    by_role = (Role.BANK,)
    title_zh = "受理"
    kind: Literal["accept"] = "accept"


class RequestMaterials(Step):
    """要求补正: the bank names what is missing; Luoyang's clock waits for it (luoyang/2.4)."""

    by_role = (Role.BANK,)
    title_zh = "要求补正"
    kind: Literal["request_materials"] = "request_materials"
    items: tuple[Text, ...] = Field(min_length=1, max_length=20)
    reason: Text


class SupplyMaterials(Step):
    """补齐材料: the supplier hands in what was asked for."""

    by_role = (Role.SUPPLIER,)
    title_zh = "补齐材料"
    kind: Literal["supply_materials"] = "supply_materials"
    documents: tuple[DocumentRef, ...] = Field(min_length=1, max_length=20)
    note: str = Field(default="", max_length=500)


class Approve(Step):
    """批准: limit, rate, term, repayment method and the designated collection account (kunming/2.3.3)."""

    by_role = (Role.BANK,)
    title_zh = "批准"
    kind: Literal["approve"] = "approve"
    amount_fen: PositiveFen
    annual_rate: AnnualRate
    penalty_rate: AnnualRate
    day_count: DayCount = DayCount.ACTUAL_360
    term_days: int = Field(strict=True, gt=0, le=3660)
    method: RepaymentMethod
    designated_account: Account
    offer_expires_on: date | None = None
    collateral: bool = False
    guarantee: bool = False
    extra_fees_fen: Fen = 0


class Reject(Step):
    """拒绝: the bank declines, with its reason."""

    by_role = (Role.BANK,)
    title_zh = "拒绝"
    kind: Literal["reject"] = "reject"
    reason: Text


class Sign(Step):
    """签约: the supplier accepts the offer; the agreement's number is recorded."""

    by_role = (Role.SUPPLIER,)
    title_zh = "签约"
    kind: Literal["sign"] = "sign"
    agreement_number: Identifier
    agreement: DocumentRef | None = None


class Withdraw(Step):
    """撤回: the supplier withdraws, at any time before disbursement."""

    by_role = (Role.SUPPLIER,)
    title_zh = "撤回"
    kind: Literal["withdraw"] = "withdraw"
    reason: Text


class Resend(Step):
    """转投: withdraw here and send the same application, materials included, to another bank in one step."""

    by_role = (Role.SUPPLIER,)
    title_zh = "撤回并转投"
    kind: Literal["resend"] = "resend"
    new_loan_id: Identifier
    bank_id: Identifier
    product_id: Identifier
    reason: Text


class FileContract(Step):
    """合同备案: the purchaser reports the signed and filed contract, which is then looked up (luoyang/2.2)."""

    by_role = (Role.PURCHASER,)
    title_zh = "合同签订备案"
    kind: Literal["file_contract"] = "file_contract"
    filing_number: FilingNumber


class RefileAccountChange(Step):
    """重新申请账户变更: after the purchaser's or the bank's no, the supplier asks again (hanyang/4.1.4)."""

    by_role = (Role.SUPPLIER,)
    title_zh = "重新申请账户变更"
    kind: Literal["refile_account_change"] = "refile_account_change"
    reason: Text


class ReportDisbursement(Step):
    """报告放款: an offline bank reports that it has paid out (luoyang/2.1)."""

    by_role = (Role.BANK,)
    title_zh = "报告放款"
    kind: Literal["report_disbursement"] = "report_disbursement"
    bank_reference: Identifier
    amount_fen: PositiveFen
    value_date: date


class ReportNotPaidOut(Step):
    """确认未放款: an offline bank gives the instruction back unpaid; withdrawal is possible again (luoyang/2.1)."""

    by_role = (Role.BANK,)
    title_zh = "确认未放款"
    kind: Literal["report_not_paid_out"] = "report_not_paid_out"
    reason: Text


class RetryDisbursement(Step):
    """重发放款指令: after the bank's system refused it and the bank has set that right; the same key, so paid once at most."""

    by_role = (Role.BANK, Role.OPERATOR)
    title_zh = "重发放款指令"
    kind: Literal["retry_disbursement"] = "retry_disbursement"
    reason: Text


class FileFundUsePlan(Step):
    """用款计划: the purchaser plans a payment of the contract, into the locked account only (kunming/2.3.6)."""

    by_role = (Role.PURCHASER,)
    title_zh = "申报用款计划"
    kind: Literal["file_fund_use_plan"] = "file_fund_use_plan"
    plan_number: Identifier
    amount_fen: PositiveFen
    pay_on: date
    account_number: Text


class PostPayment(Step):
    """回款入账: money has reached the locked account, from the treasury or from the supplier itself (kunming/2.3.6)."""

    by_role = (Role.TREASURY, Role.BANK)
    title_zh = "回款入账"
    kind: Literal["post_payment"] = "post_payment"
    payment_id: Identifier
    amount_fen: PositiveFen
    account_number: Text
    value_date: date
    plan_number: Identifier | None = None


class ReturnPayment(Step):
    """退汇: a payment posted before is undone; what was swept from it is reversed."""

    by_role = (Role.TREASURY, Role.BANK)
    title_zh = "退汇"
    kind: Literal["return_payment"] = "return_payment"
    return_id: Identifier
    payment_id: Identifier
    amount_fen: PositiveFen
    value_date: date


class ReportStoppedPayment(Step):
    """拦截付款: a payment to another account was stopped before it left (kunming/3.2, luoyang/2.3)."""

    by_role = (Role.TREASURY,)
    title_zh = "拦截付款"
    kind: Literal["report_stopped_payment"] = "report_stopped_payment"
    check_id: Identifier
    amount_fen: PositiveFen
    account_masked: Text


class ReportTermination(Step):
    """合同终止: the purchaser reports that the contract has ended; a loan not yet paid out goes no further."""

    by_role = (Role.PURCHASER,)
    title_zh = "报告合同终止"
    kind: Literal["report_termination"] = "report_termination"
    reason: Text
    document: DocumentRef | None = None


class ReportDeduction(Step):
    """扣款: the contract will pay less than its price, for poor performance."""

    by_role = (Role.PURCHASER,)
    title_zh = "报告扣款"
    kind: Literal["report_deduction"] = "report_deduction"
    amount_fen: PositiveFen
    reason: Text


class ReportDelivery(Step):
    """确认交付: from this day the purchaser has thirty to pay, where the contract names no day (law/order-802-9)."""

    by_role = (Role.PURCHASER, Role.FINANCE_BUREAU)
    title_zh = "确认交付"
    kind: Literal["report_delivery"] = "report_delivery"
    delivered_on: date
    document: DocumentRef | None = None


class RecordCourtFreeze(Step):
    """法院冻结: the order's number and the court, the one ground for changing an account after disbursement (kunming/2.3.5)."""

    by_role = (Role.FINANCE_BUREAU,)
    title_zh = "登记法院冻结"
    kind: Literal["record_court_freeze"] = "record_court_freeze"
    order_number: Text
    court: Text
    document: DocumentRef | None = None


class LiftCourtFreeze(Step):
    """解除冻结: the court has lifted its order."""

    by_role = (Role.FINANCE_BUREAU,)
    title_zh = "解除法院冻结"
    kind: Literal["lift_court_freeze"] = "lift_court_freeze"
    order_number: Text
    reason: Text


class SuspectFraud(Step):
    """疑似欺诈: no money leaves until the finance bureau has cleared or confirmed it (hanyang/3)."""

    by_role = (Role.BANK, Role.PURCHASER, Role.FINANCE_BUREAU)
    title_zh = "报告疑似欺诈"
    kind: Literal["suspect_fraud"] = "suspect_fraud"
    reason: Text


class ClearFraud(Step):
    """排除欺诈: the finance bureau finds nothing wrong; the loan goes on."""

    by_role = (Role.FINANCE_BUREAU,)
    title_zh = "排除欺诈嫌疑"
    kind: Literal["clear_fraud"] = "clear_fraud"
    reason: Text


class ConfirmFraud(Step):
    """确认欺诈: before disbursement the loan ends as refused; after it the bank is told (hanyang/3, kunming/5.2)."""

    by_role = (Role.FINANCE_BUREAU,)
    title_zh = "确认欺诈"
    kind: Literal["confirm_fraud"] = "confirm_fraud"
    reason: Text


class CorrectClockStart(Step):
    """申请更正起算日: takes effect when a second person, of the finance bureau, approves."""

    by_role = (Role.BANK, Role.SUPPLIER)
    title_zh = "申请更正起算日"
    kind: Literal["correct_clock_start"] = "correct_clock_start"
    clock: ClockId
    corrected_on: date
    reason: Text


class DecideClockCorrection(Step):
    """审批更正起算日: the second person's word; maker and checker differ."""

    by_role = (Role.FINANCE_BUREAU,)
    title_zh = "审批更正起算日"
    kind: Literal["decide_clock_correction"] = "decide_clock_correction"
    clock: ClockId
    approve: bool
    reason: Text


STEPS: tuple[type[Step], ...] = (
    Accept,
    RequestMaterials,
    SupplyMaterials,
    Approve,
    Reject,
    Sign,
    Withdraw,
    Resend,
    FileContract,
    RefileAccountChange,
    ReportDisbursement,
    ReportNotPaidOut,
    RetryDisbursement,
    FileFundUsePlan,
    PostPayment,
    ReturnPayment,
    ReportStoppedPayment,
    ReportTermination,
    ReportDeduction,
    ReportDelivery,
    RecordCourtFreeze,
    LiftCourtFreeze,
    SuspectFraud,
    ClearFraud,
    ConfirmFraud,
    CorrectClockStart,
    DecideClockCorrection,
)
"""Every step of a contract loan; handlers, endpoints and tables are made from this one list."""

S = TypeVar("S", bound=Step)


class TakenStep(Frozen, Generic[S]):
    """A step, in whose name it is taken, and the key under which a repeat of it is known again."""

    step: S
    by: Principal
    key: Identifier


class Receipt(Frozen):
    """回执: the step took; where the loan stands after it."""

    loan_id: Identifier
    sequence: int
    stage: Stage
