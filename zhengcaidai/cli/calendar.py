"""`python -m zhengcaidai calendar load FILE`: a year's notice, put in force in every open loan without a deploy."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhengcaidai.config import Settings
from zhengcaidai.errors import InvalidInput, OutsideDown, ZhengcaidaiError
from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear
from zhengcaidai.registers.calendars import parse_calendar
from zhengcaidai.store.calendars import Calendars
from zhengcaidai.store.engine import Database
from zhengcaidai.temporal import connect, sealer_of
from zhengcaidai.web.broadcast import Told, put_in_force

__all__ = ["calendar_app"]

calendar_app = typer.Typer(help="工作日历 / the working-day calendar", no_args_is_help=True)


@calendar_app.callback()
def _calendar() -> None:
    """One command so far: a group, so that it is called `calendar load`."""


@calendar_app.command("load")
def load_command(file: Annotated[Path, typer.Argument(help="年度放假安排（TOML） / a year's file, in TOML")]) -> None:
    """载入某年放假安排，重算全部未结时限 / load a year's notice and count every open deadline anew."""
    try:
        settings = Settings()
        calendar = _read(file, settings)
        told = asyncio.run(_load(settings, calendar))
    except (ZhengcaidaiError, ValueError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2 if isinstance(error, InvalidInput | ValueError) else 1)
    state = "已载入 / loaded" if told.newly_loaded else "此前已载入 / was in force already"
    typer.echo(f"{calendar.version}：{state}；贷款 loans {told.loans}，账户变更 account changes {told.account_changes}")


def _read(file: Path, settings: Settings) -> CalendarYear:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"文件 {file} 不是 UTF-8 文本。", f"{file} is not text in UTF-8.", where=str(file), right="UTF-8"
        ) from error
    except OSError as error:
        zh = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是一个目录"}.get(type(error), "无法读取")
        raise InvalidInput(f"{zh}：{file}。", f"{file} cannot be read: {error.strerror}.", where=str(file)) from error
    calendar = parse_calendar(text, file.name)
    if calendar.basis is CalendarBasis.SAMPLE and not settings.sandbox:
        raise InvalidInput(
            "样例日历只能用于演示环境。", "A sample calendar is for the sandbox alone.", where=f"{file.name}: sample"
        )
    return calendar


async def _load(settings: Settings, calendar: CalendarYear) -> Told:
    try:
        client = await connect(settings)
    except RuntimeError as error:
        raise OutsideDown(
            f"Temporal 服务器 {settings.temporal_address} 无应答，什么也没有改变。",
            f"The Temporal server at {settings.temporal_address} does not answer; nothing was changed.",
        ) from error
    database = Database(settings.database, sealer_of(settings))
    try:
        return await put_in_force(Calendars(database), client, calendar, datetime.now(UTC))
    finally:
        await database.close()
        await asyncio.sleep(0.1)  # a client that is gone with its loop can crash at interpreter exit
