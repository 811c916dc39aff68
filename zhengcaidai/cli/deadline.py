"""`python -m zhengcaidai deadline`: when a limit ends, and day by day why."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import AwareDatetime, Field

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import DayKind
from zhengcaidai.messages.clocks import ClockId, CountedDay, Deadline, LimitUnit
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.previews import preview
from zhengcaidai.rules.explanations import (
    due_text_en,
    due_text_zh,
    provisional_text_en,
    provisional_text_zh,
    reason_en,
    reason_zh,
    steps_en,
    steps_zh,
)

__all__ = ["deadline_command"]

WRONG_USE = 2


class Language(StrEnum):
    """语言."""

    ZH = "zh"
    EN = "en"


class ReportedDay(Frozen):
    """One day of the answer."""

    date: date
    counted: bool
    reason: str
    kind: DayKind
    ordinal: int | None
    provisional: bool


class DeadlineReport(Frozen):
    """The answer as `--json` prints it."""

    region: str
    region_name: str
    region_version: str
    clock: ClockId
    started_on: Annotated[date, Field(serialization_alias="from")]
    repeat: bool
    limit_days: int | None
    unit: LimitUnit
    due_date: date
    """最后一日."""
    due_at: AwareDatetime
    """The end of the last day: 24:00, which ISO 8601 writes as 00:00 of the next, at +08:00."""
    provisional: bool
    clause: str
    set_by: str
    rule_in_force: bool
    """False for a day before the region's text took effect."""
    calendar_version: str
    days: tuple[ReportedDay, ...]


def deadline_command(
    *,
    region_code: Annotated[str, typer.Option("--region", help="地区代码 / region code, e.g. 530100")],
    clock: Annotated[str, typer.Option("--clock", help="时限 / clock, e.g. financing, approval")],
    start: Annotated[str, typer.Option("--from", help="起算日，YYYY-MM-DD / the day it starts")],
    repeat: Annotated[bool, typer.Option("--repeat", help="再次贷款 / the supplier has borrowed before")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")] = False,
    lang: Annotated[Language, typer.Option("--lang", help="语言 / language")] = Language.ZH,
    as_known_on: Annotated[
        str | None, typer.Option("--as-known-on", help="按当日已公布的日历 / with the notices published by that day")
    ] = None,
) -> None:
    """时限截止于何时，逐日说明 / when a limit ends, and day by day why."""
    try:
        started_on = _date(start, "--from")
        known_on = _date(as_known_on, "--as-known-on") if as_known_on else None
        found = preview(region_code, clock, started_on, calendar_years(started_on, known_on), repeat=repeat)
    except InvalidInput as error:
        typer.echo(f"{error.zh} {error.en}", err=True)
        raise typer.Exit(WRONG_USE) from error
    profile, deadline, days = found.profile, found.deadline, found.explanation.days
    if not found.rule_in_force:
        zh = f"注意：{profile.name_zh}的规则自{profile.valid_from}起施行，{started_on}尚无此时限，以下仅为推算。"
        en = f"Note: the rules of {profile.name_en} begin on {profile.valid_from}; before that this is arithmetic only."
        typer.echo(f"{zh} {en}", err=True)
    if repeat and not found.has_repeat_limit:
        zh = f"注意：{profile.name_zh}的“{deadline.clock.title_zh}”没有再次贷款的单独时限，--repeat 不改变结果。"
        en = f"Note: in {profile.name_en} {deadline.clock.title_en} has no limit of its own for repeat loans; "
        typer.echo(f"{zh} {en}--repeat changes nothing.", err=True)
    if as_json:
        report = _report(profile, deadline, days, lang, repeat=repeat, in_force=found.rule_in_force)
        typer.echo(report.model_dump_json(by_alias=True, indent=2))
    else:
        typer.echo(_text(profile, deadline, days, lang))


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            f"{option} {text} 不是日期，应为 YYYY-MM-DD，如 2026-09-18。",
            f"{option} {text} is no date; write YYYY-MM-DD, e.g. 2026-09-18.",
            where=option,
            right="YYYY-MM-DD",
        ) from error


def _report(
    profile: RegionProfile,
    deadline: Deadline,
    days: tuple[CountedDay, ...],
    lang: Language,
    *,
    repeat: bool,
    in_force: bool,
) -> DeadlineReport:
    zh = lang is Language.ZH
    return DeadlineReport(
        region=profile.code,
        region_name=profile.name_zh if zh else profile.name_en,
        region_version=profile.version,
        clock=deadline.clock,
        started_on=deadline.started_on,
        repeat=repeat,
        limit_days=deadline.limit_days,
        unit=deadline.unit,
        due_date=deadline.due_date,
        due_at=deadline.due_at,
        provisional=deadline.provisional,
        clause=deadline.clause,
        set_by=deadline.set_by,
        rule_in_force=in_force,
        calendar_version=deadline.calendar_version,
        days=tuple(
            ReportedDay(
                date=day.date,
                counted=day.counted,
                reason=reason_zh(day) if zh else reason_en(day),
                kind=day.kind,
                ordinal=day.ordinal,
                provisional=day.provisional,
            )
            for day in days
        ),
    )


def _text(profile: RegionProfile, deadline: Deadline, days: tuple[CountedDay, ...], lang: Language) -> str:
    steps = (steps_zh if lang is Language.ZH else steps_en)(deadline, days, each_day=True)
    if lang is Language.ZH:
        unit = "个工作日" if deadline.unit is LimitUnit.WORKING_DAY else "日"
        inherited = "" if deadline.set_by == profile.code else f"，{deadline.set_by} 规定"
        return "\n".join(
            (
                f"{profile.name_zh} · {deadline.clock.title_zh} · 截止{due_text_zh(deadline)}",
                f"依据 {deadline.clause}{inherited}：{deadline.limit_days}{unit}，自{deadline.started_on}起",
                f"日历 {deadline.calendar_version}",
                *steps,
                f"截止{due_text_zh(deadline)}",
                *filter(None, (provisional_text_zh(deadline, days),)),
            )
        )
    unit = "working days" if deadline.unit is LimitUnit.WORKING_DAY else "days"
    inherited = "" if deadline.set_by == profile.code else f", set by {deadline.set_by}"
    return "\n".join(
        (
            f"{profile.name_en} · {deadline.clock.title_en} · due {due_text_en(deadline)}",
            f"By {deadline.clause}{inherited}: {deadline.limit_days} {unit} from {deadline.started_on}",
            f"Calendar {deadline.calendar_version}",
            *steps,
            f"Due {due_text_en(deadline)}",
            *filter(None, (provisional_text_en(deadline, days),)),
        )
    )
