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
_HEARTBEAT_WITHIN = timedelta(seconds=10)
"""A call whose worker was killed is taken over by another one after this (see activities/heartbeats.py)."""
_LINE = 500


def refusal_in(error: ActivityError) -> str:
    """What the outside system said when it said no; as long as a line of the journal holds."""
    cause = error.cause
    said = cause.message if isinstance(cause, ApplicationError) else str(cause or error)
    return said.strip()[:_LINE] or "—"


class Outside:
    """Calls that are waited for, and deliveries that never hold up the loan; knows which of them get no answer."""

    def __init__(self, refused: Callable[[str, str], None]) -> None:
        self.down: dict[str, OutsideTrouble] = {}
        """Calls that have failed several times and are still being tried, by activity id."""
        self._refused = refused
        self._under_way: set[asyncio.Task[bool]] = set()
        self._unanswered: set[str] = set()
        self._calls = 0

    @property
    def is_idle(self) -> bool:
        """Nothing is being called or delivered."""
        return not self._unanswered and not self._under_way

    def no_answer_from(self, trouble: OutsideTrouble) -> None:
        """A call has failed several times; it is shown as down until it is answered."""
        if trouble.activity_id in self._unanswered:
            self.down[trouble.activity_id] = trouble

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
        self._unanswered.add(activity_id)
        try:
            return await workflow.execute_activity_method(
                method,
                argument,
                activity_id=activity_id,
                start_to_close_timeout=_ONE_CALL,
                heartbeat_timeout=_HEARTBEAT_WITHIN,
                schedule_to_close_timeout=give_up_after,
                retry_policy=_PATIENT,
                summary=summary,
            )
        finally:
            self._unanswered.discard(activity_id)
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
        task = asyncio.create_task(self.deliver(method, argument, summary, give_up_after=give_up_after))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def deliver(
        self,
        method: Callable[[Any, A], Awaitable[Any]],
        argument: A,
        summary: str,
        *,
        give_up_after: timedelta | None = None,
    ) -> bool:
        """Deliver and wait for the answer, which may be no: then `refused` is told what and why, and nothing is raised."""
        try:
            await self.call(method, argument, summary, give_up_after=give_up_after)
        except ActivityError as error:
            self._refused(summary, refusal_in(error))
            return False
        return True

    async def finished(self) -> None:
        """All that was sent has arrived, was refused or was given up."""
        await workflow.wait_condition(lambda: not self._under_way)
