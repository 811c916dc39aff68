"""试算: when a limit would end that began on a day, under the registers' rules and calendars; no loan is needed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.calendars import CalendarAdoption, CalendarYear
from zhengcaidai.messages.clocks import ClockRule, Deadline, Explanation, Mark, Timeline
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.registers.regions import region, region_profiles
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.explanations import explain
from zhengcaidai.rules.working_days import SHANGHAI

__all__ = ["DeadlinePreview", "preview"]


@dataclass(frozen=True, slots=True)
class DeadlinePreview:
    """One limit, counted."""

    profile: RegionProfile
    rule_in_force: bool
    """False: the region's rules begin only after that day; this is arithmetic."""
    deadline: Deadline
    explanation: Explanation
    has_repeat_limit: bool
    """再次贷款 have a limit of their own (kunming/4.2)."""


def preview(
    region_code: str, clock: str, started_on: date, years: Iterable[CalendarYear], *, repeat: bool = False
) -> DeadlinePreview:
    """The limit of that name in that region from that day.

    Raises InvalidInput for an unknown region, naming those that exist; for a region without that clock; for a day
    outside the calendar.
    """
    profile, in_force = _profile(region_code, started_on)
    rule = _rule(profile, clock)
    at = datetime.combine(started_on, time(), SHANGHAI)
    calendars = (CalendarAdoption(at=at, years=tuple(years)),)
    timeline = Timeline(marks=(Mark(milestone=rule.starts[0], at=at),))
    (deadline,) = deadlines((rule,), timeline, calendars, at, repeat=repeat)
    return DeadlinePreview(
        profile, in_force, deadline, explain(deadline, calendars), has_repeat_limit=rule.limit_days_repeat is not None
    )


def _profile(code: str, on: date) -> tuple[RegionProfile, bool]:
    first = next((each for each in region_profiles() if each.code == code), None)
    if first is not None and on < first.valid_from:
        return first, False
    return region(code, on), True


def _rule(profile: RegionProfile, clock: str) -> ClockRule:
    found = next((each for each in profile.clocks if each.clock == clock), None)
    if found is not None:
        return found
    where = {each.code: [rule.clock.value for rule in each.clocks] for each in region_profiles() if each.clocks}
    listed = "; ".join(f"{code} {', '.join(clocks)}" for code, clocks in where.items())
    if all(clock not in clocks for clocks in where.values()):
        zh, en = f"没有时限 {clock}，现有 {listed}。", f"There is no clock {clock}, only {listed}."
    else:
        own = ", ".join(rule.clock.value for rule in profile.clocks)
        zh = f"{profile.code} {profile.name_zh}的文件没有时限 {clock}，"
        zh += f"只有 {own}；" if own else "也没有别的时限；"
        zh += f"所有时限：{listed}。"
        en = f"The text of {profile.code} {profile.name_en} has no clock {clock}, " + (
            f"only {own}; " if own else "nor any other; "
        )
        en += f"all there are: {listed}."
    raise InvalidInput(zh, en, where="clock", right=", ".join(rule.clock.value for rule in profile.clocks) or listed)
