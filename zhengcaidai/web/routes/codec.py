"""`/codec`: lets an operator's Temporal UI show payloads in clear (Temporal 远程编解码); `/operator/login` is its way in."""

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from google.protobuf.json_format import MessageToJson, Parse, ParseError
from temporalio.api.common.v1 import Payloads

from zhengcaidai.errors import WrongParty
from zhengcaidai.messages.parties import Role
from zhengcaidai.temporal import SealingCodec, sealer_of
from zhengcaidai.web.auth import Identity, identity_of
from zhengcaidai.web.errors import BadRequest, Unauthenticated
from zhengcaidai.web.openapi import answered, answers, problems
from zhengcaidai.web.services import CurrentServices, Services

__all__ = ["MAX_BODY_BYTES", "codec"]

MAX_BODY_BYTES = 8 * 1024 * 1024
"""A page of the UI holds many payloads of up to 2 MiB each."""
_COOKIE = "zhengcaidai_operator"

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


@codec.get(
    "/operator/login",
    summary="运维登录 Log in for the Temporal UI",
    status_code=303,
    response_class=RedirectResponse,
    responses=answered(303, "转到 Temporal UI to the Temporal UI")
    | problems("unauthenticated", "wrong-party", "invalid-input", "outside-down", "error"),
)
async def login(
    token: Annotated[
        str, Query(max_length=8192, description="运维人员的令牌 / an operator's token", examples=["eyJ…"])
    ],
    services: CurrentServices,
) -> Response:
    """以令牌换取 Cookie，随后 Temporal UI 显示明文。 Sets a cookie by which the UI's requests are known."""
    identity = await services.verifier.verified(token)
    _check_operator(identity)
    response = RedirectResponse(services.settings.temporal_ui_url or "/docs", 303)
    response.set_cookie(
        _COOKIE,
        token,
        max_age=max(0, identity.expires_at - int(time.time())),
        path="/codec",
        secure=services.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


async def _payloads(request: Request, services: Services) -> Payloads:
    """The request's payloads, if an operator asks."""
    cookie = request.cookies.get(_COOKIE)
    if "authorization" in request.headers or not cookie:
        identity = await identity_of(request)
    else:
        _check_origin(request, services)
        identity = await services.verifier.verified(cookie)
    _check_operator(identity)
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


def _check_operator(identity: Identity) -> None:
    if identity.principal.role is not Role.OPERATOR:
        raise WrongParty("仅限平台运维。", "For operators only.", where="role", right=Role.OPERATOR.value)


def _codec(services: Services) -> SealingCodec:
    return SealingCodec(sealer_of(services.settings))


def _answer(payloads: Payloads) -> Response:
    return Response(MessageToJson(payloads, indent=None), media_type="application/json")
