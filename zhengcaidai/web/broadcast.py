"""A calendar told to everything that is open (日历通知): found by visibility, signalled a few at a time, each once."""

import asyncio
from datetime import datetime

from temporalio.api.common.v1 import Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from zhengcaidai.messages.calendars import CalendarYear

__all__ = ["OPEN_CHANGES", "OPEN_LOANS", "open_workflows", "tell_calendar"]

OPEN_LOANS = "WorkflowType = 'ContractLoan' AND ExecutionStatus = 'Running'"
OPEN_CHANGES = "WorkflowType = 'AccountChange' AND ExecutionStatus = 'Running'"
_AT_ONCE = 16
_BATCH = 500


async def open_workflows(client: Client, query: str) -> list[str]:
    """The ids of what visibility finds, page by page."""
    return [each.id async for each in client.list_workflows(query, page_size=_BATCH)]


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
