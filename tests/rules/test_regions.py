"""A region under its parent inherits, may tighten, never loosens (kunming/1.4)."""

from dataclasses import replace
from datetime import time

import pytest

from tests.rules.timelines import day
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId, LimitUnit, Milestone
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.regions import (
    Cap,
    CapMeasure,
    ProductKind,
    Provision,
    ProvisionId,
    RegionProfile,
    Sourced,
)
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.regions import OwnRules, loosenings, under_parent

KUNMING = region("530100", day("2026-01-01"))
LUOYANG = region("410300", day("2026-01-01"))
JILIN = region("220000", day("2026-01-01"))

SILENT = OwnRules(
    code="530102",
    name_zh="昆明市五华区",
    name_en="Wuhua, Kunming",
    valid_from=day("2026-01-01"),
    valid_until=None,
    bases=None,
    channels=None,
    products=None,
    caps=(),
    clocks=(),
    provisions=(),
)
FINANCING = KUNMING.clocks[0].model_copy(update={"set_by": "530102"})
APPROVAL = LUOYANG.clocks[0].model_copy(update={"set_by": "410307"})


def keys(parent: RegionProfile, own: OwnRules) -> list[str]:
    return [".".join(each.path) for each in loosenings(parent, own)]


@pytest.mark.clause("kunming/1.4")
def test_a_district_that_says_nothing_has_its_citys_rules() -> None:
    assert loosenings(KUNMING, SILENT) == ()
    district = under_parent(KUNMING, SILENT, "-")
    assert (district.clocks, district.caps, district.provisions) == (KUNMING.clocks, KUNMING.caps, KUNMING.provisions)
    assert district.lineage == ("530100", "530102")


@pytest.mark.clause("kunming/1.4")
def test_a_district_may_tighten_and_its_profile_says_so() -> None:
    own = replace(
        SILENT,
        bases=Sourced(value=(Basis.CONTRACT,), clause="kunming/1.4", set_by="530102"),
        caps=(
            Cap(
                basis=Basis.CONTRACT,
                measure=CapMeasure.AWARD_AMOUNT,
                percent=80,
                clause="kunming/1.4",
                set_by="530102",
            ),
        ),
        clocks=(FINANCING.model_copy(update={"limit_days": 4, "limit_days_repeat": 2, "close_of_business": time(17)}),),
        provisions=(Provision(provision=ProvisionId.SEALED_CHANGE_FORM, clause="kunming/1.4", set_by="530102"),),
    )
    assert loosenings(KUNMING, own) == ()
    district = under_parent(KUNMING, own, "-")
    rule, cap = district.clock(ClockId.FINANCING), district.cap(Basis.CONTRACT)
    assert rule is not None
    assert cap is not None
    assert (rule.limit_days, rule.set_by) == (4, "530102")
    assert (cap.percent, district.cap(Basis.AWARD_NOTICE)) == (80, None)
    added, inherited = district.provision(ProvisionId.SEALED_CHANGE_FORM), district.provision(ProvisionId.NO_COLLATERAL)
    assert added is not None
    assert inherited is not None
    assert (added.set_by, inherited.set_by) == ("530102", "530100")


@pytest.mark.clause("kunming/1.4")
@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"limit_days": 6}, "clocks.financing.limit_days"),
        ({"limit_days": None, "limit_days_repeat": None}, "clocks.financing.limit_days"),
        ({"limit_days_repeat": 4}, "clocks.financing.repeat_limit_days"),
        ({"limit_days": 4, "limit_days_repeat": None}, "clocks.financing.repeat_limit_days"),
        ({"unit": LimitUnit.CALENDAR_DAY}, "clocks.financing.unit"),
        ({"starts": (Milestone.DECIDED,)}, "clocks.financing.starts"),
        ({"ends": (Milestone.DECIDED,)}, "clocks.financing.ends"),
        (
            {"pauses_from": (Milestone.MATERIALS_REQUESTED,), "resumes_on": (Milestone.MATERIALS_SUPPLIED,)},
            "clocks.financing.pause",
        ),
    ],
)
def test_a_slower_clock_loosens(change: dict[str, object], key: str) -> None:
    assert key in keys(KUNMING, replace(SILENT, clocks=(FINANCING.model_copy(update=change),)))


