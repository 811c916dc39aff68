"""The Temporal UI may call the codec from its own address (跨域), and nothing else may call anything."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["CodecCors"]


class CodecCors:
    """ASGI middleware: CORS for `/codec` alone."""

    def __init__(self, app: ASGIApp, ui_url: str) -> None:
        self._app = app
        self._with_cors = CORSMiddleware(
            app,
            allow_origins=[ui_url.rstrip("/")],
            allow_methods=["POST"],
            allow_headers=["content-type", "authorization", "x-namespace", "x-csrf-token", "caller-type"],
            allow_credentials=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        is_codec = scope["type"] == "http" and scope["path"].startswith("/codec/")
        await (self._with_cors if is_codec else self._app)(scope, receive, send)
