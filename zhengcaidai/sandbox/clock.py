"""测试时钟: moves the virtual time of chosen workflows on the server. Loans, not machines, grow older by it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from zhengcaidai.errors import NotFound
from zhengcaidai.rules.working_days import SHANGHAI, WorkingDayCalendar, shanghai_date

__all__ = ["OPENING", "Moved", "SandboxClock", "until_next_working_day"]

OPENING = time(9)
"""The hour at which the next working day is entered: people are at their desks, and reminders are sent."""

_PAST_IT = timedelta(seconds=1)
"""The move ends this much later: a timer of that very hour, set some milliseconds after the hour, fires on the way and
not whenever the server gets to it, perhaps only after the next move."""
_AT_ONCE = 8
_LOOK_SECONDS = 0.5
"""How often a move that is under way is looked after."""
_CALL_SECONDS = 3
"""A call that holds a move up for longer is waiting for a system that is down."""
_MOVE_SECONDS = 20
_STANDING = timedelta(minutes=1)
"""Virtual time that gets ahead of the wall's by less does not move."""
_STANDS_STILL = TimeSkippingConfig(enabled=False, disable_propagation=True)
"""A workflow whose time moves only when told to: with skipping on, a bank's days would be gone before it could act."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one workflow's time."""

    before: datetime
    after: datetime
    running: bool
    """Whether it is still running; one that ended on the way went no further."""
    waits_for: tuple[str, ...] = ()
    """It stands still until these have ended, and then makes up for what it was told to move."""


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

    async def advance(
        self,
        client: Client,
        workflow_ids: Sequence[str],
        far: timedelta | WorkingDayCalendar,
        *,
        must_run: bool,
    ) -> dict[str, Moved]:
        """Move each of them by a duration, or to the next working day of a calendar, as each has it.

        One that is not running is left out; with `must_run` it raises NotFound, before any has moved.
        """
        places = asyncio.Semaphore(_AT_ONCE)

        async def look(workflow_id: str) -> WorkflowExecutionDescription | None:
            async with places:
                return await _running(client.get_workflow_handle(workflow_id))

        async def move(workflow_id: str, found: WorkflowExecutionDescription) -> Moved:
            async with places:
                return await self._move(client.get_workflow_handle(workflow_id), found, client, far)

        looked = dict(zip(workflow_ids, await asyncio.gather(*map(look, workflow_ids)), strict=True))
        running = {workflow_id: found for workflow_id, found in looked.items() if found is not None}
        if must_run and len(running) < len(looked):
            raise _not_running(next(each for each in looked if each not in running))
        moved = await asyncio.gather(*(move(workflow_id, found) for workflow_id, found in running.items()))
        return dict(zip(running, moved, strict=True))

    async def _move(
        self,
        handle: WorkflowHandle[Any, Any],
        found: WorkflowExecutionDescription,
        client: Client,
        far: timedelta | WorkingDayCalendar,
    ) -> Moved:
        before, owed = _time_of(found), _owed(found)
        distance = far if isinstance(far, timedelta) else until_next_working_day(before + owed, far) + _PAST_IT
        if distance <= timedelta():
            return Moved(before, before, True)  # to read a clock is to move it by nothing
        moving = asyncio.create_task(self._of(client).fast_forward(handle, owed + distance))
        is_there = await _arrived(moving, handle)
        if not is_there:
            moving.cancel()
            await asyncio.gather(moving, return_exceptions=True)
        now = await handle.describe()
        return Moved(before, _time_of(now), not is_there or moving.result(), () if is_there else _under_way(now))


async def _arrived(moving: asyncio.Task[bool], handle: WorkflowHandle[Any, Any]) -> bool:
    """Whether the move is through. A workflow with a child under way stands still, and one with a call until that is answered:
    what it owes is made up when that has ended, and nobody waits here for so long.
    """
    loop = asyncio.get_running_loop()
    began, stood_since, skipped = loop.time(), loop.time(), timedelta()
    while loop.time() - began < _MOVE_SECONDS:
        done, _ = await asyncio.wait({moving}, timeout=_LOOK_SECONDS)
        if done:
            return True
        found = await handle.describe()
        ahead = _time_of(found) - datetime.now(SHANGHAI)
        if abs(ahead - skipped) > _STANDING:
            stood_since, skipped = loop.time(), ahead
        patience = 0 if found.raw_description.pending_children else _CALL_SECONDS
        if _under_way(found) and loop.time() - stood_since >= patience:
            return False
    return False


async def _running(handle: WorkflowHandle[Any, Any]) -> WorkflowExecutionDescription | None:
    try:
        found = await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return found if found.status is WorkflowExecutionStatus.RUNNING else None


def _time_of(found: WorkflowExecutionDescription) -> datetime:
    """A workflow's virtual time, in Shanghai; that of the wall if it was never moved."""
    extended = found.raw_description.workflow_extended_info
    if not extended.HasField("time_skipping_info"):
        return datetime.now(SHANGHAI)
    return extended.time_skipping_info.current_time.ToDatetime(UTC).astimezone(SHANGHAI)


def _owed(found: WorkflowExecutionDescription) -> timedelta:
    """What it was told to move by and has not moved yet."""
    config = found.raw_description.workflow_extended_info.time_skipping_info.effective_config
    return config.fast_forward_config.duration.ToTimedelta() if config.enabled else timedelta()


def _under_way(found: WorkflowExecutionDescription) -> tuple[str, ...]:
    raw = found.raw_description
    children = [child.workflow_id for child in raw.pending_children]
    return (*children, *(each.activity_type.name for each in raw.pending_activities))


def _not_running(workflow_id: str) -> NotFound:
    return NotFound(
        f"流程 {workflow_id} 不在运行。",
        f"Workflow {workflow_id} is not running.",
        where="loan_ids",
        right="GET /v1/loans",
    )
