"""台账与登记: the application database, and the rules in force."""

from datetime import date

from temporalio import activity

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.account_changes import CourtOrder
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.findings import ClaimAnswer
from zhengcaidai.messages.records import ChangeView, ContractClaim, LoanUpdate
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.words import Words
from zhengcaidai.ports import LoanRecords, RuleBook
from zhengcaidai.rules.accounts import change_ground

__all__ = ["GroundFound", "GroundInquiry", "RecordActivities", "RuleInquiry", "SupplierClaim"]


class RuleInquiry(Frozen):
    """Which rules a loan asks for when it begins."""

    region: str
    product_id: str
    on: date


class GroundInquiry(Frozen):
    """Which contract's account is about to be changed, and on what day."""

    filing_number: FilingNumber
    region: str
    loan_id: Identifier | None
    on: date


class GroundFound(Frozen):
    """What the change needs now; `refusal` if it cannot be made at all."""

    loan_id: Identifier | None = None
    consent_of_bank_id: Identifier | None = None
    court_order: CourtOrder | None = None
    refusal: Words | None = None


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

    @activity.defn(name="records.change_ground")
    async def change_ground(self, inquiry: GroundInquiry) -> GroundFound:
        """变更依据 at this moment: the lock, the loan's stage, a court's order (hanyang/3, kunming/2.3.5)."""
        lock = await self._records.lock_of(inquiry.filing_number)
        loan_id = lock.loan_id if lock else inquiry.loan_id
        if loan_id is None:  # asked for by itself; a loan may have begun since
            loan_id = await self._records.open_loan_on(inquiry.filing_number)
        stage = await self._records.stage_of(loan_id) if loan_id else None
        profile = await self._rulebook.profile(inquiry.region, inquiry.on)
        try:
            ground = change_ground(lock, profile, loan_stage=stage)
        except RuleBroken as refused:
            return GroundFound(loan_id=loan_id, refusal=Words.of(refused.problem))
        return GroundFound(
            loan_id=loan_id, consent_of_bank_id=ground.consent_of_bank_id, court_order=ground.court_order
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
