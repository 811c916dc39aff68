"""The regions' files: what they hold, and what is refused at start-up with file, line, key and reason."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import ValidationError

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.clocks import ClockId, RuleOrigin
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.regions import CapMeasure, ProductKind, ProvisionId, RegionProfile
from zhengcaidai.registers.platform import confirmations
from zhengcaidai.registers.region_files import RegionSource, clauses_of, read_region
from zhengcaidai.registers.regions import load_regions, region, region_profiles

FOLDER = files("zhengcaidai") / "data/regions"


def text(code: str) -> str:
    return (FOLDER / f"{code}.toml").read_text(encoding="utf-8")


def profile(code: str) -> RegionProfile:
    return region(code, date(2026, 11, 21))


def load(*pairs: tuple[str, str]) -> tuple[RegionProfile, ...]:
    return load_regions([RegionSource(source=name, text=content) for name, content in pairs], confirmations())


def test_the_six_regions_are_there_each_with_its_version() -> None:
    assert {each.code for each in region_profiles()} == {"220000", "410300", "420000", "420100", "420105", "530100"}
    assert len({each.version for each in region_profiles()}) == 6


@pytest.mark.clause("kunming/4.1#1")
def test_kunming_the_award_amount_is_the_ceiling() -> None:
    for basis in Basis:
        cap = profile("530100").cap(basis)
        assert cap is not None
        assert (cap.measure, cap.percent, cap.clause) == (CapMeasure.AWARD_AMOUNT, 100, "kunming/4.1")


@pytest.mark.clause("kunming/2.1#1")
@pytest.mark.clause("jilin/3.1#1")
@pytest.mark.clause("luoyang/annex#1")
@pytest.mark.parametrize(
    ("code", "bases"),
    [
        ("530100", (Basis.AWARD_NOTICE, Basis.CONTRACT)),
        ("220000", (Basis.AWARD_NOTICE, Basis.CONTRACT)),
        ("410300", (Basis.CONTRACT,)),
        ("420105", (Basis.CONTRACT,)),
    ],
)
def test_the_bases_that_a_region_allows(code: str, bases: tuple[Basis, ...]) -> None:
    assert profile(code).bases.value == bases


@pytest.mark.parametrize(
    ("code", "provision", "clause"),
    [
        ("530100", ProvisionId.ACCOUNT_IMMUTABLE, "kunming/2.3.5"),
        ("530100", ProvisionId.BANK_REGISTRATION, "kunming/2.2.2"),
        ("530100", ProvisionId.ACCOUNT_SOLE, "kunming/3.2"),
        ("530100", ProvisionId.NO_EXTRA_FEES, "kunming/4.3"),
        ("410300", ProvisionId.ACCOUNT_SOLE, "luoyang/2.3"),
        ("410300", ProvisionId.NO_COLLATERAL, "luoyang/2.5"),
        ("420105", ProvisionId.ACCOUNT_BANK_CONSENT, "hanyang/3"),
        ("420105", ProvisionId.ACCOUNT_CHANGE_BY_SUPPLIER, "hanyang/4.1.4"),
        ("420105", ProvisionId.DEAL_TO_PLATFORM, "hanyang/4.1.3"),
        ("420100", ProvisionId.DEAL_TO_PLATFORM, "hubei/3.1.3"),
        ("220000", ProvisionId.ACCOUNT_CHANGE_BY_SUPPLIER, "jilin/4.2"),
        ("220000", ProvisionId.NO_GUARANTEE, "jilin/3"),
    ],
)
def test_each_provision_names_its_clause(code: str, provision: ProvisionId, clause: str) -> None:
    found = profile(code).provision(provision)
    assert found is not None
    assert found.clause == clause


CODE = {
    file: file.read_text(encoding="utf-8")
    for room in ("zhengcaidai/rules", "zhengcaidai/web", "zhengcaidai/registers", "workflows", "activities")
    for file in sorted((Path(__file__).parents[2] / room).rglob("*.py"))
}


@pytest.mark.parametrize("provision", ProvisionId)
def test_every_provision_that_a_file_may_have_is_asked_for(provision: ProvisionId) -> None:
    """Adding a city is adding a file: what the file says is acted on, or its key is refused."""
    assert [file.name for file, source in CODE.items() if f"ProvisionId.{provision.name}" in source]


@pytest.mark.parametrize("value", ["bases.", "channels.", "products.", "clocks", "treasury", "cap(", "clock("])
def test_every_value_that_a_file_may_have_is_read_by_a_rule(value: str) -> None:
    """The rest (names, targets, a ban's years) is shown as it stands: see tests/web/test_regions.py."""
    beside = ("registers", "regions.py")
    assert [file for file, source in CODE.items() if f"profile.{value}" in source and not set(beside) & set(file.parts)]


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("accounts", "agreed_before_contract_signing"),
        ("accounts", "change_only_after_contract_filing"),
        ("prohibits", "extra_conditions"),
        ("requires", "credit_inquiry_authorisation"),
        ("notices", "deal_sms_to_supplier"),
        ("notices", "financing_policy_told_to_suppliers"),
        ("notices", "late_payment_reported_to_bureau"),
    ],
)
def test_what_no_rule_asks_for_is_refused_in_a_file_and_left_out_of_an_old_history(section: str, key: str) -> None:
    said = text("530100").replace(f"[{section}]", f'[{section}]\n{key} = {{ value = true, clause = "kunming/1.4" }}', 1)
    with pytest.raises(InvalidInput, match=f"{section}.{key}: there is no such provision"):
        load(("530100.toml", said))
    now = profile("530100")
    old = {"provision": f"{section}.{key}", "clause": "kunming/1.4", "set_by": "530100", "reading": None}
    recorded = now.model_dump(mode="json")
    recorded["provisions"].append(old)
    assert RegionProfile.model_validate_json(json.dumps(recorded)) == now
    recorded["provisions"].append(old | {"provision": f"{section}.{key}s"})
    with pytest.raises(ValidationError):
        RegionProfile.model_validate_json(json.dumps(recorded))


