"""What the platform set: every limit says where it comes from, none as a region's text."""

from datetime import date
from importlib.resources import files

import pytest

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.clocks import ClockId, RuleOrigin
from zhengcaidai.registers.platform import parse_platform, platform_settings
from zhengcaidai.registers.regions import region_profiles

TEXT = (files("zhengcaidai") / "data/platform.toml").read_text(encoding="utf-8")
KNOWN = {"law/order-802-9": date(2026, 12, 31), "law/penalty-rate": date(2026, 12, 31)}


def test_no_setting_of_the_platform_is_a_regions_clock() -> None:
    of_regions = {rule.clock for each in region_profiles() for rule in each.clocks}
    found = {rule.clock: rule.origin for rule in platform_settings().clocks}
    assert not of_regions & found.keys()
    assert RuleOrigin.REGION not in found.values()


def test_every_request_and_wait_has_a_limit_of_its_own() -> None:
    found = {rule.clock: rule for rule in platform_settings().clocks}
    for clock in (
        ClockId.ACCEPTANCE,
        ClockId.MATERIALS_SUPPLEMENT,
        ClockId.CHANGE_DRAFT,
        ClockId.CHANGE_REFILE,
        ClockId.OFFER_EXPIRY,
        ClockId.CONTRACT_WAIT,
        ClockId.PURCHASER_SIGN_OFF,
        ClockId.BANK_CONSENT,
    ):
        assert found[clock].limit_days
        assert (found[clock].origin, found[clock].set_by) == (RuleOrigin.PLATFORM, "platform")


@pytest.mark.clause("law/order-802-9")
def test_the_purchaser_pays_within_thirty_days_by_national_law() -> None:
    rule = next(each for each in platform_settings().clocks if each.clock is ClockId.TREASURY_PAYMENT)
    assert (rule.limit_days, rule.unit, rule.origin, rule.clause) == (
        30,
        "calendar_day",
        RuleOrigin.NATIONAL_LAW,
        "law/order-802-9",
    )


@pytest.mark.clause("law/penalty-rate")
def test_the_penalty_rate_is_bounded_from_the_day_of_the_central_banks_notice() -> None:
    settings = platform_settings()
    assert settings.penalty_limit(date(2003, 12, 31)) is None
    limit = settings.penalty_limit(date(2004, 1, 1))
    assert limit is not None
    assert (limit.max_percent_of_rate, limit.clause) == (150, "law/penalty-rate")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('origin = "platform"', 'origin = "region"', "what the platform sets is no region's text"),
        ("limit_days = 10", "limit_days = 0", "greater than or equal to 1"),
        ("limit_days = 10\n", "", "a limit is needed unless the document names the day"),
        ("law/order-802-9", "law/order-999", "law/order-999 is not in the clause register"),
        ("[clocks.offer_expiry]", "[clocks.offer_expires]", "Input should be"),
        ('starts = ["offered"]', "starts = []", "at least 1 item"),
        ("law/penalty-rate", "law/penalty", "law/penalty is not in the clause register"),
        ("max_percent_of_rate = 150", "max_percent_of_rate = 99", "greater than or equal to 100"),
        (
            "[reminders]",
            '[[penalty_rate]]\nvalid_from = 2024-01-01\nmax_percent_of_rate = 150\nclause = "law/penalty-rate"\n[reminders]',
            "in the order of their first days",
        ),
        ("working_days_before = [3, 1]", "working_days_before = [0]", "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_refused(old: str, new: str, reason: str) -> None:
    assert old in TEXT
    with pytest.raises(InvalidInput, match=r"^.*platform.toml") as error:
        parse_platform(TEXT.replace(old, new, 1), "platform.toml", KNOWN)
    assert reason in error.value.en
