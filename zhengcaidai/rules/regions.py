"""A region under its parent (上下级地区): it inherits, may tighten, never loosens (kunming/1.4).

What cannot be compared counts as loosening: another start, end, unit or party of a clock, another measure of a cap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TypeVar

from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockRule
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.regions import Cap, ProductKind, Provision, RegionProfile, Sourced

__all__ = ["Loosening", "OwnRules", "loosenings", "under_parent"]

_MIDNIGHT = time.max

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class OwnRules:
    """本级规则: what a region's own file says; None = nothing, the parent's holds."""

    code: str
    name_zh: str
    name_en: str
    valid_from: date
    valid_until: date | None
    bases: Sourced[tuple[Basis, ...]] | None
    channels: Sourced[tuple[Channel, ...]] | None
    products: Sourced[tuple[ProductKind, ...]] | None
    caps: tuple[Cap, ...]
    clocks: tuple[ClockRule, ...]
    provisions: tuple[Provision, ...]
    growth_city_percent: Sourced[int] | None = None
    growth_county_percent: Sourced[int] | None = None
    ban_years_min: Sourced[int] | None = None
    ban_years_max: Sourced[int] | None = None
    treasury: str | None = None


@dataclass(frozen=True, slots=True)
class Loosening:
    """放宽: the key in the region's file that asks less than its parent, and why it does."""

    path: tuple[str, ...]
    zh: str
    en: str


def loosenings(parent: RegionProfile, own: OwnRules) -> tuple[Loosening, ...]:
    """Everything in a region's own rules that asks less than its parent's; none means that it may stand."""
    return (
        *_begins_before(parent, own),
        *_wider(("bases",), parent.bases, own.bases),
        *_wider(("channels",), parent.channels, own.channels),
        *_wider(("products",), parent.products, own.products),
        *(finding for cap in own.caps for finding in _higher_cap(parent.cap(cap.basis), cap)),
        *(finding for rule in own.clocks for finding in _slower(parent.clock(rule.clock), rule)),
        *_less(("targets", "growth_city_percent"), parent.growth_city_percent, own.growth_city_percent),
        *_less(("targets", "growth_county_percent"), parent.growth_county_percent, own.growth_county_percent),
        *_less(("bans", "years_min"), parent.ban_years_min, own.ban_years_min),
        *_less(("bans", "years_max"), parent.ban_years_max, own.ban_years_max),
    )


def under_parent(parent: RegionProfile | None, own: OwnRules, version: str) -> RegionProfile:
    """The profile in force: the region's own rules where it has them, its parent's elsewhere.

    The rules must be free of `loosenings`; without a parent `bases`, `channels` and `products` must be given.
    """
    bases, channels, products = (
        own.bases or (parent.bases if parent else None),
        own.channels or (parent.channels if parent else None),
        own.products or (parent.products if parent else None),
    )
    if bases is None or channels is None or products is None:
        raise ValueError(f"{own.code} has no parent and leaves out bases, channels or products")
    return RegionProfile(
        code=own.code,
        name_zh=own.name_zh,
        name_en=own.name_en,
        lineage=(*(parent.lineage if parent else ()), own.code),
        valid_from=own.valid_from,
        valid_until=own.valid_until,
        version=version,
        bases=bases,
        channels=channels,
        products=products,
        caps=tuple(cap for cap in _merged_caps(parent, own) if cap.basis in bases.value),
        clocks=tuple({rule.clock: rule for rule in (*(parent.clocks if parent else ()), *own.clocks)}.values()),
        provisions=tuple(
            {each.provision: each for each in (*(parent.provisions if parent else ()), *own.provisions)}.values()
        ),
        growth_city_percent=own.growth_city_percent or (parent.growth_city_percent if parent else None),
        growth_county_percent=own.growth_county_percent or (parent.growth_county_percent if parent else None),
        ban_years_min=own.ban_years_min or (parent.ban_years_min if parent else None),
        ban_years_max=own.ban_years_max or (parent.ban_years_max if parent else None),
        treasury=own.treasury,
    )