@pytest.mark.clause("luoyang/1.2")
def test_luoyangs_growth_targets() -> None:
    city, county = profile("410300").growth_city_percent, profile("410300").growth_county_percent
    assert city is not None
    assert county is not None
    assert (city.value, county.value, city.clause) == (100, 30, "luoyang/1.2")


def test_jilins_ban_is_one_to_three_years() -> None:
    least, most = profile("220000").ban_years_min, profile("220000").ban_years_max
    assert least is not None
    assert most is not None
    assert (least.value, most.value) == (1, 3)


@pytest.mark.clause("luoyang/2.1")
@pytest.mark.clause("kunming/2.3.3#4")
def test_luoyang_alone_takes_offline_banks() -> None:
    for each in region_profiles():
        offline = (Channel.OFFLINE,) if each.code == "410300" else ()
        assert each.channels.value == (Channel.ONLINE, *offline)


def test_jilin_names_three_kinds_of_product() -> None:
    assert profile("220000").products.value == tuple(ProductKind)


def test_hanyang_stands_under_wuhan_under_hubei() -> None:
    hanyang = profile("420105")
    assert hanyang.lineage == ("420000", "420100", "420105")
    cap = hanyang.cap(Basis.CONTRACT)
    assert cap is not None
    assert (cap.set_by, hanyang.bases.set_by) == ("420000", "420105")


def test_every_clock_of_a_region_says_that_it_is_its_text() -> None:
    for each in region_profiles():
        for rule in each.clocks:
            assert (rule.origin, rule.set_by in each.lineage) == (RuleOrigin.REGION, True)
            assert rule.confirmed_until is not None


def test_every_clause_named_is_in_the_register() -> None:
    known = confirmations()
    for each in region_profiles():
        content = read_region(RegionSource(source=each.code, text=text(each.code)))
        named = dict(clauses_of(content))
        assert set(named.values()) <= set(known)
        assert named or each.code == "420100"


@pytest.mark.clause("kunming/6#1")
def test_before_its_text_took_effect_a_region_has_no_rules() -> None:
    with pytest.raises(InvalidInput, match="in force from 2022-09-29"):
        region("530100", date(2022, 9, 28))
    assert region("530100", date(2022, 9, 29)).code == "530100"


def test_an_unknown_region_is_told_which_exist() -> None:
    with pytest.raises(InvalidInput, match="420105 Hanyang, Wuhan, Hubei"):
        region("999999", date(2026, 1, 1))


