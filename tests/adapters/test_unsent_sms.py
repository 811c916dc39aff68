"""Without a gateway a message is not sent, and says so; the loan does not wait for it."""

import logging

import pytest

from zhengcaidai.adapters.unsent_sms import UnsentSms
from zhengcaidai.messages.orders import NoticeKind, SmsMessage


async def test_a_message_is_not_sent_and_its_number_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    message = SmsMessage(key="L1:sms:1:1", loan_id="L1", to="13800001234", template=NoticeKind.SETTLED)
    with caplog.at_level(logging.WARNING):
        receipt = await UnsentSms().send(message)
    assert receipt.status == "not_configured"
    assert "L1" in caplog.text
    assert "13800001234" not in caplog.text
