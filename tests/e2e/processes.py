"""Processes of the system killed, held still and started again."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator

import psutil

from zhengcaidai.devserver.processes import Child
from zhengcaidai.devserver.system import LocalSystem


async def kill(child: Child) -> None:
    """SIGKILL to the process and all that it started; returns when it is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.process.wait()


def _living(children: list[Child]) -> list[Child]:
    return [each for each in children if each.process.returncode is None]


async def kill_workers(system: LocalSystem) -> None:
    """Every worker, at once."""
    await asyncio.gather(*(kill(each) for each in _living(system.workers)))


async def kill_api(system: LocalSystem) -> None:
    """The API, whatever it is doing."""
    await asyncio.gather(*(kill(each) for each in _living(system.apis)))


async def whole_again(system: LocalSystem) -> None:
    """As a test finds the system: one API, one worker."""
    if not _living(system.apis):
        await system.start_api()
    for surplus in _living(system.workers)[1:]:
        await kill(surplus)
    if not _living(system.workers):
        await system.start_worker()


@contextlib.contextmanager
def no_answer_from_temporal(system: LocalSystem) -> Iterator[None]:
    """The server stands still (SIGSTOP): it takes what is sent, and answers nobody."""
    server = _server_of(system)
    server.suspend()
    try:
        yield
    finally:
        server.resume()


def _server_of(system: LocalSystem) -> psutil.Process:
    port = system.ports.temporal.frontend
    for process in psutil.Process().children(recursive=True):
        if any(each.status == psutil.CONN_LISTEN and each.laddr.port == port for each in process.net_connections()):
            return process
    raise LookupError(f"no child of ours listens on port {port}")
