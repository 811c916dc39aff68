"""Workers killed outright, and new ones started."""

import asyncio
import contextlib
import os
import signal

from zhengcaidai.devserver.processes import Child
from zhengcaidai.devserver.system import LocalSystem


async def kill(child: Child) -> None:
    """SIGKILL to the process and all that it started; returns when it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.process.wait()


def living_workers(system: LocalSystem) -> list[Child]:
    return [each for each in system.workers if each.process.returncode is None]


async def kill_workers(system: LocalSystem) -> None:
    """Every worker, at once."""
    await asyncio.gather(*(kill(each) for each in living_workers(system)))


async def exactly_one_worker(system: LocalSystem) -> None:
    """As a test finds the system."""
    for surplus in living_workers(system)[1:]:
        await kill(surplus)
    if not living_workers(system):
        await system.start_worker()
