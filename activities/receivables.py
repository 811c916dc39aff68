"""中征应收账款融资服务平台: confirms the receivable; is told of application, deal, account change and end."""

from temporalio import activity

from zhengcaidai.messages.orders import AccountUpdate, ApplicationPush, DealSheet, EndReport
from zhengcaidai.messages.procurement import ReceivableConfirmation
from zhengcaidai.ports import ReceivablesPlatform

__all__ = ["ReceivablesActivities"]


class ReceivablesActivities:
    """What a loan asks of the receivables platform."""

    def __init__(self, receivables: ReceivablesPlatform) -> None:
        self._receivables = receivables

    @activity.defn(name="receivables.confirm")
    async def confirm(self, award_number: str) -> ReceivableConfirmation:
        """应收账款确认 (hanyang/4.1.3)."""
        return await self._receivables.confirm(award_number)

    @activity.defn(name="receivables.push_application")
    async def push_application(self, push: ApplicationPush) -> None:
        """融资申请 for the platform's own list (hanyang/4.1.3)."""
        await self._receivables.push_application(push)

    @activity.defn(name="receivables.deal")
    async def deal(self, sheet: DealSheet) -> None:
        """融资成交单 (hanyang/4.1.3, kunming/2.3.5)."""
        await self._receivables.deal(sheet)

    @activity.defn(name="receivables.account_changed")
    async def account_changed(self, update: AccountUpdate) -> None:
        """账户变更反馈 (hanyang/4.1.4)."""
        await self._receivables.account_changed(update)

    @activity.defn(name="receivables.ended")
    async def ended(self, report: EndReport) -> None:
        """The loan has ended."""
        await self._receivables.ended(report)
