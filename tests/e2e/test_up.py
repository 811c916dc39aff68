"""`make up`: starts everything, stops cleanly on Ctrl-C, and goes on from where it stopped, however it was stopped."""

import asyncio
import contextlib
import re
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.books import books_agree
from tests.e2e.driving import KUNMING, LUOYANG, driven
from tests.e2e.outside import Outside
from zhengcaidai.devserver.ports import LOOPBACK
from zhengcaidai.devserver.system import CHECKOUT, SystemPorts
from zhengcaidai.messages.stages import Stage
from zhengcaidai.sandbox.people import People

_UP_WITHIN_S = 60
_STOPPED_WITHIN_S = 15


def _command(state_dir: Path, ports: SystemPorts) -> list[str]:
    options = {
        "--state-dir": state_dir,
        "--api-port": ports.api,
        "--sandbox-port": ports.sandbox,
        "--temporal-port": ports.temporal.frontend,
        "--ui-port": ports.temporal.ui,
    }
    return [sys.executable, "-m", "zhengcaidai", "up", *(str(each) for pair in options.items() for each in pair)]


class Up:
    """One run of the command, in the foreground of nobody's terminal."""

    def __init__(self, process: asyncio.subprocess.Process, ports: SystemPorts) -> None:
        self.process = process
        self.ports = ports
        self.printed = ""

    async def until_ready(self) -> str:
        assert self.process.stdout is not None
        async with asyncio.timeout(_UP_WITHIN_S):
            while "Ctrl-C" not in self.printed:
                line = await self.process.stdout.readline()
                assert line, f"it ended early: {self.printed}"
                self.printed += line.decode()
        return self.printed

    async def line_with(self, word: str) -> str:
        """The next line on its console that holds the word."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_UP_WITHIN_S):
            while word not in (line := (await self.process.stdout.readline()).decode()):
                assert line, f"it ended without a word of {word}"
        return line

    def part(self, *words: str) -> psutil.Process:
        """The process whose command holds one of these."""
        return next(each for each in self.family()[1:] if any(word in " ".join(each.cmdline()) for word in words))

    def family(self) -> list[psutil.Process]:
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    async def interrupted(self) -> int:
        """Ctrl-C; the exit status comes back. Nothing that it started is left, and no port is taken."""
        family = self.family()
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        status = await asyncio.wait_for(self.process.wait(), _STOPPED_WITHIN_S)
        assert time.monotonic() - began < _STOPPED_WITHIN_S
        _assert_gone(family)
        for port in (self.ports.api, self.ports.sandbox, self.ports.temporal.frontend, self.ports.temporal.ui):
            with socket.socket() as free:
                free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                free.bind((LOOPBACK, port))
        return status

    async def killed(self) -> None:
        """SIGKILL to every process at once, the Temporal server's among them."""
        family = self.family()
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):  # a part may end as soon as the one it hangs on is gone
                each.kill()
        await self.process.wait()
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, timeout=10)
        _assert_gone(alive)


def _assert_gone(family: list[psutil.Process]) -> None:
    # Where the first process reaps nobody, an orphan that has ended stays as a zombie.
    left = [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    assert not left, f"still there: {left}"


@asynccontextmanager
async def _up(state_dir: Path, ports: SystemPorts) -> AsyncIterator[Up]:
    process = await asyncio.create_subprocess_exec(
        *_command(state_dir, ports),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=CHECKOUT, start_new_session=True,
    )  # fmt: skip
    up = Up(process, ports)
    try:
        await up.until_ready()
        yield up
    finally:
        if process.returncode is None:
            await up.killed()


@pytest.mark.timeout(180)
async def test_what_one_run_leaves_the_next_goes_on_from(tmp_path: Path) -> None:
    ports = SystemPorts.free()
    sandbox_url = f"http://{LOOPBACK}:{ports.sandbox}"
    async with httpx.AsyncClient(timeout=40) as http:
        people = People(f"http://{LOOPBACK}:{ports.api}", sandbox_url, http)
        async with _up(tmp_path, ports) as first:
            for address in (f"{people.api_url}/docs", f"{LOOPBACK}:{ports.temporal.ui}", f"{sandbox_url}/docs"):
                assert address in first.printed
            for view in ("等银行", "等采购人", "等财政", "将到期", "已超时", "异常"):
                assert view in first.printed
            one, other = [await driven(people, region, to=Stage.ACCEPTED) for region in (KUNMING, LUOYANG)]
            assert await first.interrupted() == 0

        async with _up(tmp_path, ports) as second:
            assert (await one.seen())["stage"] == Stage.ACCEPTED
            await one.to(Stage.SIGNED)
            await other.to(Stage.ACCOUNT_CHANGE)
            await second.killed()

        async with _up(tmp_path, ports) as third:
            await asyncio.gather(one.home(), other.home())
            outside = Outside(sandbox_url)
            await books_agree(outside, one)
            await books_agree(outside, other)
            assert await third.interrupted() == 0


@pytest.mark.parametrize("taken", ["api", "sandbox", "temporal", "ui"])
async def test_a_port_that_is_taken_is_an_error_that_names_it(tmp_path: Path, taken: str) -> None:
    ports = SystemPorts.free()
    port = {"api": ports.api, "sandbox": ports.sandbox, "temporal": ports.temporal.frontend, "ui": ports.temporal.ui}[
        taken
    ]
    with socket.create_server((LOOPBACK, port)):
        process = await asyncio.create_subprocess_exec(
            *_command(tmp_path, ports), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=CHECKOUT
        )
        printed, complained = await process.communicate()
    assert process.returncode == 1
    assert printed == b""
    lines = complained.decode().splitlines()
    assert len(lines) == 1
    assert re.search(rf"\b{port}\b.*taken", lines[0])
    assert f"端口 {port}" in lines[0]
    assert f"--{taken}-port or ZHENGCAIDAI_UP_{taken.upper()}_PORT" in lines[0]


@pytest.mark.timeout(120)
async def test_a_part_that_dies_is_started_again_and_given_up_the_third_time(tmp_path: Path) -> None:
    ports = SystemPorts.free()
    async with _up(tmp_path, ports) as up:
        for number, arguments in enumerate(("worker.py", "api:app", "zhengcaidai.sandbox"), start=1):
            up.part(arguments).kill()
            assert re.search(r"SIGKILL.*started again as (worker|api|sandbox)-2", await up.line_with("again")), number
        async with httpx.AsyncClient(timeout=5) as http:
            for port in (ports.api, ports.sandbox):
                await _until_answered(http, f"http://{LOOPBACK}:{port}/health")
        up.part("worker.py").kill()
        assert "started again as worker-3" in await up.line_with("again")
        up.part("worker.py").kill()
        last = await up.line_with("worker-3")
        assert "worker-3 was ended by signal 9 (SIGKILL); its log is" in last
        assert await asyncio.wait_for(up.process.wait(), _STOPPED_WITHIN_S) == 1


@pytest.mark.timeout(120)
async def test_the_temporal_server_is_not_started_again(tmp_path: Path) -> None:
    async with _up(tmp_path, SystemPorts.free()) as up:
        up.part("--allow-no-auth", "start-dev").kill()
        assert "temporal 被信号 9（SIGKILL）终止" in await up.line_with("temporal was ended by signal 9")
        assert await asyncio.wait_for(up.process.wait(), _STOPPED_WITHIN_S) == 1


async def _until_answered(http: httpx.AsyncClient, url: str) -> None:
    async with asyncio.timeout(_UP_WITHIN_S):
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await http.get(url)).is_success:
                    return
            await asyncio.sleep(0.1)
