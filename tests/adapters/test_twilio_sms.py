"""Twilio's SDK against a gateway that speaks its API: sent once for a key, whatever fails, and callbacks verified."""

import asyncio
from datetime import datetime
from itertools import count

import httpx
import pytest

from tests.sandbox.outside import Outside
from zhengcaidai.adapters.twilio_sms import TwilioSms, notice_number, verify_callback
from zhengcaidai.errors import InvalidInput, OutsideDown, OutsideRefused
from zhengcaidai.messages.orders import NoticeKind, SmsMessage, SmsReceipt
from zhengcaidai.ports import Sms
from zhengcaidai.sandbox.settings import SANDBOX_SMS_ACCOUNT_SID, SANDBOX_SMS_AUTH_TOKEN

_NUMBERS = count(1)


class SentInMemory:
    """短信记录 of one test."""

    def __init__(self) -> None:
        self.receipts: dict[str, SmsReceipt] = {}
        self.moments: list[datetime] = []

    async def receipt(self, key: str) -> SmsReceipt | None:
        return self.receipts.get(key)

    async def sent(self, message: SmsMessage, receipt: SmsReceipt, at: datetime) -> None:
        self.receipts.setdefault(message.key, receipt)
        self.moments.append(at)


def sms(outside: Outside, client: httpx.AsyncClient, log: SentInMemory | None = None, **other: object) -> TwilioSms:
    options: dict[str, object] = {
        "account_sid": SANDBOX_SMS_ACCOUNT_SID,
        "auth_token": SANDBOX_SMS_AUTH_TOKEN,
        "sender": "+8613900000000",
        "log": log or SentInMemory(),
        "client": client,
        "base_url": f"{outside.settings.base_url}/sms",
    }
    return TwilioSms(**(options | other))  # type: ignore[arg-type]


def message(*, key: str = "", to: str = "", parameters: tuple[str, ...] = ("L1", "2000.00")) -> SmsMessage:
    number = next(_NUMBERS)
    return SmsMessage(
        key=key or f"L1:sms:{number}",
        loan_id="L1",
        to=to or f"1370000{number:04d}",
        template=NoticeKind.PAYMENT_SWEPT,
        parameters=parameters,
    )


def bodies(outside: Outside, to: str) -> list[str]:
    return [each["body"] for each in outside.get("/sms/messages", to=to)["messages"]]


async def test_a_message_is_a_template_with_its_parameters_and_a_notice_number(
    outside: Outside, client: httpx.AsyncClient
) -> None:
    log, notice = SentInMemory(), message()
    port: Sms = sms(outside, client, log)
    receipt = await port.send(notice)
    assert (receipt.key, receipt.status, log.receipts) == (notice.key, "queued", {notice.key: receipt})
    assert log.moments[0].tzinfo is not None
    (body,) = bodies(outside, notice.to)
    assert body == (
        "【政采贷】融资L1的回款账户收到2000.00元，已按约定顺序扣还，余款归您。明细可在平台查看。"
        f"（通知号 {notice_number(notice.key)}）"
    )


async def test_a_key_that_was_sent_is_not_sent_again_even_if_the_gateway_is_down(
    outside: Outside, client: httpx.AsyncClient
) -> None:
    log, notice = SentInMemory(), message()
    first = await sms(outside, client, log).send(notice)
    outside.fault("sms", mode="down")
    assert await sms(outside, client, log).send(notice) == first


@pytest.mark.parametrize("fault", [{"drop": False}, {"drop": True}, {"mode": "slow", "seconds": 1.5}], ids=str)
async def test_a_message_whose_answer_was_lost_is_found_again_and_not_sent_twice(
    outside: Outside, client: httpx.AsyncClient, hasty_client: httpx.AsyncClient, fault: dict[str, object]
) -> None:
    log, notice = SentInMemory(), message()
    gateway = sms(outside, client, log)
    hasty_gateway = sms(outside, hasty_client, log)
    outside.fault("sms", **({"mode": "error_after_effect", "operation": "send_message", "count": 1} | fault))
    with pytest.raises(OutsideDown):
        await (hasty_gateway if fault.get("mode") == "slow" else gateway).send(notice)
    if fault.get("mode") == "slow":
        await _sent(outside, notice.to)
    assert log.receipts == {}
    receipt = await gateway.send(notice)
    assert len(bodies(outside, notice.to)) == 1
    listed = outside.get("/sms/messages", to=notice.to)["messages"]
    assert receipt.gateway_id == listed[0]["sid"]


