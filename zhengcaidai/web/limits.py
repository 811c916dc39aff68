"""How large a body may be (内容大小), counted as it arrives: nothing above the limit is kept in memory."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BodyLimit"]


class BodyLimit:
    """ASGI middleware. `larger`: limits of addresses that begin so; the rest have `limit_bytes`."""

    def __init__(self, app: ASGIApp, limit_bytes: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._limit_bytes = limit_bytes
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whoever reads its body is told when it is too large."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        prefixes = (bytes_ for prefix, bytes_ in self._larger.items() if scope["path"].startswith(prefix))
        limit = next(prefixes, self._limit_bytes)
        declared = Headers(scope=scope).get("content-length", "")
        expected = int(declared) if declared.isdecimal() else 0
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            if expected > limit:
                raise HTTPException(413)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_within_limit, send)
