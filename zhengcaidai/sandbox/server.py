"""Runs the sandbox: in the foreground for `python -m zhengcaidai.sandbox`, or beside whoever needs it for a while."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn

from zhengcaidai.sandbox.app import create_sandbox
from zhengcaidai.sandbox.settings import SandboxSettings

__all__ = ["LOOPBACK", "running_sandbox", "serve"]

LOOPBACK = "127.0.0.1"
_START_SECONDS = 15


def serve(settings: SandboxSettings, host: str, port: int) -> None:
    """Until it is told to stop."""
    uvicorn.run(create_sandbox(settings), host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)


@contextmanager
def running_sandbox(state_dir: Path, engine_url: str) -> Iterator[SandboxSettings]:
    """The sandbox on a free port of the loopback interface, in a thread; its address is in the settings yielded."""
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it, each answer waits 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind((LOOPBACK, 0))
        base_url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        settings = SandboxSettings(state_dir=state_dir, base_url=base_url, engine_url=engine_url)
        config = uvicorn.Config(create_sandbox(settings), log_level="warning", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="sandbox", daemon=True)
        thread.start()
        try:
            _await_start(server, thread)
            yield settings
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)


def _await_start(server: uvicorn.Server, thread: Thread) -> None:
    until = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise RuntimeError(f"the sandbox did not start within {_START_SECONDS} s; see its log above")
        time.sleep(0.01)
