"""Where the Temporal server comes from: the first of four ways that is open.

1. `TEMPORAL_ADDRESS` names a running one.
2. A `temporal` command on PATH whose server is new enough for the test clock.
3. The same command as the SDK downloads it.
4. A build of the official server and UI from their Go modules, pinned by checksum in `tools/temporal/`.

A server that is on disk already goes before anything that must be fetched: a start needs no network after the first.
"""

import asyncio
import os
import re
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from zhengcaidai.devserver import build, download
from zhengcaidai.devserver.errors import NoServer

__all__ = ["OLDEST_SERVER", "Attached", "Built", "Command", "Source", "find_source", "server_version"]

OLDEST_SERVER = (1, 32, 0)
"""The first server with a test clock for each workflow (`frontend.WorkflowTimeSkippingEnabled`)."""

_PROBE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Attached:
    """A server that somebody else runs; we neither start nor stop it."""

    address: str
    ui_url: str | None

    def __str__(self) -> str:
        return f"the running server at {self.address} (TEMPORAL_ADDRESS)"


@dataclass(frozen=True, slots=True)
class Command:
    """The `temporal` command, which carries server and UI."""

    path: Path
    came_by: str

    def __str__(self) -> str:
        return f"{self.path} ({self.came_by})"


@dataclass(frozen=True, slots=True)
class Built:
    """The official server and UI, built here."""

    programs: build.Programs

    def __str__(self) -> str:
        return f"{self.programs.server.parent} (built from the pinned Go modules)"


Source = Attached | Command | Built


@dataclass(frozen=True, slots=True)
class _Lack:
    """Why a way is not open."""

    reason: str


_Way = Callable[[], Awaitable[Source | _Lack]]


async def find_source() -> Source:
    """The server to use.

    Raises:
        NoServer: no way is open; the message names the four and what each lacked.
    """
    ways: dict[str, tuple[_Way, ...]] = {
        "TEMPORAL_ADDRESS": (_attached,),
        "`temporal` on PATH": (_command_on_path,),
        "the SDK's download": (_downloaded, _download),
        "build from Go modules": (_built, _build),
    }
    lacks: dict[str, str] = {}
    # First what costs nothing, in the order of the ways; then, in the same order, what must be fetched.
    for turn in (0, 1):
        for name, steps in ways.items():
            if turn < len(steps):
                found = await steps[turn]()
                if not isinstance(found, _Lack):
                    return found
                lacks[name] = found.reason
    listed = "\n".join(f"  {number}. {name}: {lacks[name]}" for number, name in enumerate(ways, start=1))
    raise NoServer(f"no Temporal server to be had; each of the four ways lacked something:\n{listed}")


async def _attached() -> Source | _Lack:
    address = os.environ.get("TEMPORAL_ADDRESS", "").strip()
    if not address:
        return _Lack("not set; it would be host:port of a running server")
    return Attached(address, os.environ.get("TEMPORAL_UI_URL") or None)


async def _command_on_path() -> Source | _Lack:
    found = shutil.which("temporal")
    if found is None:
        return _Lack("no such command")
    return await _new_enough(Path(found), "on PATH")


async def _downloaded() -> Source | _Lack:
    found = download.downloaded()
    return await _new_enough(found, "downloaded by the SDK") if found else _Lack("nothing downloaded yet")


async def _download() -> Source | _Lack:
    try:
        return await _new_enough(await download.download(), "downloaded by the SDK")
    except download.DownloadFailed as failed:
        return _Lack(str(failed))


async def _built() -> Source | _Lack:
    programs = await asyncio.to_thread(build.built)
    return Built(programs) if programs else _Lack("nothing built yet")


async def _build() -> Source | _Lack:
    try:
        return Built(await asyncio.to_thread(build.build))
    except build.BuildFailed as failed:
        return _Lack(str(failed))


async def _new_enough(path: Path, came_by: str) -> Source | _Lack:
    version = await server_version(path)
    wanted = ".".join(map(str, OLDEST_SERVER))
    if version is None:
        return _Lack(f"{path} --version names no server; {wanted} or newer is needed")
    if version < OLDEST_SERVER:
        return _Lack(f"{path} carries server {'.'.join(map(str, version))}; {wanted} or newer is needed (test clock)")
    return Command(path, came_by)


async def server_version(command: Path) -> tuple[int, ...] | None:
    """The version of the server inside a `temporal` command; None when it does not say."""
    try:
        process = await asyncio.create_subprocess_exec(
            command, "--version", stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return None
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _PROBE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    said = re.search(rb"\(Server (\d+)\.(\d+)\.(\d+)", output)
    return tuple(map(int, said.groups())) if said else None
