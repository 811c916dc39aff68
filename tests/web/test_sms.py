"""The SMS gateway's word on a message counts only with its signature (X-Twilio-Signature)."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.store import samples
from tests.web.running import Api, problem_of
from zhengcaidai.messages.orders import NoticeKind, SmsMessage, SmsReceipt
from zhengcaidai.sandbox.settings import SANDBOX_SMS_AUTH_TOKEN
from zhengcaidai.store.engine import Database
from zhengcaidai.store.sms import SmsLog
from zhengcaidai.temporal import sealer_of

_PATH = "/v1/sms/status"


def signature(api: Api, form: dict[str, str], secret: str = SANDBOX_SMS_AUTH_TOKEN) -> dict[str, str]:
    signed: str = RequestValidator(secret).compute_signature(f"{api.settings.public_url}{_PATH}", form)
    return {"X-Twilio-Signature": signed}


async def test_signed_status_is_recorded(lonely: Api) -> None:
    sid, key = f"SM{uuid4().hex}", f"key-{uuid4()}"
    form = {"MessageSid": sid, "MessageStatus": "delivered", "To": "+8613800001234"}
    message = SmsMessage(key=key, loan_id="L1", to=samples.MOBILE, template=NoticeKind.SETTLED)
    database = Database(lonely.settings.database, sealer_of(lonely.settings))
    async with lonely.anybody() as client:
        early = await client.post(_PATH, data=form, headers=signature(lonely, form))
        problem_of(early, 503, "outside-down")
        assert early.headers["retry-after"]
        log = SmsLog(database)
        await log.sent(message, SmsReceipt(key=key, gateway_id=sid, status="queued"), datetime.now(UTC))
        assert (await client.post(_PATH, data=form, headers=signature(lonely, form))).status_code == 204
    receipt = await log.receipt(key)
    await database.close()
    assert receipt is not None
    assert receipt.status == "delivered"


@pytest.mark.parametrize("case", ["missing", "other-secret", "other-form"])
async def test_unsigned_status_is_refused(lonely: Api, case: str) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    headers = {
        "missing": {},
        "other-secret": signature(lonely, form, "guessed"),
        "other-form": signature(lonely, {**form, "MessageStatus": "failed"}),
    }[case]
    async with lonely.anybody() as client:
        problem_of(await client.post(_PATH, data=form, headers=headers), 401, "unauthenticated")
