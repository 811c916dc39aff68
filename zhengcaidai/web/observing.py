"""What every request leaves behind (访问日志): an id, a line without personal data, and headers that keep browsers strict."""

import logging
import re
import time
import uuid

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhengcaidai.web.auth import Identity
from zhengcaidai.web.problems import REQUEST_ID

__all__ = ["Observing"]

_LOG = logging.getLogger("zhengcaidai.access")
_GIVEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_STRICT = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Observing:
    """ASGI middleware. The line names the route, not the address: an address may hold what somebody typed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope[REQUEST_ID] = request_id
        began, status = time.perf_counter(), 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                for name, value in _STRICT.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        finally:
            fields = _fields(scope, request_id, status, time.perf_counter() - began)
            _LOG.info("answered", extra={"fields": fields})


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN_ID.fullmatch(given := value.decode("latin-1")):
            return str(given)
    return str(uuid.uuid4())


def _fields(scope: Scope, request_id: str, status: int, seconds: float) -> dict[str, object]:
    identity = scope.get("state", {}).get("identity")
    route = scope.get("route")
    return {
        "request": request_id,
        "method": scope["method"],
        "route": getattr(route, "path", "-"),
        "status": status,
        "ms": round(seconds * 1000, 1),
        "role": identity.principal.role.value if isinstance(identity, Identity) else "-",
    }
