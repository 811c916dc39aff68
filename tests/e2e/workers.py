"""Processes of the system killed outright, and started again."""

import asyncio
import contextlib
import os
import signal

from zhengcaidai.devserver.processes import Child
from zhengcaidai.devserver.system import LocalSystem


async def killed(child: Child) -> None:
    """SIGKILL to the process and all that it started; returns when it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.process.wait()


async def kill_workers(system: LocalSystem) -> None:
    """Every worker, at once."""
    workers = list(system.workers)
    system.workers.clear()
    await asyncio.gather(*(killed(each) for each in workers))


async def stop_workers(system: LocalSystem, *, keep: int) -> None:
    """Bring the system back to so many workers."""
    alive = [each for each in system.workers if each.process.returncode is None]
    for surplus in alive[keep:]:
        await killed(surplus)
    system.workers[:] = alive[:keep]
    while len(system.workers) < keep:
        await system.start_worker()
