"""A calendar told to everything that is open (日历通知): found by visibility, signalled a few at a time, each once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.store.calendars import Calendars
from zhengcaidai.web.gateway import Workflows, answering

__all__ = [
    "OPEN_CHANGES",
    "OPEN_LOANS",
    "TELL_WITHIN_SECONDS",
    "Told",
    "open_workflows",
    "put_in_force",
    "tell_calendar",
    "tell_late_comers",
]

OPEN_LOANS = "WorkflowType = 'ContractLoan' AND ExecutionStatus = 'Running'"
OPEN_CHANGES = "WorkflowType = 'AccountChange' AND ExecutionStatus = 'Running'"
_AT_ONCE = 16
_LISTS_LAG_SECONDS = 2
"""By how much visibility may lag behind on a server that is not overloaded."""
_LATE = timedelta(hours=2)
"""Long enough for two rounds of housekeeping (web/housekeeping.py)."""
_BATCH = 500
TELL_WITHIN_SECONDS = 600


async def open_workflows(client: Client, query: str) -> list[str]:
    """The ids of what visibility finds, page by page."""
    return [each.id async for each in client.list_workflows(query, page_size=_BATCH)]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a calendar that was loaded."""

    newly_loaded: bool
    """False: this edition was in force already; whoever had not been told was told now."""
    loans: int
    account_changes: int


async def put_in_force(calendars: Calendars, client: Client, calendar: CalendarYear, at: datetime) -> Told:
    """载入日历: from now on this edition is in force, and everything open is told of it. Repeating it is harmless."""
    newly_loaded = await calendars.load(calendar, at)
    loaded_at = (await calendars.editions(calendar.year))[0].loaded_at
    loans, changes = await _tell_all(client, calendar, loaded_at)
    if newly_loaded:  # what began while the edition was being loaded is in the lists by now
        await asyncio.sleep(_LISTS_LAG_SECONDS)
        loans, changes = await _tell_all(client, calendar, loaded_at)
    return Told(newly_loaded, loans, changes)


async def tell_late_comers(calendars: Calendars, workflows: Workflows, now: datetime) -> None:
    """Whoever was in neither list when a calendar came, on a server whose lists lagged further behind, is told with the next round.

    Raises WorkflowsDown.
    """
    for loaded in await calendars.loaded_since(now - _LATE):
        client = await workflows.client()
        async with answering(TELL_WITHIN_SECONDS):
            await _tell_all(client, loaded.calendar, loaded.loaded_at)


async def _tell_all(client: Client, calendar: CalendarYear, loaded_at: datetime) -> tuple[int, int]:
    loans = await tell_calendar(client, OPEN_LOANS, calendar, loaded_at)
    return loans, await tell_calendar(client, OPEN_CHANGES, calendar, loaded_at)


async def tell_calendar(client: Client, query: str, calendar: CalendarYear, loaded_at: datetime) -> int:
    """Signal `load_calendar` to every workflow of the query; returns how many were there to be told.

    The signal's request id is made from the edition and the moment that it was loaded, so that telling again, after a
    failure half-way, reaches only those that were not reached before.
    """
    payloads = Payloads(payloads=await client.data_converter.encode([calendar]))
    request_id = f"load-calendar:{calendar.version}:{loaded_at.isoformat()}"
    places = asyncio.Semaphore(_AT_ONCE)

    async def tell(workflow_id: str) -> bool:
        request = SignalWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            signal_name="load_calendar",
            input=payloads,
            identity=client.identity,
            request_id=request_id,
        )
        async with places:
            try:
                await client.workflow_service.signal_workflow_execution(request, retry=True)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return False  # it ended since it was found
                raise
            return True

    told = 0
    found = await open_workflows(client, query)
    for first in range(0, len(found), _BATCH):
        told += sum(await asyncio.gather(*map(tell, found[first : first + _BATCH])))
    return told
