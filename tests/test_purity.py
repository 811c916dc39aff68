"""Rules and messages give the same answer to the same question; workflows do the same again when they are replayed.

Workflows run outside the SDK's sandbox (docs/decisions/0003), so this is what keeps the clock, chance and the machine out of
them. Told from the source, whether or not a test happens to run the line.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PURE = sorted([*ROOT.glob("zhengcaidai/rules/**/*.py"), *ROOT.glob("zhengcaidai/messages/**/*.py")])
REPLAYED = sorted(ROOT.glob("workflows/**/*.py"))

# fmt: off
MACHINE = frozenset(
    {
        "concurrent", "ctypes", "io", "logging", "multiprocessing", "os", "pathlib", "platform", "queue", "random",
        "secrets", "shutil", "signal", "socket", "subprocess", "sys", "tempfile", "threading", "time", "uuid",
    }
)
OUTSIDE = frozenset(
    {"alembic", "asyncio", "fastapi", "httpx", "importlib", "sqlalchemy", "sqlmodel", "temporalio", "tomllib", "twilio"}
)
CLOCKS_AND_CHANCE = frozenset(
    {
        "environ", "fromtimestamp", "getenv", "monotonic", "monotonic_ns", "now", "perf_counter", "time_ns", "today",
        "urandom", "utcfromtimestamp", "utcnow", "uuid1", "uuid3", "uuid4", "uuid5",
    }
)
# fmt: on
BUILTINS = frozenset({"__import__", "breakpoint", "eval", "exec", "hash", "id", "input", "open", "print"})
"""`hash` and `id` differ from process to process; a `__hash__` may ask for one, since its answer is never kept."""
NOT_REPLAYED = frozenset({"as_completed", "run_in_executor", "sleep", "to_thread", "wait"})
"""What asyncio has that a workflow must not use: timers without a summary, threads, and sets in no fixed order."""


def impurities(source: str, *, replayed: bool = False) -> list[str]:
    """What a module must not use, each with its line."""
    return [f"line {node.lineno}: {what}" for node, what in _found(ast.parse(source), replayed)]


def _found(tree: ast.AST, replayed: bool) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    forbidden = MACHINE if replayed else MACHINE | OUTSIDE
    hashing = {
        each for method in ast.walk(tree) if getattr(method, "name", "") == "__hash__" for each in ast.walk(method)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node, each.name) for each in names if each.name.partition(".")[0] in forbidden)
            case ast.ImportFrom(module=str(module), names=names):
                if module.partition(".")[0] in forbidden:
                    yield node, module
                yield from (
                    (node, f"asyncio.{each.name}")
                    for each in names
                    if module == "asyncio" and each.name in NOT_REPLAYED
                )
            case ast.Attribute(value=ast.Name(id="asyncio"), attr=attr) if attr in NOT_REPLAYED:
                yield node, f"asyncio.{attr}"
            case ast.Attribute(value=holder, attr=attr) if attr in CLOCKS_AND_CHANCE and _is_class(holder):
                yield node, ast.unparse(node)
            case ast.Call(func=ast.Attribute(value=holder, attr=attr)) if (
                attr in CLOCKS_AND_CHANCE and not _is_class(holder) and not (replayed and _is_sdk(holder))
            ):
                yield node, f"{attr}()"
            case ast.Call(func=ast.Attribute(attr="run_in_executor")):
                yield node, "run_in_executor"
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS and node not in hashing:
                yield node, f"{name}()"


def _is_class(holder: ast.expr) -> bool:
    """`datetime.now`, `date.today`, `datetime.datetime.now`: called there or handed on to be called."""
    return ast.unparse(holder).rpartition(".")[2] in {"datetime", "date", "os"}


def _is_sdk(holder: ast.expr) -> bool:
    """`workflow.now()`, `workflow.uuid4()`: the same when replayed."""
    return isinstance(holder, ast.Name) and holder.id == "workflow"


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", PURE, ids=_name)
def test_rules_and_messages_know_no_clock_no_chance_and_no_machine(file: Path) -> None:
    assert impurities(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", REPLAYED, ids=_name)
def test_workflows_take_clock_and_chance_from_the_sdk_alone(file: Path) -> None:
    assert impurities(file.read_text(encoding="utf-8"), replayed=True) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import os.path",
        "from random import choice",
        "from time import time",
        "def f():\n    import uuid",
        "from datetime import datetime\ndatetime.now()",
        "from datetime import date\nborn = date.today",
        "import datetime\ndatetime.datetime.utcnow()",
        "open('x')",
        "hash('x')",
        "print('x')",
    ],
)
def test_what_is_impure_is_found_anywhere(source: str) -> None:
    assert impurities(source)
    assert impurities(source, replayed=True)


@pytest.mark.parametrize(
    "source",
    ["import asyncio\nasyncio.sleep(1)", "from asyncio import sleep", "import logging", "import threading",
     "import asyncio\nasyncio.to_thread(print)", "loop.run_in_executor(None, f)", "import asyncio\nasyncio.wait(tasks)"],
)  # fmt: skip
def test_what_would_not_replay_is_found(source: str) -> None:
    assert impurities(source, replayed=True)


@pytest.mark.parametrize(
    "source", ["import temporalio", "from sqlmodel import select", "import httpx", "from temporalio import workflow"]
)
def test_the_outside_is_no_part_of_a_rule(source: str) -> None:
    assert impurities(source)


@pytest.mark.parametrize(
    "source",
    ["from temporalio import workflow\nworkflow.now()", "workflow.uuid4()", "workflow.logger.info('x')",
     "import asyncio\nasyncio.gather(a, b)", "from datetime import datetime, time\ntime(9)", "loan.open(1)",
     "context.now", "self.today", "class A:\n    def __hash__(self):\n        return hash(self.name)"],
)  # fmt: skip
def test_what_the_sdk_gives_and_what_only_sounds_alike_is_let_be(source: str) -> None:
    assert impurities(source, replayed=True) == []
