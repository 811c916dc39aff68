"""`python -m benchmarks`: every figure in one run, into benchmarks/README.md with the machine's description."""

import asyncio
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console

from benchmarks import deadlines
from benchmarks.loans import LoanFigures, Shape, measure_loans, shape_of
from zhengcaidai import temporal
from zhengcaidai.devserver import Ports, TemporalServer
from zhengcaidai.devserver.system import LocalSystem, SystemPorts

README = Path(__file__).with_name("README.md")
_COUNT, _ROUNDS = 60, 3
_GOAL = 1.2


async def _server_figures(directory: Path) -> tuple[float, Shape, list[LoanFigures]]:
    began = time.monotonic()
    async with TemporalServer.running(
        directory,
        namespace=temporal.NAMESPACE,
        search_attributes=temporal.SEARCH_ATTRIBUTES,
        ports=Ports.free(),
    ) as server:
        started = time.monotonic() - began
        shape = await shape_of(server)
        return started, shape, await measure_loans(server, shape, _COUNT, _ROUNDS)


async def _system_start(directory: Path) -> float:
    began = time.monotonic()
    async with LocalSystem.running(directory, ports=SystemPorts.free()):
        return time.monotonic() - began


def _machine() -> str:
    memory_gib = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory_gib:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, Temporal server on SQLite, {datetime.now(UTC):%Y-%m-%d}"
    )


def _page(server_start: float, system_start: float, shape: Shape, figures: list[LoanFigures]) -> str:
    figures_of_deadlines = "\n".join(deadlines.run().lines())
    bare, loan = figures
    ratio = loan.worker_cpu_ms / bare.worker_cpu_ms
    rows = "\n".join(
        f"| {each.kind} | {each.per_second:.1f} | {each.worker_cpu_ms:.1f} | {each.events:.0f} | "
        f"{each.own_kib_per_open:.0f} |"
        for each in figures
    )
    return f"""# Figures

Written by `make bench` on: {_machine()}.

Machines are noisy: compare within a run, by ratio.

## A loan beside a bare workflow

The loan is the simplest that is repaid: {shape.steps} human steps, {shape.effects} side effects. The bare workflow has the same numbers of
steps (updates with a validator) and side effects (activities), and nothing else: no rules, no clocks, no journal. {_ROUNDS} rounds of
{_COUNT} each, in turns, median; each kind in a worker process of its own; outside systems answer at once.

| kind | finished per second | worker CPU ms each | events each | KiB of worker memory per open one |
|---|---|---|---|---|
{rows}

Worker CPU, loan to bare: **{ratio:.2f}** (goal ≤ {_GOAL}). Events, loan to bare: **{loan.events / bare.events:.2f}**.

## Deadlines

```text
{figures_of_deadlines}
```

## Start

| what | seconds |
|---|---|
| Temporal server, namespace and search attributes, from nothing | {server_start:.1f} |
| the whole system (server, UI, outside systems, API, worker), from nothing | {system_start:.1f} |
"""


def main() -> None:
    """Measure, print, write."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="zhengcaidai-bench-") as made:
        server_start, shape, figures = asyncio.run(_server_figures(Path(made) / "server"))
        system_start = asyncio.run(_system_start(Path(made) / "system"))
    page = _page(server_start, system_start, shape, figures)
    README.write_text(page, encoding="utf-8")
    console.print(page, markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
