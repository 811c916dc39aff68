"""Loans beside bare workflows with the same human steps and side effects, on one server in one run.

Each kind has a worker process of its own; CPU and memory are those of that process. Ratios are what counts: the machine is
noisy, so the two kinds take turns.
"""

import asyncio
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from statistics import median
from typing import Any

import psutil
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from benchmarks.bare import BareLoan, BareStart
from benchmarks.loan_world import application_for, party_steps
from workflows.contract_loan import ContractLoan
from zhengcaidai import temporal
from zhengcaidai.devserver import TemporalServer
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import TakenStep
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date

__all__ = ["LoanFigures", "Shape", "measure_loans", "shape_of"]

_AT_ONCE = 16
_OPEN = 100
_STEPS_WHILE_OPEN = 3
_Run = Callable[..., Awaitable[str]]
_SUPPLIER = Principal(user_id="u-supplier", organisation_id="sup-1", role=Role.SUPPLIER)


@dataclass(frozen=True)
class Shape:
    """What a loan consists of, read off the history of one."""

    steps: int
    effects: int
    events: int


@dataclass(frozen=True)
class LoanFigures:
    """One kind's figures over a number of workflows."""

    kind: str
    count: int
    per_second: float
    worker_cpu_ms: float
    events: float
    own_kib_per_open: float


@asynccontextmanager
async def _worker(kind: str, server: TemporalServer) -> AsyncIterator[tuple[str, psutil.Process]]:
    queue = f"bench-{kind}-{uuid.uuid4()}"
    command = (sys.executable, "-m", "benchmarks.worker_process", kind, server.address, queue)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        if process.stdout is None or (await process.stdout.readline()).strip() != b"ready":
            raise RuntimeError(f"the {kind} worker did not start")
        yield queue, psutil.Process(process.pid)
    finally:
        process.kill()
        await process.wait()


async def _at(handle: WorkflowHandle[Any, Any], stage: Stage) -> None:
    """It is somebody's turn. The server is asked, not the worker: people do not press a button until it works."""
    while True:
        described = await handle.describe()
        if described.typed_search_attributes.get(temporal.STAGE) == stage.value:
            return
        await asyncio.sleep(0.02)


async def _one_loan(client: Client, queue: str, *, leave_open: bool = False) -> str:
    number = uuid.uuid4().hex[:10].upper()
    asked = application_for(number)
    workflow_id = temporal.loan_workflow_id(asked.loan_id)
    handle = await client.start_workflow(
        ContractLoan.run,
        LoanStart(application=asked, by=_SUPPLIER, key=f"submit-{number}"),
        id=workflow_id,
        task_queue=queue,
        search_attributes=temporal.starting_attributes(asked.region, asked.bank_id),
    )
    steps = party_steps(shanghai_date(datetime.now(SHANGHAI)))
    for stage, step, by in steps[:_STEPS_WHILE_OPEN] if leave_open else steps:
        await _at(handle, stage)
        await handle.execute_update(step.name(), TakenStep[Any](step=step, by=by, key=str(uuid.uuid4())))
    if leave_open:
        await _at(handle, Stage.DISBURSED)
    return workflow_id


async def _one_bare(client: Client, queue: str, shape: Shape, *, leave_open: bool = False) -> str:
    workflow_id = f"bare-{uuid.uuid4()}"
    between = max(0, (shape.effects - 6) // shape.steps)
    start = BareStart(
        steps=shape.steps,
        effects_before_first_step=6,
        effects_after_each_step=between,
        effects_at_end=shape.effects - 6 - between * shape.steps,
    )
    handle = await client.start_workflow(BareLoan.run, start, id=workflow_id, task_queue=queue)
    for _ in range(_STEPS_WHILE_OPEN if leave_open else shape.steps):
        await handle.execute_update(BareLoan.step, "taken")
    if not leave_open:
        await handle.result()
    return workflow_id


async def _settled(client: Client, workflow_id: str) -> None:
    """All that a loan does is done: it has settled, and told everybody."""
    handle = client.get_workflow_handle(workflow_id)
    while True:
        description = await handle.describe()
        stage = description.typed_search_attributes.get(temporal.STAGE)
        if stage == "settled" and not description.raw_description.pending_activities:
            return
        await asyncio.sleep(0.05)


async def shape_of(server: TemporalServer) -> Shape:
    """Run one loan and count what it consists of."""
    async with _worker("loan", server) as (queue, _):
        client = await _client(server)
        workflow_id = await _one_loan(client, queue)
        await _settled(client, workflow_id)
        history = await client.get_workflow_handle(workflow_id).fetch_history()
    kinds = [event.event_type for event in history.events]
    return Shape(
        steps=kinds.count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED),
        effects=kinds.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED),
        events=len(kinds),
    )


async def _client(server: TemporalServer) -> Client:
    return await Client.connect(server.address, namespace=server.namespace, data_converter=temporal.data_converter())


async def measure_loans(server: TemporalServer, shape: Shape, count: int, rounds: int) -> list[LoanFigures]:
    """Both kinds in turns; the median of the rounds."""
    kinds: dict[str, _Run] = {"bare": partial(_one_bare, shape=shape), "loan": _one_loan}
    found: dict[str, list[LoanFigures]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind, run in kinds.items():
            found[kind].append(await _round(server, kind, run, count))
    return [_median(figures) for figures in found.values()]


async def _round(server: TemporalServer, kind: str, run: _Run, count: int) -> LoanFigures:
    client = await _client(server)
    async with _worker(kind, server) as (queue, process):
        await _finish(client, kind, [await run(client, queue)])
        gate = asyncio.Semaphore(_AT_ONCE)
        cpu, began = _cpu(process), time.monotonic()

        async def one() -> str:
            async with gate:
                return await run(client, queue)

        ids = await asyncio.gather(*(one() for _ in range(count)))
        await _finish(client, kind, ids)
        took, used = time.monotonic() - began, _cpu(process) - cpu
        own = await _own_kib_per_open(client, queue, process, run)
    events = [len((await client.get_workflow_handle(each).fetch_history()).events) for each in ids[:5]]
    return LoanFigures(kind, count, count / took, used / count * 1000, median(events), own)


async def _finish(client: Client, kind: str, ids: list[str]) -> None:
    if kind == "loan":
        await asyncio.gather(*(_settled(client, each) for each in ids))


async def _own_kib_per_open(client: Client, queue: str, process: psutil.Process, run: _Run) -> float:
    """Memory of its own that one more open workflow in the worker's cache costs, in KiB.

    The worker has grown to its working size before: only what stays is counted.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one() -> None:
        async with gate:
            await run(client, queue, leave_open=True)

    before = process.memory_full_info().uss
    await asyncio.gather(*(one() for _ in range(_OPEN)))
    await asyncio.sleep(1)
    return (process.memory_full_info().uss - before) / _OPEN / 1024


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _median(rounds: list[LoanFigures]) -> LoanFigures:
    return LoanFigures(
        rounds[0].kind,
        rounds[0].count,
        median(each.per_second for each in rounds),
        median(each.worker_cpu_ms for each in rounds),
        median(each.events for each in rounds),
        median(each.own_kib_per_open for each in rounds),
    )
