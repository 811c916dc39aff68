"""台账与登记: the application database, and the rules in force."""

from datetime import date

from temporalio import activity

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.findings import ClaimAnswer
from zhengcaidai.messages.records import ChangeView, ContractClaim, LoanUpdate
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.ports import LoanRecords, RuleBook

__all__ = ["RecordActivities", "RuleInquiry", "SupplierClaim"]


class RuleInquiry(Frozen):
    """Which rules a loan asks for when it begins."""

    region: str
    product_id: str
    on: date


class SupplierClaim(ContractClaim):
    """A claim, and the supplier whose earlier loans decide whether this is a repeat one (kunming/4.2)."""

    supplier_id: str


class RecordActivities:
    """What a loan writes down and asks of our own database."""

    def __init__(self, records: LoanRecords, rulebook: RuleBook) -> None:
        self._records = records
        self._rulebook = rulebook

    @activity.defn(name="records.rules")
    async def rules(self, inquiry: RuleInquiry) -> RulesInForce:
        """What the loan goes by from now on."""
        return await self._rulebook.in_force(inquiry.region, inquiry.product_id, inquiry.on)

    @activity.defn(name="records.claim")
    async def claim(self, claim: SupplierClaim) -> ClaimAnswer:
        """One contract, one loan; first or repeat (kunming/4.2)."""
        plain = ContractClaim(loan_id=claim.loan_id, award_number=claim.award_number, replaces=claim.replaces)
        return ClaimAnswer(
            held_by=await self._records.claim(plain),
            repeat_borrower=await self._records.has_borrowed(claim.supplier_id, claim.loan_id),
        )

    @activity.defn(name="records.release")
    async def release(self, loan_id: str) -> None:
        """The contract is free for another loan."""
        await self._records.release(loan_id)

    @activity.defn(name="records.record")
    async def record(self, update: LoanUpdate) -> None:
        """Write the loan's view, tasks, deadlines and new journal lines."""
        await self._records.record(update)

    @activity.defn(name="records.record_change")
    async def record_change(self, view: ChangeView) -> None:
        """Write an account change's view and tasks."""
        await self._records.record_change(view)
