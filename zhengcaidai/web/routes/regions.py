"""`/v1/regions`, `/v1/deadlines/preview`: the rules themselves (地区规则与试算); they answer without the workflow engine."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query

from zhengcaidai.errors import InvalidInput, NotFound
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.regions import RegionCode, RegionProfile
from zhengcaidai.registers.previews import DeadlinePreview, preview
from zhengcaidai.registers.regions import region as region_profile
from zhengcaidai.registers.regions import region_profiles
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.explaining import ExplainedDeadline, previewed
from zhengcaidai.web.listing import Listing
from zhengcaidai.web.openapi import READING, answers, problems
from zhengcaidai.web.services import CurrentServices

__all__ = ["reading"]

reading = APIRouter(prefix="/v1", tags=["rules 规则"])


class RegionItem(Frozen):
    """A region in the list."""

    code: RegionCode
    name_zh: str
    name_en: str
    lineage: tuple[RegionCode, ...]
    valid_from: date
    valid_until: date | None
    version: str
    clocks: tuple[ClockId, ...]


class PreviewPage(Frozen):
    """试算结果."""

    region: RegionCode
    region_name: str
    region_version: str
    rule_in_force: bool
    repeat: bool
    deadline: ExplainedDeadline


def _item(profile: RegionProfile) -> RegionItem:
    return RegionItem(
        code=profile.code,
        name_zh=profile.name_zh,
        name_en=profile.name_en,
        lineage=profile.lineage,
        valid_from=profile.valid_from,
        valid_until=profile.valid_until,
        version=profile.version,
        clocks=tuple(rule.clock for rule in profile.clocks),
    )


def _preview_page(found: DeadlinePreview, *, repeat: bool) -> PreviewPage:
    return PreviewPage(
        region=found.profile.code,
        region_name=found.profile.name_zh,
        region_version=found.profile.version,
        rule_in_force=found.rule_in_force,
        repeat=repeat,
        deadline=previewed(found),
    )


_KUNMING = region_profile("530100", examples.PREVIEW_FROM)


@reading.get(
    "/regions",
    summary="地区列表 Regions",
    responses=answers(200, "按代码 by code", Listing[RegionItem](items=(_item(_KUNMING),))) | problems(*READING),
)
async def regions(_by: CurrentPrincipal) -> Listing[RegionItem]:
    """有规则的地区及各版本。 Every region that has rules, with its versions."""
    found = sorted(region_profiles(), key=lambda each: (each.code, each.valid_from))
    return Listing[RegionItem](items=tuple(_item(each) for each in found))


@reading.get(
    "/regions/{code}",
    summary="地区规则 One region's rules",
    responses=answers(200, "每项规则附条款 each value with its clause", _KUNMING) | problems(*READING, "not-found"),
)
async def region(
    code: Annotated[RegionCode, Path(description="GB/T 2260", examples=["530100"])],
    _by: CurrentPrincipal,
    on: Annotated[date | None, Query(description="某日施行的规则，缺省为今日 / in force on that day")] = None,
) -> RegionProfile:
    """融资依据、上限、时限、账户规则，各附条款。 Basis, caps, clocks and account rules, each with its clause."""
    day = on or shanghai_date(datetime.now(UTC))
    for each in region_profiles():
        if each.code == code and each.valid_from <= day and (each.valid_until is None or day <= each.valid_until):
            return each
    own = [f"≥ {each.valid_from}" for each in region_profiles() if each.code == code]
    raise NotFound(
        f"{day} 没有地区 {code} 的规则。",
        f"There are no rules of region {code} on {day}.",
        where="on" if own else "code",
        right=own[0] if own else ", ".join(dict.fromkeys(each.code for each in region_profiles())),
    )


@reading.get(
    "/deadlines/preview",
    summary="时限试算 Preview a deadline",
    responses=answers(
        200,
        "截止时间及逐日说明 when it ends, and why",
        _preview_page(examples.PREVIEW, repeat=False),
    )
    | problems(*READING),
)
async def deadline_preview(
    _by: CurrentPrincipal,
    services: CurrentServices,
    region: Annotated[RegionCode, Query(description="地区 / region", examples=["530100"])],
    clock: Annotated[ClockId, Query(description="时限 / clock", examples=["financing"])],
    start: Annotated[date, Query(alias="from", description="起算日 / the day it starts", examples=["2026-09-18"])],
    repeat: Annotated[bool, Query(description="再次贷款 / has borrowed before (kunming/4.2)")] = False,
) -> PreviewPage:
    """某日起算的时限何时截止，逐日说明。 When a limit from that day ends, day by day."""
    try:
        found = preview(region, clock, start, await services.rulebook.calendar(start), repeat=repeat)
    except OverflowError as error:
        raise InvalidInput("起算日超出日历范围。", "The day lies outside the calendar.", where="from") from error
    return _preview_page(found, repeat=repeat)