def _merged_caps(parent: RegionProfile | None, own: OwnRules) -> Iterable[Cap]:
    return {cap.basis: cap for cap in (*(parent.caps if parent else ()), *own.caps)}.values()


def _begins_before(parent: RegionProfile, own: OwnRules) -> Iterator[Loosening]:
    if own.valid_from < parent.valid_from:
        begins = parent.valid_from
        zh, en = f"早于上级{parent.code}的{begins}", f"before its parent {parent.code} begins, {begins}"
        yield Loosening(("valid_from",), zh, en)


def _wider(
    path: tuple[str, ...], parent: Sourced[tuple[E, ...]], own: Sourced[tuple[E, ...]] | None
) -> Iterator[Loosening]:
    added = [str(each) for each in own.value if each not in parent.value] if own else []
    if added:
        names = ", ".join(added)
        allowed = ", ".join(str(each) for each in parent.value)
        zh = f"放宽了上级{parent.set_by}（{parent.clause}）：上级不许 {names}，只许 {allowed}"
        en = f"loosens its parent {parent.set_by} ({parent.clause}), which allows {allowed} but not {names}"
        yield Loosening(path, zh, en)


def _less(path: tuple[str, ...], parent: Sourced[int] | None, own: Sourced[int] | None) -> Iterator[Loosening]:
    if parent and own and own.value < parent.value:
        zh = f"放宽了上级{parent.set_by}（{parent.clause}）：{own.value}，不得少于{parent.value}"
        en = f"loosens its parent {parent.set_by} ({parent.clause}): {own.value}, must be {parent.value} or more"
        yield Loosening(path, zh, en)


def _higher_cap(parent: Cap | None, own: Cap) -> Iterator[Loosening]:
    if parent is None:
        return
    path = ("caps", own.basis.value)
    if own.measure is not parent.measure:
        zh = f"与上级{parent.set_by}（{parent.clause}）的 {parent.measure} 无从比较"
        en = f"cannot be compared with {parent.measure} of its parent {parent.set_by} ({parent.clause})"
        yield Loosening((*path, "measure"), zh, en)
    elif own.percent > parent.percent:
        zh = f"放宽了上级{parent.set_by}（{parent.clause}）：{own.percent}%，不得高于{parent.percent}%"
        en = f"loosens its parent {parent.set_by} ({parent.clause}): {own.percent}%, must be {parent.percent}% or less"
        yield Loosening((*path, "percent"), zh, en)


def _slower(parent: ClockRule | None, own: ClockRule) -> Iterator[Loosening]:
    if parent is None:
        return
    path = ("clocks", own.clock.value)
    by = f"{parent.set_by} ({parent.clause})"
    for key in ("starts", "ends", "unit", "duty_of"):
        if getattr(own, key) != getattr(parent, key):
            zh, en = f"与上级 {by} 不同，无从比较", f"differs from its parent {by}, which cannot be compared"
            yield Loosening((*path, key), zh, en)
    for repeat, key in ((False, "limit_days"), (True, "repeat_limit_days")):
        most, given = parent.limit_for(repeat=repeat), own.limit_for(repeat=repeat)
        if most is not None and (given is None or given > most):
            zh = f"放宽了上级 {by}：{given}，不得多于{most}"
            en = f"loosens its parent {by}: {given}, must be {most} or less"
            yield Loosening((*path, key), zh, en)
    if own.pauses_from and (own.pauses_from, own.resumes_on) != (parent.pauses_from, parent.resumes_on):
        yield Loosening((*path, "pause"), f"上级 {by} 没有这样的停表", f"its parent {by} knows no such pause")
    if (own.close_of_business or _MIDNIGHT) > (parent.close_of_business or _MIDNIGHT):
        zh, en = f"晚于上级 {by} 的业务时间", f"later than the close of business of its parent {by}"
        yield Loosening((*path, "close_of_business"), zh, en)
