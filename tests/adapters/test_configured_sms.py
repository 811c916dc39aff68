"""The worker's gateway is that of its settings, content templates included."""

from pathlib import Path

from tests.sandbox.outside import Outside
from worker import connected_ports
from zhengcaidai.adapters.twilio_sms import notice_number
from zhengcaidai.config import Settings
from zhengcaidai.messages.orders import NoticeKind, SmsMessage
from zhengcaidai.sandbox.settings import SANDBOX_SMS_ACCOUNT_SID, SANDBOX_SMS_AUTH_TOKEN


async def test_a_kind_whose_content_template_is_set_goes_by_it_and_another_as_text(
    outside: Outside, tmp_path: Path
) -> None:
    outside.http.put("/sms/contents/HX07", json={"text": "融资{{1}}收到{{2}}元，通知号{{3}}"}).raise_for_status()
    settings = Settings.model_validate(
        {
            "sandbox": True,
            "state_dir": tmp_path,
            "sandbox_url": outside.settings.base_url,
            "twilio_account_sid": SANDBOX_SMS_ACCOUNT_SID,
            "twilio_auth_token": SANDBOX_SMS_AUTH_TOKEN,
            "twilio_from": "+8613900000000",
            "twilio_base_url": f"{outside.settings.base_url}/sms",
            "twilio_content_sids": {"payment_swept": "HX07"},
        }
    )
    swept = SmsMessage(
        key="L7:swept", loan_id="L7", to="13700007777", template=NoticeKind.PAYMENT_SWEPT, parameters=("L7", "20.00")
    )
    settled = SmsMessage(
        key="L7:settled", loan_id="L7", to="13700007778", template=NoticeKind.SETTLED, parameters=("L7",)
    )
    async with connected_ports(settings) as ports:
        await ports.sms.send(swept)
        await ports.sms.send(settled)
    (by_template,) = outside.get("/sms/messages", to=swept.to)["messages"]
    (as_text,) = outside.get("/sms/messages", to=settled.to)["messages"]
    assert by_template["body"] == f"融资L7收到20.00元，通知号{notice_number(swept.key)}"
    assert as_text["body"].startswith("【政采贷】")
