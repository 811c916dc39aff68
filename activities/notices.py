"""通知与报告: messages to people, reports to the finance bureau."""

from temporalio import activity

from zhengcaidai.messages.orders import BreachReport, FraudReport, OverdueReport, SmsMessage, SmsReceipt
from zhengcaidai.ports import FinanceBureau, Sms

__all__ = ["NoticeActivities"]


class NoticeActivities:
    """What a loan tells people; none of it ever decides anything about the loan."""

    def __init__(self, sms: Sms, bureau: FinanceBureau) -> None:
        self._sms = sms
        self._bureau = bureau

    @activity.defn(name="notices.sms")
    async def sms(self, message: SmsMessage) -> SmsReceipt:
        """短信, by template and parameters (hanyang/4.1.3)."""
        return await self._sms.send(message)

    @activity.defn(name="notices.breach")
    async def breach(self, report: BreachReport) -> None:
        """超时通报 to the finance bureau (luoyang/3.2)."""
        await self._bureau.breached(report)

    @activity.defn(name="notices.fraud")
    async def fraud(self, report: FraudReport) -> None:
        """虚假合同报告 (hanyang/3, kunming/5.2)."""
        await self._bureau.fraud(report)

    @activity.defn(name="notices.late_payment")
    async def late_payment(self, report: OverdueReport) -> None:
        """拖延付款报告 (kunming/5.2)."""
        await self._bureau.late_payment(report)
