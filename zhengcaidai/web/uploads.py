"""Uploads at once (并发上传): each holds a file in memory, so only a few are taken in, the rest wait a moment."""

import asyncio
from types import TracebackType

from zhengcaidai.web.errors import Busy

__all__ = ["UploadSlots"]

_AT_ONCE = 4
_WAIT_SECONDS = 10


class UploadSlots:
    """An async context manager with a few places. Raises Busy when none comes free in time."""

    def __init__(self, at_once: int = _AT_ONCE, wait_seconds: float = _WAIT_SECONDS) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._wait_seconds = wait_seconds

    async def __aenter__(self) -> None:
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy("正在处理的上传过多。", "Too many uploads are under way.", where="uploads") from error

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()
