"""Start the processes of a local system, notice when one dies, and end them all in order."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from zhengcaidai.devserver.errors import ChildDied, NotReady

__all__ = ["Child", "Processes"]

_LAST_LINES = 15
_LONGEST_LINE = 300
_PROBE_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Child:
    """A process that we started, in a process group of its own; all that it prints goes to `log_path`."""

    name: str
    process: asyncio.subprocess.Process
    log_path: Path

    @property
    def pid(self) -> int:
        """The process id, which is its group's id as well."""
        return self.process.pid

    def died(self) -> ChildDied:
        """The error that says how it ended."""
        zh, en = self.ending()
        last = self.log_path.read_text(errors="replace").splitlines()[-_LAST_LINES:]
        if not any(map(str.strip, last)):
            return ChildDied(
                f"{self.name} {zh}，日志 {self.log_path} 为空 / {self.name} {en}; its log is {self.log_path}, and is empty"
            )
        words = "\n".join(line[:_LONGEST_LINE] for line in last)
        return ChildDied(
            f"{self.name} {zh}，日志 {self.log_path}，最后几行如下 / "
            f"{self.name} {en}; its log is {self.log_path}, and its last lines are:\n{words}"
        )

    def ending(self) -> tuple[str, str]:
        """How it ended, in Chinese and English."""
        status = self.process.returncode
        if status is not None and status < 0:
            name = signal.Signals(-status).name
            return f"被信号 {-status}（{name}）终止", f"was ended by signal {-status} ({name})"
        return f"自行退出，退出码 {status}", f"ended with status {status}"


class Processes:
    """A set of children that live and end together. Use it as an asynchronous context manager.

    Each child has its own process group, so that Ctrl-C reaches only us and we end them in the reverse of the order in
    which they were started: SIGTERM, then SIGKILL to the group after `grace_s`.
    """

    def __init__(self, log_dir: Path, *, grace_s: float = 10) -> None:
        self._log_dir = log_dir
        self._grace_s = grace_s
        self._children: list[Child] = []

    async def __aenter__(self) -> Self:
        self._log_dir.mkdir(parents=True, exist_ok=True)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(
        self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Child:
        """Start one more child; `env` is its whole environment (ours when absent). Its log is begun anew."""
        log_path = self._log_dir / f"{name}.log"
        with log_path.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *_dying_with_us(), *command, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, cwd=cwd, start_new_session=True,
            )  # fmt: skip
        child = Child(name, process, log_path)
        self._children.append(child)
        return child

    async def until_ready(self, child: Child, probe: Callable[[], Awaitable[bool]], *, within_s: float) -> None:
        """Ask `probe` again and again until it says yes.

        Raises:
            ChildDied: it ended before.
            NotReady: `within_s` seconds were not enough.
        """
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + within_s
        while not await probe():
            if child.process.returncode is not None:
                raise child.died()
            if loop.time() > give_up_at:
                raise NotReady(
                    f"{child.name} 在 {within_s:g} 秒内没有应答，日志 {child.log_path} / "
                    f"{child.name} did not answer within {within_s:g} s; its log is {child.log_path}"
                )
            await asyncio.sleep(_PROBE_EVERY_S)

    async def until_interrupted(
        self, *, beside: Sequence[Child] = (), again: Callable[[Child], Awaitable[None]] | None = None
    ) -> None:
        """Wait for Ctrl-C, a SIGTERM or a closed terminal; `beside` are children of others that are watched as well.

        `again` is told of a child of ours that ended by itself: it starts another in its place, or raises.

        Raises:
            ChildDied: a child ended by itself first, and there is nobody to start another.
        """
        interrupted = asyncio.Event()
        loop = asyncio.get_running_loop()
        asked_by = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in asked_by:
            loop.add_signal_handler(number, interrupted.set)
        asked = asyncio.create_task(interrupted.wait())
        try:
            while (dead := await _first_to_end((*beside, *self._children), asked)) is not None:
                if again is None or dead not in self._children:
                    raise dead.died()
                self._children.remove(dead)
                await self._end(dead)
                await again(dead)
        finally:
            asked.cancel()
            for number in asked_by:
                loop.remove_signal_handler(number)

    async def stop(self) -> None:
        """End all children, the last started first. Nothing happens for those that have ended already."""
        while self._children:
            await self._end(self._children.pop())

    async def _end(self, child: Child) -> None:
        _signal_group(child.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(child.process.wait(), self._grace_s)
        except TimeoutError:
            pass
        finally:
            # The group may outlive its leader: what a child started itself ends with it.
            _signal_group(child.pid, signal.SIGKILL)
            await child.process.wait()


async def _first_to_end(children: Sequence[Child], asked: asyncio.Task[Any]) -> Child | None:
    """The first child to end; None: we were asked to stop before."""
    endings = {asyncio.create_task(child.process.wait()): child for child in children}
    try:
        done, _ = await asyncio.wait([asked, *endings], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in endings:
            task.cancel()
    return None if asked in done else endings[done.pop()]


def _dying_with_us() -> Sequence[str]:
    """On Linux, have the kernel end a child whose parent was killed outright, so that no port stays taken."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
