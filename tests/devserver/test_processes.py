"""Children are started, watched and ended in order."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from zhengcaidai.devserver import Child, ChildDied, NotReady, Processes

_SAYS_GOODBYE = """
import pathlib, signal, sys, time
diary = pathlib.Path(sys.argv[1])
def goodbye(*_):
    with diary.open("a") as f: f.write(sys.argv[2] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, goodbye)
print("listening", flush=True)
time.sleep(60)
"""
_IS_DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)
_HAS_A_CHILD = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""


async def _until_printed(log_path: Path) -> str:
    while not (printed := log_path.read_text()):
        await asyncio.sleep(0.01)
    return printed


async def _until_gone(pid: int) -> None:
    # Where the first process reaps nobody, an orphan that has ended stays as a zombie.
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        await asyncio.sleep(0.01)


async def _never() -> bool:
    return False


async def test_the_last_started_is_ended_first(tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    async with Processes(tmp_path / "logs") as processes:
        for name in ("database", "server", "worker"):
            child = await processes.start(name, [sys.executable, "-c", _SAYS_GOODBYE, diary, name])
            await _until_printed(child.log_path)
    assert diary.read_text().split() == ["worker", "server", "database"]


async def test_one_that_ignores_sigterm_is_killed_after_the_grace(tmp_path: Path) -> None:
    async with Processes(tmp_path, grace_s=0.2) as processes:
        child = await processes.start("deaf", [sys.executable, "-c", _IS_DEAF])
        await _until_printed(child.log_path)
        began = time.monotonic()
    assert child.process.returncode == -signal.SIGKILL
    assert 0.2 <= time.monotonic() - began < 5


async def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    async with Processes(tmp_path) as processes:
        child = await processes.start("parent", [sys.executable, "-c", _HAS_A_CHILD])
        grandchild = int(await _until_printed(child.log_path))
        assert psutil.pid_exists(grandchild)
    await _until_gone(grandchild)


async def test_children_end_when_the_block_fails(tmp_path: Path) -> None:
    children: list[Child] = []

    async def fail() -> None:
        async with Processes(tmp_path) as processes:
            children.append(await processes.start("sleeper", ["sleep", "60"]))
            raise LookupError("something else went wrong")

    with pytest.raises(LookupError, match="something else went wrong"):
        await fail()
    assert [child.process.returncode for child in children] == [-signal.SIGTERM]


async def test_one_that_dies_early_is_reported_with_its_last_words(tmp_path: Path) -> None:
    async with Processes(tmp_path) as processes:
        child = await processes.start("clumsy", [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"])
        with pytest.raises(ChildDied, match=r"(?s)clumsy ended with status 3; its log is .*clumsy\.log.*no such table"):
            await processes.until_ready(child, _never, within_s=10)


async def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    async with Processes(tmp_path) as processes:
        child = await processes.start("sleeper", ["sleep", "60"])
        with pytest.raises(NotReady, match=r"sleeper did not answer within 0\.1 s"):
            await processes.until_ready(child, _never, within_s=0.1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_wait(tmp_path: Path, number: signal.Signals) -> None:
    async with Processes(tmp_path) as processes:
        await processes.start("sleeper", ["sleep", "60"])
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
        await processes.until_interrupted()


async def test_a_death_ends_the_wait_and_names_the_dead(tmp_path: Path) -> None:
    async with Processes(tmp_path) as processes:
        await processes.start("sleeper", ["sleep", "60"])
        victim = await processes.start("victim", ["sleep", "60"])
        asyncio.get_running_loop().call_later(0.05, os.kill, victim.pid, signal.SIGKILL)
        with pytest.raises(ChildDied, match=r"victim 被信号 9.*victim was ended by signal 9 \(SIGKILL\).* is empty"):
            await processes.until_interrupted()


async def test_whoever_starts_another_in_its_place_is_told_of_a_death(tmp_path: Path) -> None:
    dead: list[tuple[str, tuple[str, str]]] = []
    async with Processes(tmp_path) as processes:

        async def again(child: Child) -> None:
            dead.append((child.name, child.ending()))
            if len(dead) == 3:
                raise child.died()
            await processes.start(f"clumsy-{len(dead) + 1}", ["false"])

        await processes.start("clumsy-1", ["false"])
        with pytest.raises(ChildDied, match=r"clumsy-3 自行退出，退出码 1.*clumsy-3 ended with status 1"):
            await processes.until_interrupted(again=again)
    assert dead == [(f"clumsy-{number}", ("自行退出，退出码 1", "ended with status 1")) for number in (1, 2, 3)]


async def test_a_death_beside_is_not_made_good(tmp_path: Path) -> None:
    async def again(child: Child) -> None:
        raise AssertionError(child.name)

    async with Processes(tmp_path / "others") as others, Processes(tmp_path / "own") as own:
        server = await others.start("temporal", ["false"])
        await own.start("sleeper", ["sleep", "60"])
        with pytest.raises(ChildDied, match="temporal ended with status 1"):
            await own.until_interrupted(beside=(server,), again=again)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
async def test_children_end_when_we_are_killed_outright(tmp_path: Path) -> None:
    supervisor = (
        "import asyncio, pathlib, sys\n"
        "from zhengcaidai.devserver import Processes\n"
        "async def main():\n"
        "    async with Processes(pathlib.Path(sys.argv[1])) as processes:\n"
        "        child = await processes.start('sleeper', ['sleep', '60'])\n"
        "        print(child.pid, flush=True)\n"
        "        await processes.until_interrupted()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", supervisor, tmp_path, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    assert psutil.pid_exists(child)
    process.kill()
    await process.wait()
    await _until_gone(child)
