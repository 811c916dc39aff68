"""What a loan goes by: the region's profile, calendars and platform limits, as they were when it began."""

from datetime import date

from pydantic import Field

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.clocks import ClockRule
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.regions import ClauseId, RegionProfile

__all__ = ["PenaltyLimit", "RulesInForce"]


class PenaltyLimit(Frozen):
    """罚息利率上限: how far above the loan's own rate what is overdue may be charged; no region's text sets it."""

    valid_from: date
    max_percent_of_rate: int = Field(strict=True, ge=100, le=200)
    """150: the loan's rate and half of it again."""
    clause: ClauseId


class RulesInForce(Frozen):
    """Becomes part of the loan's history: an edited file never changes what a loan began under."""

    profile: RegionProfile
    platform_clocks: tuple[ClockRule, ...]
    """Limits set by the operator of the platform or by national law; never dressed up as the region's text."""
    product: Product
    calendar: tuple[CalendarYear, ...]
    penalty: PenaltyLimit | None = None
    """None: the loan began before the platform had one."""
