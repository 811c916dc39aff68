"""`/codec`: lets an operator's Temporal UI show payloads in clear (Temporal 远程编解码); `/operator` is its way in."""

from fastapi import APIRouter, Request, Response
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from temporalio.api.common.v1 import Payloads

from zhengcaidai.errors import WrongParty
from zhengcaidai.messages.parties import Role
from zhengcaidai.temporal import SealingCodec, sealer_of
from zhengcaidai.web.auth import Identity, identity_of
from zhengcaidai.web.errors import BadRequest, Unauthenticated
from zhengcaidai.web.openapi import answers, problems
from zhengcaidai.web.services import CurrentServices, Services

__all__ = ["COOKIE", "MAX_BODY_BYTES", "check_operator", "codec"]

MAX_BODY_BYTES = 8 * 1024 * 1024
"""A page of the UI holds many payloads of up to 2 MiB each."""
COOKIE = "zhengcaidai_operator"
"""By which an operator who logged in is known, here and nowhere else."""

codec = APIRouter(tags=["operator 运维"])

_PAYLOADS = {"payloads": [{"metadata": {"encoding": "YmluYXJ5L3NlYWxlZA=="}, "data": "AQQ…"}]}
_SCHEMA = {"type": "object", "required": ["payloads"], "properties": {"payloads": {"type": "array"}}}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _SCHEMA, "example": _PAYLOADS}},
    }
}
_ERRORS = problems("unauthenticated", "wrong-party", "bad-request", "body-too-large", "seal-broken", "error")


@codec.post(
    "/codec/decode",
    summary="解密 Decode payloads",
    response_class=Response,
    responses=answers(200, "明文 in clear", _PAYLOADS, schema=_SCHEMA) | _ERRORS,
    openapi_extra=_BODY,
)
async def decode(request: Request, services: CurrentServices) -> Response:
    """供运维人员的 Temporal UI 使用；凭令牌或登录 Cookie。 For an operator's Temporal UI, by token or cookie."""
    payloads = await _payloads(request, services)
    sealing = _codec(services)
    return _answer(Payloads(payloads=await sealing.decode(payloads.payloads)))


@codec.post(
    "/codec/encode",
    summary="加密 Encode payloads",
    response_class=Response,
    responses=answers(200, "密文 sealed", _PAYLOADS, schema=_SCHEMA) | _ERRORS,
    openapi_extra=_BODY,
)
async def encode(request: Request, services: CurrentServices) -> Response:
    """运维人员从 Temporal UI 发送信号时使用。 For what an operator sends from the Temporal UI."""
    payloads = await _payloads(request, services)
    sealing = _codec(services)
    return _answer(Payloads(payloads=await sealing.encode(payloads.payloads)))


async def _payloads(request: Request, services: Services) -> Payloads:
    """The request's payloads, if an operator asks."""
    cookie = request.cookies.get(COOKIE)
    if "authorization" in request.headers or not cookie:
        identity = await identity_of(request)
    else:
        _check_origin(request, services)
        identity = await services.verifier.verified(cookie)
    check_operator(identity)
    try:
        return Parse(await request.body(), Payloads())
    except (ParseError, UnicodeDecodeError) as error:
        raise BadRequest(
            "不是 Temporal 的 Payloads。", "This is not Temporal's Payloads.", where="body", right='{"payloads": […]}'
        ) from error


def _check_origin(request: Request, services: Services) -> None:
    """A cookie goes along with requests that other pages make; only the Temporal UI's are meant."""
    origin = request.headers.get("origin")
    if origin is not None and origin != services.settings.temporal_ui_url.rstrip("/"):
        raise Unauthenticated(
            "来源不是 Temporal UI。", "The request does not come from the Temporal UI.", where="Origin"
        )


def check_operator(identity: Identity) -> None:
    """Raises WrongParty."""
    if identity.principal.role is not Role.OPERATOR:
        raise WrongParty("仅限平台运维。", "For operators only.", where="role", right=Role.OPERATOR.value)


def _codec(services: Services) -> SealingCodec:
    return SealingCodec(sealer_of(services.settings))


def _answer(payloads: Payloads) -> Response:
    return Response(MessageToJson(payloads, indent=None), media_type="application/json")
