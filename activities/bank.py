"""贷款银行: is sent the application, pays out, books what is swept, is told of breaches and of the end."""

from temporalio import activity

from zhengcaidai.messages.orders import (
    ApplicationPush,
    BreachReport,
    DisbursementOrder,
    DisbursementReceipt,
    EndReport,
    SweepOrder,
)
from zhengcaidai.ports import Bank

__all__ = ["BankActivities", "BankEnd"]


class BankEnd(EndReport):
    """The end of a loan, for the bank that it was with."""

    bank_id: str


class BankActivities:
    """What a loan asks of an online bank's system; every money call carries a key made before it."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank

    @activity.defn(name="bank.push_application")
    async def push_application(self, push: ApplicationPush) -> None:
        """推送申请 (kunming/2.3.2)."""
        await self._bank.push_application(push)

    @activity.defn(name="bank.disburse")
    async def disburse(self, order: DisbursementOrder) -> DisbursementReceipt:
        """放款: once for its key, whatever fails in between (kunming/2.3.5)."""
        return await self._bank.disburse(order)

    @activity.defn(name="bank.sweep")
    async def sweep(self, order: SweepOrder) -> None:
        """扣款还贷 (kunming/2.3.6)."""
        await self._bank.sweep(order)

    @activity.defn(name="bank.breached")
    async def breached(self, report: BreachReport) -> None:
        """超时通报 to the bank's head office (luoyang/3.2)."""
        await self._bank.breached(report)

    @activity.defn(name="bank.ended")
    async def ended(self, end: BankEnd) -> None:
        """The loan has ended."""
        await self._bank.ended(end.bank_id, EndReport.model_validate(end.model_dump(exclude={"bank_id"})))
