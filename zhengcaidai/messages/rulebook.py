"""What a loan goes by: the region's profile, calendars and platform limits, as they were when it began."""

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.clocks import ClockRule
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.regions import RegionProfile

__all__ = ["RulesInForce"]


class RulesInForce(Frozen):
    """Becomes part of the loan's history: an edited file never changes what a loan began under."""

    profile: RegionProfile
    platform_clocks: tuple[ClockRule, ...]
    """Limits set by the operator of the platform or by national law; never dressed up as the region's text."""
    product: Product
    calendar: tuple[CalendarYear, ...]
