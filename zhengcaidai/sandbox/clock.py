"""测试时钟: moves the virtual time of chosen workflows on the server. Loans, not machines, grow older by it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from zhengcaidai.errors import NotFound
from zhengcaidai.rules.working_days import SHANGHAI, WorkingDayCalendar, shanghai_date

__all__ = ["OPENING", "SandboxClock", "until_next_working_day"]

OPENING = time(9)
"""The hour at which the next working day is entered: people are at their desks, and reminders are sent."""

_AT_ONCE = 8
_STANDS_STILL = TimeSkippingConfig(enabled=False, disable_propagation=True)
"""A workflow whose time moves only when told to: with skipping on, a bank's days would be gone before it could act."""


def until_next_working_day(now: datetime, calendar: WorkingDayCalendar) -> timedelta:
    """From that moment to 09:00 of the next working day after its date in Shanghai."""
    day = calendar.add_working_days(shanghai_date(now), 1)
    return datetime.combine(day, OPENING, SHANGHAI) - now


class SandboxClock:
    """Starts workflows whose time can be moved, and moves it. The server must have its test clock switched on."""

    def __init__(self) -> None:
        self._skipper: TimeSkipper | None = None

    def _of(self, client: Client) -> TimeSkipper:
        if self._skipper is None:
            self._skipper = TimeSkipper(client, config=_STANDS_STILL)
        return self._skipper

    def client(self, client: Client) -> Client:
        """The client through which workflows are started, so that their time can be moved later."""
        return self._of(client).client

    async def now(self, client: Client, workflow_id: str) -> datetime:
        """A workflow's virtual time, in Shanghai."""
        handle = client.get_workflow_handle(workflow_id)
        return (await self._of(client).get_current_time(handle)).astimezone(SHANGHAI)

    async def advance(
        self, client: Client, workflow_ids: Sequence[str], by: timedelta | None, calendar: WorkingDayCalendar
    ) -> tuple[tuple[datetime, datetime, bool], ...]:
        """Move each of them by a duration, or without one to the next working day as each has it.

        Returns, for each, the time before and after, and whether it is still running. Raises NotFound: one is not running.
        """
        places = asyncio.Semaphore(_AT_ONCE)

        async def move(workflow_id: str) -> tuple[datetime, datetime, bool]:
            async with places:
                return await self._move(client, workflow_id, by, calendar)

        return tuple(await asyncio.gather(*map(move, workflow_ids)))

    async def _move(
        self, client: Client, workflow_id: str, by: timedelta | None, calendar: WorkingDayCalendar
    ) -> tuple[datetime, datetime, bool]:
        handle = client.get_workflow_handle(workflow_id)
        try:
            description = await handle.describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise _not_running(workflow_id) from error
            raise
        if description.status is not WorkflowExecutionStatus.RUNNING:
            raise _not_running(workflow_id)
        before = await self.now(client, workflow_id)
        distance = until_next_working_day(before, calendar) if by is None else by
        if distance <= timedelta():
            return before, before, True  # to read a clock is to move it by nothing
        running = await self._of(client).fast_forward(handle, distance)
        return before, await self.now(client, workflow_id), running


def _not_running(workflow_id: str) -> NotFound:
    return NotFound(
        f"流程 {workflow_id} 不在运行。",
        f"Workflow {workflow_id} is not running.",
        where="loan_ids",
        right="GET /v1/loans",
    )
