"""What the engine needs of the world outside, as Protocols; `adapters/` and `store/` hold what fulfils them.

Every method may raise `OutsideDown` (tried again for as long as it lasts) or `OutsideRefused` (the answer is no). Every
method that changes something takes a message with a `key`: a repeat with the same key has the same effect as one call.
"""

from datetime import date
from typing import Protocol

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.orders import (
    AccountLockOrder,
    AccountUpdate,
    ApplicationPush,
    BreachReport,
    DealSheet,
    DisbursementOrder,
    DisbursementReceipt,
    EndReport,
    FraudReport,
    FundUsePlan,
    OverdueReport,
    SmsMessage,
    SmsReceipt,
    SweepOrder,
)
from zhengcaidai.messages.procurement import Award, BadRecord, Contract, ReceivableConfirmation
from zhengcaidai.messages.records import ChangeView, ContractClaim, LoanUpdate, LockState
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage

__all__ = [
    "Bank",
    "BudgetSystem",
    "FinanceBureau",
    "LoanRecords",
    "ProcurementSystem",
    "ReceivablesPlatform",
    "RuleBook",
    "Sms",
]


class ProcurementSystem(Protocol):
    """采购网 / 电子化采购系统: awards, contracts, bad records in; account changes out."""

    async def award(self, award_number: str) -> Award | None:
        """The award notice, or None if there is none of that number."""
        ...

    async def contract(self, filing_number: str) -> Contract | None:
        """The filed contract, or None."""
        ...

    async def bad_record(self, uscc: str, on: date) -> BadRecord | None:
        """不良行为记录 in force on that day (kunming/5.2, jilin/4.4)."""
        ...

    async def account_changed(self, update: AccountUpdate) -> None:
        """The contract's collection account is now another one."""
        ...


class ReceivablesPlatform(Protocol):
    """中征应收账款融资服务平台."""

    async def confirm(self, award_number: str) -> ReceivableConfirmation:
        """What the platform says of the receivable (hanyang/4.1.3)."""
        ...

    async def push_application(self, push: ApplicationPush) -> None:
        """The application, for the platform's own list."""
        ...

    async def deal(self, sheet: DealSheet) -> None:
        """融资成交单."""
        ...

    async def account_changed(self, update: AccountUpdate) -> None:
        """账户变更反馈 (hanyang/4.1.4)."""
        ...

    async def ended(self, report: EndReport) -> None:
        """The loan has ended: settled, or before it began."""
        ...


class BudgetSystem(Protocol):
    """预算管理一体化系统 and the treasury behind it."""

    async def collection_account(self, filing_number: str) -> Account | None:
        """The contract's collection account as the budget system has it."""
        ...

    async def change_account(self, update: AccountUpdate) -> None:
        """合同收款账户变更; refused while the account is locked to a loan that did not ask for it."""
        ...

    async def lock_account(self, order: AccountLockOrder) -> None:
        """账户锁定 to a loan (luoyang/2.3)."""
        ...

    async def release_account(self, order: AccountLockOrder) -> None:
        """解除锁定."""
        ...

    async def submit_plan(self, plan: FundUsePlan) -> None:
        """用款计划 (kunming/2.3.6)."""
        ...


class Bank(Protocol):
    """The lending bank's system, by bank id; an offline bank takes nothing but notices."""

    async def push_application(self, push: ApplicationPush) -> None:
        """推送申请 to an online bank (kunming/2.3.2)."""
        ...

    async def disburse(self, order: DisbursementOrder) -> DisbursementReceipt:
        """放款: exactly once for a key."""
        ...

    async def sweep(self, order: SweepOrder) -> None:
        """Book these entries of the loan's ledger (kunming/2.3.6)."""
        ...

    async def ended(self, bank_id: str, report: EndReport) -> None:
        """The loan has ended."""
        ...

    async def breached(self, report: BreachReport) -> None:
        """超时通报 to the bank's head office (luoyang/3.2)."""
        ...


class FinanceBureau(Protocol):
    """财政部门: what is reported to it."""

    async def fraud(self, report: FraudReport) -> None:
        """虚假合同 (hanyang/3)."""
        ...

    async def breached(self, report: BreachReport) -> None:
        """超时通报 (luoyang/3.2)."""
        ...

    async def late_payment(self, report: OverdueReport) -> None:
        """拖延付款 (kunming/5.2)."""
        ...


class Sms(Protocol):
    """短信 by template; a domestic gateway can be put in the place of Twilio."""

    async def send(self, message: SmsMessage) -> SmsReceipt:
        """Hand one message to the gateway; sending a key again sends nothing."""
        ...


class RuleBook(Protocol):
    """Region profiles, calendars and platform limits, as data."""

    async def in_force(self, region_code: str, product_id: str, on: date) -> RulesInForce:
        """What a loan that begins on that day goes by. Raises NotFound: no such region or product."""
        ...

    async def profile(self, region_code: str, on: date) -> RegionProfile:
        """A region's profile on that day. Raises NotFound, InvalidInput."""
        ...


class LoanRecords(Protocol):
    """The application database: projections, and the register of contracts under finance."""

    async def record(self, update: LoanUpdate) -> None:
        """Write the loan's view, tasks, deadlines and new journal entries; an older sequence changes nothing."""
        ...

    async def record_change(self, view: ChangeView) -> None:
        """Write an account change's view and tasks."""
        ...

    async def claim(self, claim: ContractClaim) -> str | None:
        """One contract, one loan: None if the claim took, else the id of the loan that holds it (double financing)."""
        ...

    async def release(self, loan_id: str) -> None:
        """The loan ended: its contract is free."""
        ...

    async def has_borrowed(self, supplier_id: str, before_loan_id: str) -> bool:
        """再次申请: was a loan of this supplier disbursed before (kunming/4.2)?"""
        ...

    async def lock_of(self, filing_number: str) -> LockState | None:
        """The loan to which a contract's account is locked, if any."""
        ...

    async def stage_of(self, loan_id: str) -> Stage | None:
        """Where a loan stands, or None if there is none of that number."""
        ...

    async def open_loan_on(self, filing_number: str) -> str | None:
        """The loan on a contract that has not ended, or None."""
        ...
