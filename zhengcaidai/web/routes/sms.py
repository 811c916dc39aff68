"""`POST /v1/sms/status`: what became of a short message, as its gateway tells it (短信回执)."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response

from zhengcaidai.adapters.twilio_sms import verify_callback
from zhengcaidai.errors import OutsideDown
from zhengcaidai.web.errors import BadRequest, Unauthenticated
from zhengcaidai.web.openapi import answered, problems
from zhengcaidai.web.services import CurrentServices

__all__ = ["PATH", "callback"]

callback = APIRouter(tags=["sms 短信"])
PATH = "/v1/sms/status"
_LONGEST_STATUS = 40
_FORM = {"MessageSid": "SM00000000000000000000000000000001", "MessageStatus": "delivered"}


@callback.post(
    PATH,
    status_code=204,
    summary="短信回执 Status callback",
    response_class=Response,
    responses=answered(204, "已记录 recorded")
    | problems("unauthenticated", "bad-request", "body-too-large", "outside-down", "error"),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": list(_FORM),
                        "properties": {name: {"type": "string"} for name in _FORM},
                    },
                    "example": _FORM,
                }
            },
        },
        "parameters": [{"name": "X-Twilio-Signature", "in": "header", "required": True, "schema": {"type": "string"}}],
    },
)
async def status(request: Request, services: CurrentServices) -> Response:
    """短信网关以签名证明身份 (X-Twilio-Signature)，不用令牌。 The gateway proves itself by its signature, not by a token.

    A message that is not known yet is to be told again: its number is written down a moment after it is sent.
    """
    settings = services.settings
    secret = settings.twilio_auth_token.get_secret_value()
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))
    address = f"{settings.public_url.rstrip('/')}{PATH}"
    signature = request.headers.get("x-twilio-signature", "")
    if not secret or not signature or not verify_callback(secret, address, form, signature):
        raise Unauthenticated(
            "回执签名不符。",
            "The callback's signature does not fit.",
            where="X-Twilio-Signature",
            right="X-Twilio-Signature",
        )
    sid, told = form.get("MessageSid", ""), form.get("MessageStatus", "")
    if not sid or not told or len(told) > _LONGEST_STATUS:
        raise BadRequest("回执缺少内容。", "The callback lacks MessageSid or MessageStatus.", where="MessageSid")
    if not await services.sms.status(sid, told, datetime.now(UTC)):
        raise OutsideDown("该短信尚未登记。", "The message is not written down yet.", where="MessageSid")
    return Response(status_code=204)
