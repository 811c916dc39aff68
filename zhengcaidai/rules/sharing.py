"""One copy of equal rules a process (共享规则): a worker's cache holds thousands of loans that began under the same texts.

Region profile (kunming/4.2, luoyang/2.4 …), calendars and platform limits are frozen, and equal versions mean equal content:
whichever copy was decoded first serves all loans.
"""

from functools import lru_cache

from zhengcaidai.messages.rulebook import RulesInForce

__all__ = ["shared"]

_KEPT = 256
"""Different sets of rules alive at once: regions × products × calendar editions, in practice a few dozen."""


class _Known:
    """Rules, found again by their versions: hashing them whole would cost more than it saves."""

    __slots__ = ("rules", "versions")

    def __init__(self, rules: RulesInForce) -> None:
        self.rules = rules
        years = tuple(each.version for each in rules.calendar)
        self.versions = (rules.profile.version, years, rules.product, rules.platform_clocks, rules.penalty)

    def __hash__(self) -> int:
        return hash(self.versions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self.versions == other.versions


@lru_cache(maxsize=_KEPT)
def _first(known: _Known) -> RulesInForce:
    return known.rules


def shared(rules: RulesInForce) -> RulesInForce:
    """The same rules, as the copy that was seen first."""
    return _first(_Known(rules))