COURT = "change_after_disbursement"
FIVE = 'value = 5, clause = "kunming/4.2"'


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("limit_days = { value = 5,", "limit_days = { value = 0,", "clocks.financing.limit_days.value", "to 1"),
        (FIVE, "value = 5", "clocks.financing.limit_days.clause", "the field is missing"),
        (FIVE, 'value = 5, clause = "kunming/9.9"', "clocks.financing.limit_days", "not in the clause register"),
        ('unit = "working_day"', 'unit = "hour"', "clocks.financing.unit", "'working_day' or 'calendar_day'"),
        ('duty_of = "bank"', 'dutty_of = "bank"', "clocks.financing.dutty_of", "there is no such field"),
        ("[clocks.financing]", "[clocks.speed]", "clocks.speed", "Input should be 'financing'"),
        ("extra_fees = {", "extra_costs = {", "prohibits.extra_costs", "no such provision, only collateral"),
        (f'{COURT} = {{ value = "court_order_only"', f"{COURT} = {{ value = true", f"accounts.{COURT}", "court_order"),
        ("collateral = { value = true", "collateral = { value = false", "prohibits.collateral.value", "given: False"),
        ('code = "530100"', 'code = "530199"', "code", "must begin with 530199"),
        ('code = "530100"', 'code = "53010"', "code", "match pattern"),
        ("percent = 100", "percent = 101", "caps.award_notice.percent", "less than or equal to 100"),
        ("bases = {", "basis = {", "basis", "there is no such field"),
        ("valid_from = 2022-09-29", 'parent = "530000"\nvalid_from = 2022-09-29', "parent", "no parent region 530000"),
    ],
)
def test_a_wrong_file_is_refused_with_line_key_and_reason(old: str, new: str, key: str, reason: str) -> None:
    assert old in text("530100")
    changed = text("530100").replace(old, new, 1)
    line = changed[: changed.index(new)].count("\n") + 1
    with pytest.raises(InvalidInput) as error:
        load(("data/regions/530100.toml", changed))
    assert error.value.en.startswith(f"data/regions/530100.toml:{line} {key}: ")
    assert reason in error.value.en


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("products = {", "# products = {", "530100.toml products: a region without a parent must say"),
        ('name_zh = "云南省昆明市"', 'name_zh = "云南省昆明市', "530100.toml is not valid TOML"),
    ],
)
def test_what_stands_on_no_line_is_refused_by_file_and_key(old: str, new: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as error:
        load(("530100.toml", text("530100").replace(old, new, 1)))
    assert error.value.en.startswith(reason)


DISTRICT = """
code = "530102"
name_zh = "云南省昆明市五华区"
name_en = "Wuhua, Kunming, Yunnan"
parent = "530100"
valid_from = 2024-01-01

[clocks.financing]
limit_days = { value = 4, clause = "kunming/1.4" }
repeat_limit_days = { value = 2, clause = "kunming/1.4" }
unit = "working_day"
starts = ["accepted"]
ends = ["disbursed"]
duty_of = "bank"
"""


@pytest.mark.clause("kunming/1.4")
def test_adding_a_district_is_adding_a_file() -> None:
    found = load(("530102.toml", DISTRICT), ("530100.toml", text("530100")))
    district = region("530102", date(2026, 1, 1), found)
    rule = district.clock(ClockId.FINANCING)
    assert rule is not None
    assert (rule.limit_days, rule.set_by, district.lineage) == (4, "530102", ("530100", "530102"))
    assert district.provision(ProvisionId.NO_COLLATERAL) == profile("530100").provision(ProvisionId.NO_COLLATERAL)


@pytest.mark.clause("kunming/1.4")
def test_a_file_that_loosens_its_parents_rule_is_refused() -> None:
    loose = DISTRICT.replace("value = 4", "value = 6")
    with pytest.raises(InvalidInput, match=r"530102.toml:9 clocks.financing.limit_days: loosens its parent 530100"):
        load(("530102.toml", loose), ("530100.toml", text("530100")))


def test_a_later_file_follows_without_gap_or_overlap() -> None:
    first = text("530100").replace("valid_from = 2022-09-29", "valid_from = 2022-09-29\nvalid_until = 2026-12-31")
    second = text("530100").replace("2022-09-29", "2027-01-01").replace("value = 5", "value = 4")
    silent = DISTRICT.partition("[clocks")[0]
    found = load(("530100.toml", first), ("530100-2027.toml", second), ("530102.toml", silent))
    for code in ("530100", "530102"):
        limits = [region(code, on, found).clocks[0].limit_days for on in (date(2026, 12, 31), date(2027, 1, 1))]
        assert limits == [5, 4]
    for wrong in ("2026-12-31", "2027-01-02"):
        with pytest.raises(InvalidInput, match="leaves a gap after, or overlaps"):
            load(("530100.toml", first), ("530100-2027.toml", second.replace("2027-01-01", wrong)))


def test_a_file_with_an_end_is_over_after_it() -> None:
    ended = text("530100").replace("valid_from = 2022-09-29", "valid_from = 2022-09-29\nvalid_until = 2026-12-31")
    with pytest.raises(InvalidInput, match="to 2026-12-31"):
        region("530100", date(2027, 1, 1), load(("530100.toml", ended)))


def test_the_version_changes_with_the_content() -> None:
    changed = load(("530100.toml", text("530100").replace("value = 5", "value = 4")))
    assert changed[0].version != profile("530100").version
    assert load(("530100.toml", text("530100")))[0].version == profile("530100").version


@pytest.mark.parametrize(
    ("treasury", "fits"), [("420100", True), ("420000", True), ("420105", False), ("530100", False)]
)
def test_a_region_without_a_treasury_is_paid_for_by_one_above_it(treasury: str, fits: bool) -> None:
    child = text("420105").replace("valid_from", f'treasury = "{treasury}"\nvalid_from', 1)
    pairs = (("420000.toml", text("420000")), ("420100.toml", text("420100")), ("420105.toml", child))
    if fits:
        assert next(each for each in load(*pairs) if each.code == "420105").treasury == treasury
    else:
        with pytest.raises(InvalidInput, match=r"420105.toml") as refused:
            load(*pairs)
        assert "it must be a region above" in refused.value.en


def test_every_region_at_hand_has_a_treasury_of_its_own() -> None:
    assert {each.treasury for each in region_profiles()} == {None}
