"""How workflows call the outside: for as long as it takes, with words that an operator understands."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.troubles import OutsideTrouble
from zhengcaidai.messages.words import Words

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
_ASKED_AGAIN = timedelta(days=1)
_LINE = 500


def refusal_in(error: ActivityError) -> Words:
    """Why the answer was no, in both languages where the failure has them; as long as a line of the journal holds."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.details:
        try:
            problem = Problem.model_validate(cause.details[0])
        except ValidationError:
            pass
        else:
            return Words.of(problem)
    said = cause.message if isinstance(cause, ApplicationError) else str(cause or error)
    return Words.quoted(said.strip()[:_LINE] or "—")


class Outside:
    """Calls that are waited for, and deliveries that never hold up the loan; knows which of them get no answer."""

    def __init__(self, refused: Callable[[Words, Words], None]) -> None:
        self.down: dict[str, OutsideTrouble] = {}
        """Calls that have failed several times and are still being tried, by activity id."""
        self.refusing: dict[str, str] = {}
        """What is insisted on, and why it was refused last, as the operator's page has it."""
        self._refused = refused
        self._asked_again = 0
        self._under_way: set[asyncio.Task[bool]] = set()
        self._unanswered: set[str] = set()
        self._calls = 0

    @property
    def is_idle(self) -> bool:
        """Nothing is being called or delivered."""
        return not self._unanswered and not self._under_way and not self.refusing

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
        what: Words,
        *,
        give_up_after: timedelta | None = None,
    ) -> None:
        """Start a delivery; if the answer is no, `refused` is told what and why."""
        task = asyncio.create_task(self.deliver(method, argument, what, give_up_after=give_up_after))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def background(self, work: Coroutine[Any, Any, None]) -> None:
        """Something of several calls that goes on beside the loan; it is awaited at the end like a delivery."""

        async def done() -> bool:
            await work
            return True

        task = asyncio.create_task(done())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def deliver(
        self,
        method: Callable[[Any, A], Awaitable[Any]],
        argument: A,
        what: Words,
        *,
        give_up_after: timedelta | None = None,
    ) -> bool:
        """Deliver and wait for the answer, which may be no: then `refused` is told what and why, and nothing is raised."""
        try:
            await self.call(method, argument, what.zh, give_up_after=give_up_after)
        except ActivityError as error:
            self._refused(what, refusal_in(error))
            return False
        return True

    async def insist(
        self,
        method: Callable[[Any, A], Awaitable[Any]],
        argument: A,
        what: Words,
        *,
        while_wanted: Callable[[], bool] = lambda: True,
    ) -> bool:
        """What must be so before anything else may follow: a system that says no is asked again each day, in sight of all.

        `refused` is told once of each reason; `ask_again` asks at once. False: it is not wanted any more, and was refused.
        """
        while True:
            try:
                await self.call(method, argument, what.zh)
            except ActivityError as error:
                reason = refusal_in(error)
                if self.refusing.get(what.zh) != reason.zh:
                    self.refusing[what.zh] = reason.zh
                    self._refused(what, reason)
                await self._next_day(what.zh)
                if not while_wanted():
                    self.refusing.pop(what.zh, None)
                    return False
            else:
                self.refusing.pop(what.zh, None)
                return True

    async def _next_day(self, summary: str) -> None:
        asked = self._asked_again
        try:
            await workflow.wait_condition(
                lambda: self._asked_again != asked, timeout=_ASKED_AGAIN, timeout_summary=f"{summary}被拒绝，次日再报"
            )
        except TimeoutError:
            return

    def ask_again(self) -> None:
        """Whoever said no may say yes now: ask without waiting for the next day."""
        self._asked_again += 1

    async def finished(self) -> None:
        """All that was sent has arrived, was refused or was given up."""
        await workflow.wait_condition(lambda: not self._under_way)
