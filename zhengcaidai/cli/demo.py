"""`python -m zhengcaidai demo`: four loans on the whole system, told day by day; exit status 1 if one ends otherwise than told."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console

from zhengcaidai.cli.seeding import register_products
from zhengcaidai.cli.timeline import print_story
from zhengcaidai.cli.up import print_addresses
from zhengcaidai.devserver import DevServerError
from zhengcaidai.devserver.system import LocalSystem, SystemPorts
from zhengcaidai.errors import ZhengcaidaiError
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.people import People
from zhengcaidai.sandbox.scenarios.loans import Told, forged_contract, kunming_award_notice, luoyang_over_new_year

__all__ = ["demo_command"]

_STORIES: tuple[Callable[[People, date], Awaitable[Told]], ...] = (
    kunming_award_notice,
    luoyang_over_new_year,
    forged_contract,
)


def demo_command(
    state_dir: Annotated[
        Path | None,
        typer.Option(help="状态目录，缺省为临时目录 / where everything is kept; a temporary directory if left out"),
    ] = None,
    keep: Annotated[
        bool | None,
        typer.Option(
            "--keep/--stop", help="结束后是否保持运行供查看，缺省视是否在终端 / keep running, by default in a terminal"
        ),
    ] = None,
) -> None:
    """演示四笔贷款 / show four loans, from application to settlement."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        with _directory(state_dir) as directory:
            passed = asyncio.run(_demo(console, directory, sys.stdout.isatty() if keep is None else keep))
    except (DevServerError, ZhengcaidaiError, TimeoutError) as error:
        console.print(f"[bold red]演示失败 / the demonstration failed:[/] {error}", soft_wrap=True)
        sys.exit(1)
    if not passed:
        sys.exit(1)


@contextmanager
def _directory(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="zhengcaidai-demo-") as made:
        yield Path(made)


async def _demo(console: Console, state_dir: Path, keep: bool) -> bool:
    async with LocalSystem.running(state_dir, ports=SystemPorts.free()) as system:
        await register_products(system)
        today = datetime.now(UTC).astimezone(SHANGHAI).date()
        passed = True
        async with httpx.AsyncClient(timeout=30) as http:
            people = People(system.api_url, system.sandbox_url, http)
            for tell in _STORIES:
                told = await tell(people, today)
                passed &= await print_story(told, console)
        await print_addresses(system, console)
        if keep:
            console.print("\n以上各处均可查看，Ctrl-C 停止 / all of these are there to look at, Ctrl-C stops")
            await system.until_interrupted(lambda line: console.print(line, soft_wrap=True, markup=False))
        else:
            console.print("\n系统随即停止；`make up` 保持运行 / all of it stops now; `make up` leaves a system running")
        return passed
