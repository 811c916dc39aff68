"""A call that takes long says that its worker still lives (心跳).

A worker that is killed says nothing any more, and another one takes the call over after a few seconds instead of
after the longest time that a call may take. A call that is answered soon sends none, and costs nothing.
"""

import asyncio
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

__all__ = ["HeartbeatInterceptor"]

_EVERY_S = 2.5


class HeartbeatInterceptor(Interceptor):
    """Gives every activity of a worker its heartbeat."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Wrap one activity execution."""
        return _Beating(next)


class _Beating(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        loop = asyncio.get_running_loop()

        def beat() -> None:
            activity.heartbeat()
            waiting.append(loop.call_later(_EVERY_S, beat))
            del waiting[:-1]

        waiting = [loop.call_later(_EVERY_S, beat)]
        try:
            return await super().execute_activity(input)
        finally:
            waiting[-1].cancel()