async def _sent(outside: Outside, to: str) -> None:
    for _ in range(100):
        if bodies(outside, to):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the slow gateway never sent")


async def test_two_keys_with_the_same_text_to_the_same_number_are_two_messages(
    outside: Outside, client: httpx.AsyncClient
) -> None:
    gateway, one = sms(outside, client), message()
    other = one.model_copy(update={"key": f"{one.key}:again"})
    receipts = [await gateway.send(each) for each in (one, other)]
    assert receipts[0].gateway_id != receipts[1].gateway_id
    assert len(bodies(outside, one.to)) == 2


async def test_a_gateway_that_is_down_is_down(outside: Outside, client: httpx.AsyncClient) -> None:
    outside.fault("sms", mode="down", count=1)
    notice, gateway = message(), sms(outside, client)
    with pytest.raises(OutsideDown):
        await gateway.send(notice)
    await gateway.send(notice)
    assert len(bodies(outside, notice.to)) == 1


async def test_wrong_credentials_are_a_setting_not_a_refusal(outside: Outside, client: httpx.AsyncClient) -> None:
    with pytest.raises(OutsideDown) as caught:
        await sms(outside, client, auth_token="wrong").send(message())
    assert "13700" not in str(caught.value), "no error shows a telephone number"


async def test_what_the_gateway_refuses_is_refused(outside: Outside, client: httpx.AsyncClient) -> None:
    gateway = sms(outside, client, content_sids={NoticeKind.PAYMENT_SWEPT: "HXunknown"})
    with pytest.raises(OutsideRefused, match="21656"):
        await gateway.send(message())


async def test_parameters_that_do_not_fit_the_template_send_nothing(
    outside: Outside, client: httpx.AsyncClient
) -> None:
    notice = message(parameters=("L1",))
    with pytest.raises(InvalidInput):
        await sms(outside, client).send(notice)
    assert bodies(outside, notice.to) == []


async def test_a_content_template_of_twilio_can_be_used_by_its_id(outside: Outside, client: httpx.AsyncClient) -> None:
    text = "融资{{1}}回款{{2}}元（{{3}}）"
    outside.http.put("/sms/contents/HX01", json={"text": text}).raise_for_status()
    notice = message()
    await sms(outside, client, content_sids={NoticeKind.PAYMENT_SWEPT: "HX01"}).send(notice)
    assert bodies(outside, notice.to) == [f"融资L1回款2000.00元（{notice_number(notice.key)}）"]


async def test_an_edge_in_the_environment_does_not_lead_back_to_twilio(
    outside: Outside, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    notice = message()
    await sms(outside, client).send(notice)
    assert len(bodies(outside, notice.to)) == 1


async def test_a_callback_verifies_and_a_forged_one_does_not(outside: Outside, client: httpx.AsyncClient) -> None:
    notice = message()
    url = f"{outside.engine.url}/v1/sms/status/{next(_NUMBERS)}"
    receipt = await sms(outside, client, status_callback_url=url).send(notice)
    calls = outside.engine.await_calls(url.removeprefix(outside.engine.url), 2)
    for call in calls:
        form, signature = call.form, call.headers["x-twilio-signature"]
        assert form["MessageSid"] == receipt.gateway_id
        assert verify_callback(SANDBOX_SMS_AUTH_TOKEN, url, form, signature)
        assert not verify_callback(SANDBOX_SMS_AUTH_TOKEN, url, form | {"MessageStatus": "read"}, signature)
        assert not verify_callback(SANDBOX_SMS_AUTH_TOKEN, f"{url}/other", form, signature)
        assert not verify_callback("another token", url, form, signature)
        assert not verify_callback(SANDBOX_SMS_AUTH_TOKEN, url, form, "")
