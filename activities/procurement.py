"""采购系统: awards, contracts and bad records are looked up; account changes are told."""

from temporalio import activity

from zhengcaidai.messages.findings import ProcurementFindings, ProcurementInquiry
from zhengcaidai.messages.orders import AccountUpdate
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.ports import ProcurementSystem

__all__ = ["ProcurementActivities"]


class ProcurementActivities:
    """What a loan asks of the procurement system."""

    def __init__(self, procurement: ProcurementSystem) -> None:
        self._procurement = procurement

    @activity.defn(name="procurement.look_up")
    async def look_up(self, inquiry: ProcurementInquiry) -> ProcurementFindings:
        """核验: award, contract and bad record together (hanyang/3, luoyang/2.5)."""
        return ProcurementFindings(
            award=await self._procurement.award(inquiry.award_number),
            contract=await self._procurement.contract(inquiry.filing_number) if inquiry.filing_number else None,
            bad_record=await self._procurement.bad_record(inquiry.supplier_uscc, inquiry.on),
        )

    @activity.defn(name="procurement.contract")
    async def contract(self, filing_number: str) -> Contract | None:
        """The contract that a purchaser says it has filed (luoyang/2.2)."""
        return await self._procurement.contract(filing_number)

    @activity.defn(name="procurement.account_changed")
    async def account_changed(self, update: AccountUpdate) -> None:
        """账户变更 told to the procurement system."""
        await self._procurement.account_changed(update)
