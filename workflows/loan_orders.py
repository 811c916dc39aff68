"""The papers of a loan (单据): what is handed to outside systems, made from the book at one moment.

Keys are made of the loan's number and the occasion, so that a repeat of a call is known as one on the other side.
"""

from datetime import datetime
from typing import TypeVar

from activities.records import RuleInquiry, SupplierClaim
from workflows.loan_book import LoanBook
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeOutcome, ChangeStage
from zhengcaidai.messages.findings import ProcurementInquiry
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.money import LedgerEntry
from zhengcaidai.messages.orders import (
    AccountLockOrder,
    ApplicationPush,
    DealSheet,
    DisbursementOrder,
    EndReport,
    FraudReport,
    FundUsePlan,
    SweepOrder,
)
from zhengcaidai.messages.steps import ConfirmFraud, FileFundUsePlan, Resend
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.receipts import surplus_to_release
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["LoanOrders"]

T = TypeVar("T")


def _known(value: T | None) -> T:
    """What the stage guarantees; its absence is a defect, not a refusal."""
    if value is None:
        raise RuntimeError("the loan's stage promises a value that its journal does not have")
    return value


class LoanOrders:
    """Makes each paper; changes nothing."""

    def __init__(self, book: LoanBook, now: datetime) -> None:
        self._book = book
        self._loan = book.loan
        self._now = now

    def _key(self, occasion: str) -> str:
        return f"{self._loan.loan_id}:{occasion}"

    def rule_inquiry(self) -> RuleInquiry:
        """适用规则 of today."""
        application = self._loan.application
        return RuleInquiry(region=application.region, product_id=application.product_id, on=shanghai_date(self._now))

    def procurement_inquiry(self) -> ProcurementInquiry:
        """核对中标、合同与不良行为记录."""
        application = self._loan.application
        return ProcurementInquiry(
            award_number=application.award_number,
            filing_number=application.filing_number,
            supplier_uscc=application.supplier.uscc,
            on=shanghai_date(self._now),
        )

    def claim(self) -> SupplierClaim:
        """融资登记: one contract, one loan."""
        application = self._loan.application
        return SupplierClaim(
            loan_id=application.loan_id,
            award_number=application.award_number,
            replaces=application.replaces,
            supplier_id=application.supplier.organisation_id,
        )

    def application_push(self) -> ApplicationPush:
        """推送申请."""
        return ApplicationPush(
            key=self._key("application"),
            application=self._loan.application,
            award_amount_fen=_known(self._loan.award).amount_fen,
            repeat_borrower=self._loan.repeat_borrower,
        )

    def account_change(self) -> AccountChangeOrder:
        """合同账户变更 from the contract's account to the lender's designated one."""
        contract, application = _known(self._loan.contract), self._loan.application
        return AccountChangeOrder(
            change_id=f"{self._loan.loan_id}-AC{self._loan.sequence}",
            region=application.region,
            filing_number=contract.filing_number,
            supplier_id=application.supplier.organisation_id,
            supplier_name=application.supplier.name,
            purchaser_id=contract.purchaser_id,
            purchaser_name=contract.purchaser_name,
            old_account=contract.collection_account,
            new_account=_known(self._loan.offer).designated_account,
            loan_id=self._loan.loan_id,
            within_loan=True,
        )

    def change_stopped(self, change_id: str) -> facts.AccountChangeEnded:
        """账户变更被强行终止: the account is as it was, and the parties ask again."""
        return facts.AccountChangeEnded(
            outcome=ChangeOutcome(
                change_id=change_id,
                stage=ChangeStage.CANCELLED,
                account=_known(self._loan.contract).collection_account,
                reason=Words(zh="账户变更流程被强行终止", en="the account change was stopped by force"),
            )
        )

    def account_lock(self) -> AccountLockOrder:
        """账户锁定 of the account that the contract now has."""
        return self._lock_order("lock")

    def account_release(self) -> AccountLockOrder:
        """解除锁定."""
        return self._lock_order("release")

    def _lock_order(self, occasion: str) -> AccountLockOrder:
        """A reopened loan locks and releases again: each occasion has a key of its own, by the line of the journal."""
        contract = _known(self._loan.contract)
        return AccountLockOrder(
            key=self._key(f"{occasion}:{self._loan.sequence}"),
            loan_id=self._loan.loan_id,
            filing_number=contract.filing_number,
            account=self._loan.locked_account or contract.collection_account,
        )

    def disbursement_ordered(self) -> facts.DisbursementOrdered:
        """The instruction's key and amount, for the journal."""
        return facts.DisbursementOrdered(key=self._key("disburse"), amount_fen=_known(self._loan.offer).amount_fen)

    def disbursement(self) -> DisbursementOrder:
        """放款指令."""
        ordered, offer = _known(self._loan.ordered), _known(self._loan.offer)
        return DisbursementOrder(
            key=ordered.key,
            loan_id=self._loan.loan_id,
            bank_id=self._loan.application.bank_id,
            agreement_number=_known(self._loan.agreement_number),
            amount_fen=ordered.amount_fen,
            to_account=offer.designated_account,
            ordered_at=self._first_ordered_at(),
        )

    def _first_ordered_at(self) -> datetime:
        """Given again after a refusal, the instruction is the same to the letter: the bank knows it by its key."""
        return next(entry.at for entry in self._book.journal if isinstance(entry.event, facts.DisbursementOrdered))

    def deal_sheet(self) -> DealSheet:
        """融资成交单 (hanyang/4.1.3)."""
        offer, terms = _known(self._loan.offer), _known(self._loan.terms)
        product = _known(self._book.rules).product
        return DealSheet(
            key=self._key("deal"),
            loan_id=self._loan.loan_id,
            filing_number=_known(self._loan.contract).filing_number,
            lender_id=product.bank_id,
            lender_name=product.bank_name,
            amount_fen=terms.principal_fen,
            annual_rate=offer.annual_rate,
            term_days=offer.term_days,
            disbursed_on=terms.disbursed_on,
            due_on=terms.due_on,
        )

    def fund_use_plan(self, plan: FileFundUsePlan) -> FundUsePlan:
        """用款计划 (kunming/2.3.6)."""
        return FundUsePlan(
            key=self._key(f"plan:{plan.plan_number}"),
            plan_number=plan.plan_number,
            loan_id=self._loan.loan_id,
            filing_number=_known(self._loan.contract).filing_number,
            amount_fen=plan.amount_fen,
            pay_on=plan.pay_on,
            account_number=plan.account_number,
        )

    def sweep(self, entries: tuple[LedgerEntry, ...]) -> SweepOrder:
        """扣款还贷 (kunming/2.3.6)."""
        return SweepOrder(
            key=self._key(f"sweep:{entries[-1].sequence}"),
            loan_id=self._loan.loan_id,
            bank_id=self._loan.application.bank_id,
            entries=entries,
        )

    def swept(self, entries: tuple[LedgerEntry, ...]) -> facts.Swept:
        """The bank has booked these entries; what is surplus now goes to the supplier."""
        through = entries[-1].sequence
        return facts.Swept(through=through, released_fen=surplus_to_release(self._loan, through))

    def settled(self) -> facts.Settled:
        """结清."""
        statement = _known(self._loan.statement(shanghai_date(self._now)))
        return facts.Settled(received_fen=statement.received_fen, surplus_fen=statement.surplus_fen)

    def reopened(self) -> facts.Reopened:
        """重新打开 by a payment that came back."""
        return facts.Reopened(owed_fen=_known(self._loan.statement(shanghai_date(self._now))).owed_fen)

    def end_report(self) -> EndReport:
        """办结情况."""
        return EndReport(
            key=self._key(f"end:{self._loan.sequence}"),
            loan_id=self._loan.loan_id,
            stage=self._loan.stage,
            reason=self._loan.end_reason,
            ended_at=self._now,
        )

    def fraud_report(self, entry: Entry) -> FraudReport | None:
        """虚假合同报告 (hanyang/3, kunming/5.2): if that is what this line of the journal tells of."""
        match entry.event:
            case facts.VerificationFailed(reasons=found, fraud=True):
                reasons = tuple(each.zh for each in found)
            case ConfirmFraud(reason=reason):
                reasons = (reason,)
            case _:
                return None
        return FraudReport(
            key=self._key(f"fraud:{entry.sequence}"),
            loan_id=self._loan.loan_id,
            region=self._loan.application.region,
            reasons=reasons,
            reported_at=self._now,
        )

    def resent(self) -> LoanStart:
        """转投: the new application, in the name of who asked for it."""
        by, resend = next(
            (entry.by, entry.event) for entry in reversed(self._book.journal) if isinstance(entry.event, Resend)
        )
        application = self._loan.application.model_copy(
            update={
                "loan_id": resend.new_loan_id,
                "bank_id": resend.bank_id,
                "product_id": resend.product_id,
                "materials": self._loan.materials,
                "replaces": self._loan.loan_id,
            }
        )
        return LoanStart(application=application, by=by, key=self._key("resend"))