def test_a_pause_of_the_parent_may_be_kept_or_given_up() -> None:
    own = replace(SILENT, clocks=(APPROVAL,))
    assert loosenings(LUOYANG, own) == ()
    without = APPROVAL.model_copy(update={"pauses_from": (), "resumes_on": ()})
    assert loosenings(LUOYANG, replace(SILENT, clocks=(without,))) == ()


def test_a_later_close_of_business_loosens() -> None:
    early = KUNMING.model_copy(update={"clocks": (FINANCING.model_copy(update={"close_of_business": time(17)}),)})
    for later in (time(18), None):
        own = replace(SILENT, clocks=(FINANCING.model_copy(update={"close_of_business": later}),))
        assert keys(early, own) == ["clocks.financing.close_of_business"]


def _sourced(value: tuple[Channel, ...]) -> Sourced[tuple[Channel, ...]]:
    return Sourced(value=value, clause="x/1", set_by="530102")


def test_what_the_parent_does_not_allow_loosens() -> None:
    assert keys(JILIN, replace(SILENT, channels=_sourced((Channel.ONLINE, Channel.OFFLINE)))) == ["channels"]
    award = Sourced[tuple[Basis, ...]](value=(Basis.AWARD_NOTICE,), clause="x/1", set_by="530102")
    assert keys(LUOYANG, replace(SILENT, bases=award)) == ["bases"]
    guarantees = Sourced[tuple[ProductKind, ...]](value=(ProductKind.E_GUARANTEE,), clause="x/1", set_by="530102")
    assert keys(KUNMING, replace(SILENT, products=guarantees)) == ["products"]


def test_a_higher_or_incomparable_cap_loosens() -> None:
    cap = Cap(basis=Basis.CONTRACT, measure=CapMeasure.AWARD_AMOUNT, percent=80, clause="x/1", set_by="530100")
    parent = KUNMING.model_copy(update={"caps": (cap,)})
    assert keys(parent, replace(SILENT, caps=(cap.model_copy(update={"percent": 90}),))) == ["caps.contract.percent"]
    other = cap.model_copy(update={"measure": CapMeasure.CONTRACT_AMOUNT})
    assert keys(parent, replace(SILENT, caps=(other,))) == ["caps.contract.measure"]


@pytest.mark.parametrize(("years", "loosens"), [(1, False), (2, False)])
def test_a_longer_ban_tightens(years: int, loosens: bool) -> None:
    own = replace(SILENT, ban_years_min=Sourced[int](value=years, clause="x/1", set_by="220100"))
    assert bool(loosenings(JILIN, own)) is loosens


def test_a_shorter_ban_or_a_lower_target_loosens() -> None:
    ban = replace(SILENT, ban_years_max=Sourced[int](value=2, clause="x/1", set_by="220100"))
    assert keys(JILIN, ban) == ["bans.years_max"]
    target = replace(SILENT, growth_county_percent=Sourced[int](value=20, clause="x/1", set_by="410307"))
    assert keys(LUOYANG, target) == ["targets.growth_county_percent"]


def test_rules_before_the_parents_loosen() -> None:
    assert keys(KUNMING, replace(SILENT, valid_from=day("2022-01-01"))) == ["valid_from"]


def test_every_finding_says_what_would_be_right_in_both_languages() -> None:
    (found,) = loosenings(KUNMING, replace(SILENT, clocks=(FINANCING.model_copy(update={"limit_days": 6}),)))
    assert found.zh == "放宽了上级 530100 (kunming/4.2)：6，不得多于5"
    assert found.en == "loosens its parent 530100 (kunming/4.2): 6, must be 5 or less"


def test_without_a_parent_the_basics_must_be_said() -> None:
    with pytest.raises(ValueError, match="leaves out"):
        under_parent(None, SILENT, "-")
