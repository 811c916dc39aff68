"""Rules are shared between loans only where they are the same, to the last part."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.rules.loans import LUOYANG, product, profile, rules
from zhengcaidai.messages.rulebook import PenaltyLimit, RulesInForce
from zhengcaidai.rules.sharing import shared

STRICTER = PenaltyLimit(valid_from=date(2026, 1, 1), max_percent_of_rate=130, clause="law/penalty-rate")

DIFFERENT: dict[str, Callable[[RulesInForce], object]] = {
    "profile": lambda _: profile(LUOYANG),
    "platform_clocks": lambda had: had.platform_clocks[1:],
    "product": lambda _: product(promise_days=1),
    "calendar": lambda had: had.calendar[1:],
    "penalty": lambda _: STRICTER,
}


def test_equal_rules_are_one_copy() -> None:
    assert shared(rules()) is shared(rules().model_copy(deep=True))


@pytest.mark.clause("law/penalty-rate")
@pytest.mark.parametrize("part", RulesInForce.model_fields)
def test_rules_that_differ_in_any_part_are_two(part: str) -> None:
    """A loan that began under 150 % is not refused at 130 % because another loan, begun later, was decoded first."""
    had = rules()
    other = had.model_copy(update={part: DIFFERENT[part](had)})
    assert shared(other) == other
    assert shared(had) == had
    assert shared(other) is not shared(had)


def test_a_loan_begun_before_the_platform_had_a_penalty_limit_gets_none() -> None:
    assert shared(rules()).penalty is not None
    assert shared(rules().model_copy(update={"penalty": None})).penalty is None
