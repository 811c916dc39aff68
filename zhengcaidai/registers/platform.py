"""What the operator of the platform set (平台设定) and what comes from national law, from `data/platform.toml`."""

from collections.abc import Mapping
from datetime import date, time
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated

from pydantic import Field, ValidationError

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.clocks import ClockId, ClockRule, LimitUnit, Milestone, RuleOrigin
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.rulebook import PenaltyLimit
from zhengcaidai.registers.files import parsed, refused, wrong
from zhengcaidai.registers.loading import clause_register

__all__ = ["PlatformSettings", "confirmations", "parse_platform", "platform_settings"]

_SOURCE = "data/platform.toml"


class _Clock(Frozen):
    limit_days: Annotated[int, Field(ge=1)] | None = None
    unit: LimitUnit
    starts: tuple[Milestone, ...]
    ends: tuple[Milestone, ...]
    pauses_from: tuple[Milestone, ...] = ()
    resumes_on: tuple[Milestone, ...] = ()
    duty_of: Role
    origin: RuleOrigin
    clause: str
    close_of_business: time | None = None
    note: str = ""


class _Reminders(Frozen):
    working_days_before: tuple[Annotated[int, Field(ge=1)], ...]


class _PlatformFile(Frozen):
    reminders: _Reminders
    penalty_rate: tuple[PenaltyLimit, ...] = Field(min_length=1)
    clocks: dict[ClockId, _Clock]


class PlatformSettings(Frozen):
    """平台设定: limits of the platform, of agreements and of national law, and when people are reminded."""

    clocks: tuple[ClockRule, ...]
    remind_before_days: tuple[int, ...]
    penalty_limits: tuple[PenaltyLimit, ...]

    def penalty_limit(self, on: date) -> PenaltyLimit | None:
        """罚息利率上限 in force on that day; None before the first."""
        return next((each for each in reversed(self.penalty_limits) if each.valid_from <= on), None)


def parse_platform(text: str, source: str, confirmed_until: Mapping[str, date]) -> PlatformSettings:
    """The settings in a file's text; `confirmed_until`: the clauses of the register and how far each was confirmed.

    Raises InvalidInput with file, line, key and reason.
    """
    content = parsed(text, source, _PlatformFile)
    remind = content.reminders.working_days_before
    limits = content.penalty_rate
    if any(later.valid_from <= earlier.valid_from for earlier, later in pairwise(limits)):
        zh, en = "罚息上限须按生效日先后排列", "the limits of the penalty rate must be in the order of their first days"
        raise wrong(text, source, ("penalty_rate",), zh, en)
    for number, limit in enumerate(limits):
        if limit.clause not in confirmed_until:
            zh, en = f"条款登记册中没有 {limit.clause}", f"{limit.clause} is not in the clause register"
            raise wrong(text, source, ("penalty_rate", number, "clause"), zh, en)
    rules: list[ClockRule] = []
    for clock, given in content.clocks.items():
        if given.origin is RuleOrigin.REGION:
            zh, en = "平台设定不得冒称地方文件", "what the platform sets is no region's text"
            raise wrong(text, source, ("clocks", clock.value, "origin"), zh, en)
        if given.limit_days is None and given.origin is not RuleOrigin.AGREEMENT:
            zh, en = "除文书自定日期者外，须有天数", "a limit is needed unless the document names the day"
            raise wrong(text, source, ("clocks", clock.value, "limit_days"), zh, en)
        if given.origin is RuleOrigin.NATIONAL_LAW and given.clause not in confirmed_until:
            zh, en = f"条款登记册中没有 {given.clause}", f"{given.clause} is not in the clause register"
            raise wrong(text, source, ("clocks", clock.value, "clause"), zh, en)
        try:
            rules.append(
                ClockRule(
                    clock=clock,
                    **given.model_dump(exclude={"note"}),
                    set_by="law" if given.origin is RuleOrigin.NATIONAL_LAW else "platform",
                    remind_before_days=remind,
                    confirmed_until=confirmed_until.get(given.clause),
                )
            )
        except ValidationError as error:
            raise refused(text, source, ("clocks", clock.value), error) from error
    return PlatformSettings(clocks=tuple(rules), remind_before_days=remind, penalty_limits=limits)


def confirmations() -> Mapping[str, date]:
    """Every clause of the register, and until when it was last confirmed."""
    return {clause.id: clause.confirmed_until for clause in clause_register().clauses.values()}


@cache
def platform_settings() -> PlatformSettings:
    """The settings in force, `data/platform.toml`."""
    text = (files("zhengcaidai") / _SOURCE).read_text(encoding="utf-8")
    return parse_platform(text, _SOURCE, confirmations())
