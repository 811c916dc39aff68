"""`/operator`: an operator's way in, by which the Temporal UI shows payloads in clear (运维入口).

No address that is sent holds a token, and so no log: the link that signs in carries it behind the `#`, which a browser keeps to
itself, and the page takes it out of the address and posts it. A page that another site has led to does not: nobody is signed in as
somebody else by following a link.
"""

import time
from base64 import b64encode
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from zhengcaidai.web.errors import Unauthenticated
from zhengcaidai.web.openapi import TEXT, answered, answers, problems
from zhengcaidai.web.routes.codec import COOKIE, check_operator
from zhengcaidai.web.services import CurrentServices

__all__ = ["entrance"]

entrance = APIRouter(tags=["operator 运维"])

_SCRIPT = """
const token = location.hash.slice(1), form = document.forms[0];
if (token) {
  history.replaceState(null, "", location.pathname);
  form.token.value = token;
  form.submit();
}
"""
_PAGE = f"""<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>运维登录 Operator's login</title></head>
<body>
<form method="post" action="operator/login">
<label>运维人员的令牌 An operator's token <input name="token" type="password" autocomplete="off" required></label>
<button>登录 Log in</button>
</form>
<script>{_SCRIPT}</script>
</body>
</html>
"""
_THIS_SCRIPT = f"'sha256-{b64encode(sha256(_SCRIPT.encode()).digest()).decode()}'"
_NONE = "'none'"
_OWN = frozenset({"none", "same-origin"})
"""Sec-Fetch-Site of what a person opened or our own page sent; a browser says otherwise where another site did."""


@entrance.get(
    "/operator",
    summary="运维入口 The operator's door",
    response_class=HTMLResponse,
    responses=answers(200, "登录页 a page to log in", "<!doctype html>…", "text/html", schema=TEXT)
    | problems("invalid-input", "error"),
)
async def door(request: Request, services: CurrentServices) -> HTMLResponse:
    """登录页；地址中 # 之后的令牌由页面提交。 A token behind the # of its address is posted by the page itself."""
    ui = services.settings.temporal_ui_url.rstrip("/")
    policy = (
        f"default-src {_NONE}",
        f"script-src {_THIS_SCRIPT if _is_own(request) else _NONE}",
        f"form-action 'self' {ui}",  # where the answer of the form leads is meant as well
        f"base-uri {_NONE}",
        f"frame-ancestors {_NONE}",
    )
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": "; ".join(policy)})


@entrance.post(
    "/operator/login",
    summary="运维登录 Log in for the Temporal UI",
    status_code=303,
    response_class=RedirectResponse,
    responses=answered(303, "转到 Temporal UI to the Temporal UI")
    | problems(
        "unauthenticated", "wrong-party", "invalid-input", "bad-request", "body-too-large", "outside-down", "error"
    ),
    openapi_extra={
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"example": {"token": "eyJ…"}}}},
    },
)
async def login(
    request: Request,
    token: Annotated[str, Form(max_length=8192, description="运维人员的令牌 / an operator's token")],
    services: CurrentServices,
) -> Response:
    """以令牌换取 Cookie，随后 Temporal UI 显示明文。 Sets a cookie by which the UI's requests are known."""
    if not _is_own(request):
        raise Unauthenticated("来源不是登录页。", "The request comes from another site.", where="Sec-Fetch-Site")
    identity = await services.verifier.verified(token)
    check_operator(identity)
    response = RedirectResponse(services.settings.temporal_ui_url or "/docs", 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=max(0, identity.expires_at - int(time.time())),
        path="/codec",
        secure=services.settings.public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
    return response


def _is_own(request: Request) -> bool:
    return request.headers.get("sec-fetch-site", "none") in _OWN
