"""Waiting until something is so, with a limit; never for a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

T = TypeVar("T")

BEGUN = 3
"""A fresh history has its first workflow task after a second: until then nothing is pending, but nothing rests."""


async def is_at_rest(handle: WorkflowHandle[Any, Any]) -> bool:
    """Nothing to do for any worker: waiting for a party, a timer, or nobody any more."""
    try:
        described = await handle.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:  # a child that is about to begin
            return False
        raise
    if described.status is not WorkflowExecutionStatus.RUNNING:
        return True
    if described.history_length < BEGUN:
        return False
    raw = described.raw_description
    # What stood still while its child was under way makes up the time that it was told to move by.
    moves = raw.workflow_extended_info.time_skipping_info.effective_config.enabled and not raw.pending_children
    return not moves and not raw.pending_activities and not raw.HasField("pending_workflow_task")


async def eventually(found: Callable[[], T | None], met: Callable[[T], bool], within_s: float = 15) -> T:
    """The value, once it is so."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + within_s
    while True:
        value = found()
        if value is not None and met(value):
            return value
        if loop.time() > give_up_at:
            raise AssertionError(f"not so within {within_s} s; last seen: {str(value)[:800]}")
        await asyncio.sleep(0.01)


async def eventually_async(met: Callable[[], Awaitable[bool]], within_s: float = 20) -> None:
    """Wait until it is so."""
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + within_s
    while not await met():
        if loop.time() > give_up_at:
            raise AssertionError(f"not so within {within_s} s")
        await asyncio.sleep(0.01)
