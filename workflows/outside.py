"""How workflows call the outside: for as long as it takes, with words that an operator understands."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from zhengcaidai.messages.troubles import OutsideTrouble

__all__ = ["Outside", "refusal_in"]

A = TypeVar("A")
R = TypeVar("R")

_PATIENT = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=5)
)
"""No last attempt: an outside system that is down for a week is called for a week, at most five minutes apart."""
_ONE_CALL = timedelta(seconds=30)


def refusal_in(error: ActivityError) -> str:
    """What the outside system said when it said no."""
    cause = error.cause
    return cause.message if isinstance(cause, ApplicationError) else str(cause or error)


class Outside:
    """Calls that are waited for, and deliveries that never hold up the loan; knows which of them get no answer."""

    def __init__(self, refused: Callable[[str, str], None]) -> None:
        self.down: dict[str, OutsideTrouble] = {}
        """Calls that have failed several times and are still being tried, by activity id."""
        self._refused = refused
        self._under_way: set[asyncio.Task[None]] = set()
        self._calls = 0

    async def call(
        self,
        method: Callable[[Any, A], Awaitable[R]],
        argument: A,
        summary: str,
        *,
        give_up_after: timedelta | None = None,
    ) -> R:
        """Run an activity until it answers. Raises ActivityError only if the answer is no, or after `give_up_after`."""
        self._calls += 1
        activity_id = f"{self._calls}"
        try:
            return await workflow.execute_activity_method(
                method,
                argument,
                activity_id=activity_id,
                start_to_close_timeout=_ONE_CALL,
                schedule_to_close_timeout=give_up_after,
                retry_policy=_PATIENT,
                summary=summary,
            )
        finally:
            self.down.pop(activity_id, None)

    def send(
        self,
        method: Callable[[Any, A], Awaitable[Any]],
        argument: A,
        summary: str,
        *,
        give_up_after: timedelta | None = None,
    ) -> None:
        """Start a delivery; if the answer is no, `refused` is told what and why."""
        task = asyncio.create_task(self._deliver(method, argument, summary, give_up_after))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _deliver(
        self,
        method: Callable[[Any, A], Awaitable[Any]],
        argument: A,
        summary: str,
        give_up_after: timedelta | None,
    ) -> None:
        try:
            await self.call(method, argument, summary, give_up_after=give_up_after)
        except ActivityError as error:
            self._refused(summary, refusal_in(error))

    async def finished(self) -> None:
        """All that was sent has arrived, was refused or was given up."""
        await workflow.wait_condition(lambda: not self._under_way)
