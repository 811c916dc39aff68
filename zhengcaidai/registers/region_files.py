"""One region's file (地区规则文件) as it is written: what its own text says, before its parent's rules are added."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, ValidationError

from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.clocks import ClockId, ClockRule, LimitUnit, Milestone, RuleOrigin
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.regions import (
    Cap,
    CapMeasure,
    ClauseId,
    ProductKind,
    Provision,
    ProvisionId,
    RegionCode,
    Sourced,
)
from zhengcaidai.registers.files import parsed, refused, wrong
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.rules.regions import OwnRules

__all__ = ["RegionFile", "RegionSource", "clauses_of", "own_rules", "read_region"]

T = TypeVar("T")
Days = Annotated[int, Field(ge=1)]


class _Value(Frozen, Generic[T]):
    value: T
    clause: ClauseId
    reading: str | None = None


class _Pause(Frozen):
    begins: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    ends: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    clause: ClauseId
    reading: str | None = None


class _Clock(Frozen):
    limit_days: _Value[Days]
    repeat_limit_days: _Value[Days] | None = None
    unit: LimitUnit
    starts: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    ends: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    duty_of: Role
    pause: _Pause | None = None
    close_of_business: _Value[time] | None = None


class _Cap(Frozen):
    measure: CapMeasure
    percent: Annotated[int, Field(ge=1, le=100)]
    clause: ClauseId
    reading: str | None = None


class _Targets(Frozen):
    growth_city_percent: _Value[Days] | None = None
    growth_county_percent: _Value[Days] | None = None


class _Bans(Frozen):
    years_min: _Value[Days]
    years_max: _Value[Days]


_Provisions = dict[str, _Value[Literal[True, "court_order_only"]]]


class RegionFile(Frozen):
    """A file of `data/regions/`; a section that is left out says nothing of its own."""

    code: RegionCode
    name_zh: Text
    name_en: Text
    parent: RegionCode | None = None
    valid_from: date
    valid_until: date | None = None
    treasury: RegionCode | None = None
    bases: _Value[tuple[Basis, ...]] | None = None
    channels: _Value[tuple[Channel, ...]] | None = None
    products: _Value[tuple[ProductKind, ...]] | None = None
    caps: dict[Basis, _Cap] = Field(default_factory=dict)
    clocks: dict[ClockId, _Clock] = Field(default_factory=dict)
    accounts: _Provisions = Field(default_factory=dict)
    prohibits: _Provisions = Field(default_factory=dict)
    requires: _Provisions = Field(default_factory=dict)
    notices: _Provisions = Field(default_factory=dict)
    sanctions: _Provisions = Field(default_factory=dict)
    targets: _Targets = Field(default_factory=_Targets)
    bans: _Bans | None = None


class RegionSource(Frozen):
    """Where a region's file is, and its text."""

    source: str
    text: str


def read_region(source: RegionSource) -> RegionFile:
    """The file as a type. Raises InvalidInput with file, line, key and reason."""
    return parsed(source.text, source.source, RegionFile)


def clauses_of(content: RegionFile) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every clause that a file names, with the key that names it."""
    yield from _clauses(content.model_dump(mode="json"), ())


def _clauses(value: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "clause":
                yield path, inner
            else:
                yield from _clauses(inner, (*path, key))


def own_rules(source: RegionSource, content: RegionFile, confirmed_until: Mapping[str, date]) -> OwnRules:
    """What the region says itself, each value with its clause and the region's code. Raises InvalidInput."""
    code = content.code
    return OwnRules(
        code=code,
        name_zh=content.name_zh,
        name_en=content.name_en,
        valid_from=content.valid_from,
        valid_until=content.valid_until,
        treasury=content.treasury,
        bases=_sourced(content.bases, code),
        channels=_sourced(content.channels, code),
        products=_sourced(content.products, code),
        caps=tuple(Cap(basis=basis, set_by=code, **cap.model_dump()) for basis, cap in content.caps.items()),
        clocks=tuple(_clock(source, clock, content, confirmed_until) for clock in content.clocks),
        provisions=tuple(_provisions(source, content)),
        growth_city_percent=_sourced(content.targets.growth_city_percent, code),
        growth_county_percent=_sourced(content.targets.growth_county_percent, code),
        ban_years_min=_sourced(content.bans.years_min if content.bans else None, code),
        ban_years_max=_sourced(content.bans.years_max if content.bans else None, code),
    )


def _sourced(given: _Value[T] | None, code: str) -> Sourced[T] | None:
    if given is None:
        return None
    return Sourced(value=given.value, clause=given.clause, set_by=code, reading=given.reading)


def _clock(source: RegionSource, clock: ClockId, content: RegionFile, confirmed_until: Mapping[str, date]) -> ClockRule:
    given = content.clocks[clock]
    try:
        return ClockRule(
            clock=clock,
            starts=given.starts,
            ends=given.ends,
            limit_days=given.limit_days.value,
            limit_days_repeat=given.repeat_limit_days.value if given.repeat_limit_days else None,
            unit=given.unit,
            pauses_from=given.pause.begins if given.pause else (),
            resumes_on=given.pause.ends if given.pause else (),
            pause_clause=given.pause.clause if given.pause else None,
            close_of_business=given.close_of_business.value if given.close_of_business else None,
            duty_of=given.duty_of,
            clause=given.limit_days.clause,
            origin=RuleOrigin.REGION,
            set_by=content.code,
            remind_before_days=platform_settings().remind_before_days,
            confirmed_until=confirmed_until.get(given.limit_days.clause),
        )
    except ValidationError as error:
        raise refused(source.text, source.source, ("clocks", clock.value), error) from error


def _provisions(source: RegionSource, content: RegionFile) -> Iterator[Provision]:
    known = {each.value: each for each in ProvisionId}
    for section in ("accounts", "prohibits", "requires", "notices", "sanctions"):
        given: _Provisions = getattr(content, section)
        for key, value in given.items():
            provision = known.get(f"{section}.{key}")
            if provision is None:
                names = ", ".join(each.key for each in ProvisionId if each.section == section)
                zh, en = f"没有这一项，只有 {names}", f"there is no such provision, only {names}"
                raise wrong(source.text, source.source, (section, key), zh, en)
            if value.value != provision.in_force_as:
                right = str(provision.in_force_as).lower()
                raise wrong(source.text, source.source, (section, key), f"其值应为 {right}", f"its value is {right}")
            yield Provision(provision=provision, clause=value.clause, set_by=content.code, reading=value.reading)
