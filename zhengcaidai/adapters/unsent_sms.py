"""短信 where no gateway is configured: nothing is sent and nothing waits for it; the log of the worker says so once a message."""

from logging import getLogger

from zhengcaidai.messages.orders import SmsMessage, SmsReceipt

__all__ = ["UnsentSms"]

_log = getLogger(__name__)


class UnsentSms:
    """The port `Sms`, for a deployment without a gateway: no loan state depends on an SMS."""

    async def send(self, message: SmsMessage) -> SmsReceipt:
        """Say that it was not sent; the receipt says so too."""
        _log.warning("no SMS gateway is configured: %s of loan %s was not sent", message.template, message.loan_id)
        return SmsReceipt(key=message.key, gateway_id="", status="not_configured")
