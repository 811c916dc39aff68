"""`make demo`: four loans told as they were promised; exit status 1 if one ends otherwise."""

import asyncio
import io
import re
import sys
import time
from dataclasses import replace
from datetime import datetime

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.e2e.driving import KUNMING, driven
from zhengcaidai.cli import app, demo
from zhengcaidai.cli.timeline import print_story
from zhengcaidai.devserver.system import CHECKOUT
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.people import People
from zhengcaidai.sandbox.scenarios.loans import Told

_UNDER_S = 60
"""The minute that is promised, from the command to its end; alone it takes a third of that, beside the other tests more."""


@pytest.mark.timeout(120)
async def test_the_demonstration_shows_what_it_promises(tmp_path: object) -> None:
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "zhengcaidai", "demo", "--state-dir", str(tmp_path),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=CHECKOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    text = output.decode()
    assert process.returncode == 0, text
    assert time.monotonic() - began < _UNDER_S
    a, b, d, addresses = _parts(text)

    assert "首次贷款" in a
    assert "kunming/4.2" in a
    assert a.count("回款入账") == 3
    assert "已结清，超时 0 次，尚欠 0.00 元，拦截付款 1 笔" in a
    assert "拦截付款" in a
    assert "kunming/3.2" in a
    assert "luoyang" not in a

    assert "要求补正" in b
    assert "暂定" in b
    assert "样例" in b
    assert "期限变动" in b
    assert "luoyang/2.4" in b
    assert "超时再次通报" in b
    assert "kunming" not in b
    assert "账户变更办结" in b
    assert "受理应于" in b
    assert "已结清，超时 2 次，尚欠 0.00 元" in b

    assert "核验不通过" in d
    assert "已报财政部门 1 次" in d
    for title in ("API", "Temporal UI", "外部系统"):
        assert title in addresses
    for readme in ("README.md", "README.zh-CN.md"):
        shown = (CHECKOUT / readme).read_text(encoding="utf-8")
        if f"{datetime.now(SHANGHAI).year}-12-21" in shown:  # in another year other days are worked
            _assert_shown(b, shown, readme)


def _assert_shown(printed: str, readme: str, name: str) -> None:
    """What the document shows of the second loan is what was printed, line by line; `…` stands for what it leaves out."""
    (shown,) = re.findall(r"^```text\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    lines = [_alike(line) for line in f"✓ {printed}".splitlines()]
    at = 0
    left_out = False
    for line in map(_alike, shown.splitlines()):
        if line == "…":
            left_out = True
            continue
        beginning = line.removesuffix(" …")
        found = next(
            (
                number
                for number in range(at, len(lines))
                if lines[number] == line or (beginning != line and lines[number].startswith(beginning))
            ),
            None,
        )
        assert found is not None, f"{name} shows what is not printed: {line}"
        assert left_out or found == at, f"{name} leaves out without a word: {lines[at]}"
        at, left_out = found + 1, False


def _alike(line: str) -> str:
    """A line apart from the loan's number, the minute of a step and the widths of columns and terminal."""
    line = re.sub(r"L\d{8}-[0-9A-Z]{12}", "L…", line)
    line = re.sub(r"^(\d{4}-\d{2}-\d{2}) \d{2}:\d{2}", r"\1", line)
    return re.sub(r"\s+", " ", line.replace("─", "")).strip()


def _parts(text: str) -> list[str]:
    """The loans' timelines, and the addresses after them."""
    found = text.split("✓ ")[1:]
    assert len(found) == 3, text
    last, _, addresses = found[-1].partition("\nAPI ")
    return [*found[:-1], last, f"API {addresses}"]


async def test_a_loan_that_ended_otherwise_than_told_is_seen(people: People) -> None:
    loan = await driven(people, KUNMING, to=Stage.SETTLED)
    told = Told("昆明", loan.story, Stage.SETTLED)
    assert await print_story(told, Console(file=io.StringIO()))
    wrong = (
        {"ends": Stage.REJECTED},
        {"breaches": 1},
        {"stopped_payments": 1},
        {"fraud_reports": 1},
    )
    for changed in wrong:
        shown = io.StringIO()
        assert not await print_story(replace(told, **changed), Console(file=shown))
        assert "✗" in shown.getvalue()
        assert "与所述不符" in shown.getvalue()


@pytest.mark.parametrize(("as_told", "status"), [(True, 0), (False, 1)])
def test_the_exit_status_says_whether_all_ended_as_told(
    monkeypatch: pytest.MonkeyPatch, as_told: bool, status: int
) -> None:
    async def shown(*_: object) -> bool:
        return as_told

    monkeypatch.setattr(demo, "_demo", shown)
    assert CliRunner().invoke(app, ["demo"]).exit_code == status
