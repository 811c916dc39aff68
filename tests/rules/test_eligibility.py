"""May this application be financed at all: at the door from what it says, then from what was found."""

from datetime import date
from typing import Any

import pytest

from tests.rules.loans import (
    CONFIRMED,
    HANYANG,
    HUBEI,
    JILIN,
    KUNMING,
    LUOYANG,
    application,
    award,
    contract,
    product,
    profile,
)
from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.applications import Basis, EnterpriseScale
from zhengcaidai.messages.findings import ClaimAnswer, ProcurementFindings
from zhengcaidai.messages.procurement import BadRecord, ReceivableConfirmation, ReceivableStatus
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.regions import ProductKind
from zhengcaidai.rules.eligibility import Verdict, cap_fen, check_application, check_product, verdict

ON_AWARD: dict[str, Any] = {"basis": Basis.AWARD_NOTICE, "filing_number": None}
OTHER_USCC = "91530100MA6KM0001M"


def refusal(code: str = KUNMING, of: Product | None = None, **changed: Any) -> RuleBroken:
    asked = application(region=code, **changed)
    with pytest.raises(RuleBroken) as refused:
        check_application(asked, of or product(), profile(code))
    return refused.value


# — at the door —


@pytest.mark.clause("kunming/2.1#1")
@pytest.mark.clause("kunming/2.3.2#1")
@pytest.mark.clause("jilin/3.1#1")
@pytest.mark.clause("luoyang/annex#1")
@pytest.mark.clause("hubei/3.1.3#3")
@pytest.mark.parametrize(
    ("code", "on_award", "clause"),
    [
        (KUNMING, True, None),
        (JILIN, True, None),
        (LUOYANG, False, "luoyang/annex"),
        (HANYANG, False, "hanyang/4.1.3"),
        (HUBEI, False, "hubei/3.1.3"),
    ],
)
def test_the_award_notice_is_enough_where_the_region_says_so_and_the_contract_everywhere(
    code: str, on_award: bool, clause: str | None
) -> None:
    check_application(application(region=code), product(), profile(code))
    if on_award:
        check_application(application(region=code, **ON_AWARD), product(), profile(code))
    else:
        problem = refusal(code, **ON_AWARD).problem
        assert (problem.where, problem.right, problem.clause) == ("basis", "contract", clause)


@pytest.mark.clause("hubei/3.1.3#3")
def test_a_loan_on_a_contract_names_the_contract() -> None:
    assert refusal(HUBEI, filing_number=None).problem.where == "filing_number"


@pytest.mark.clause("kunming/2.2.1")
@pytest.mark.clause("jilin/3.1.1#1")
@pytest.mark.parametrize("scale", EnterpriseScale)
@pytest.mark.parametrize(
    ("code", "clause"), [(KUNMING, "kunming/2.2.1"), (JILIN, "jilin/3.1.1"), (LUOYANG, "luoyang/2.4")]
)
def test_small_and_medium_firms_and_those_that_count_as_small(code: str, clause: str, scale: EnterpriseScale) -> None:
    supplier = application().supplier.model_copy(update={"scale": scale})
    if scale is EnterpriseScale.LARGE:
        problem = refusal(code, supplier=supplier).problem
        assert (problem.where, problem.clause) == ("supplier.scale", clause)
    else:
        check_application(application(region=code, supplier=supplier), product(), profile(code))


@pytest.mark.clause("kunming/2.1#2")
@pytest.mark.clause("kunming/2.2.2#1")
@pytest.mark.clause("jilin/2.2#2")
@pytest.mark.parametrize("code", [KUNMING, JILIN])
@pytest.mark.parametrize(
    "offered",
    [
        pytest.param(None, id="not-registered"),
        pytest.param(product(bank_id="bank-2"), id="another-banks"),
        pytest.param(product(live=False), id="no-longer-live"),
        pytest.param(product(regions=(LUOYANG,)), id="not-in-this-region"),
    ],
)
def test_only_a_registered_product_that_is_live_in_the_region_can_be_applied_for(
    code: str, offered: Product | None
) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_application(application(region=code), offered, profile(code))
    clause = {KUNMING: "kunming/2.2.2", JILIN: None}[code]
    assert (refused.value.problem.where, refused.value.problem.clause) == ("product_id", clause)


@pytest.mark.clause("jilin/3")
def test_a_region_whose_platform_offers_no_contract_loans_takes_none() -> None:
    guarantees = profile(JILIN).products.model_copy(update={"value": (ProductKind.E_GUARANTEE,)})
    with pytest.raises(RuleBroken) as refused:
        check_product(product(), profile(JILIN).model_copy(update={"products": guarantees}))
    problem = refused.value.problem
    assert (problem.where, problem.right, problem.clause) == ("regions", "e_guarantee", "jilin/3")


@pytest.mark.parametrize(
    ("asked", "where"), [({"amount_fen": 10_000_001}, "amount_fen"), ({"term_days": 366}, "term_days")]
)
def test_a_products_own_limits_hold(asked: dict[str, Any], where: str) -> None:
    assert refusal(**asked).problem.where == where


@pytest.mark.clause("kunming/4.1#3")
@pytest.mark.clause("kunming/4.3#3")
@pytest.mark.clause("jilin/3#1")
@pytest.mark.parametrize(
    ("code", "condition", "clause"),
    [
        (KUNMING, "collateral", "kunming/4.1"),
        (KUNMING, "guarantee", "kunming/4.1"),
        (KUNMING, "extra_fees", "kunming/4.3"),
        (LUOYANG, "collateral", "luoyang/2.5"),
        (LUOYANG, "guarantee", "luoyang/2.5"),
        (LUOYANG, "extra_fees", None),
        (JILIN, "collateral", "jilin/3"),
        (JILIN, "guarantee", "jilin/3"),
        (HANYANG, "collateral", None),
    ],
)
def test_a_product_that_asks_for_security_or_fees_is_refused_where_the_text_forbids_it(
    code: str, condition: str, clause: str | None
) -> None:
    asking = product(**{condition: True})
    if clause is None:
        check_product(asking, profile(code))
        return
    with pytest.raises(RuleBroken) as refused:
        check_product(asking, profile(code))
    assert (refused.value.problem.where, refused.value.problem.clause) == (condition, clause)
    assert refusal(code, asking.model_copy(update={"regions": (code,)})).problem.where == "product_id"


@pytest.mark.clause("luoyang/2.1")
@pytest.mark.clause("kunming/2.3.3#4")
@pytest.mark.clause("jilin/3#2")
@pytest.mark.parametrize(
    ("code", "offline", "clause"),
    [
        (KUNMING, False, "kunming/2.3.3"),
        (LUOYANG, True, None),
        (HANYANG, False, "hanyang/1"),
        (HUBEI, False, "hubei/3.1.3"),
        (JILIN, False, "jilin/3"),
    ],
)
def test_banks_lend_online_everywhere_and_offline_where_the_region_lets_them(
    code: str, offline: bool, clause: str | None
) -> None:
    check_product(product(channel=Channel.ONLINE), profile(code))
    by_its_staff = product(channel=Channel.OFFLINE)
    if offline:
        check_product(by_its_staff, profile(code))
    else:
        with pytest.raises(RuleBroken) as refused:
            check_product(by_its_staff, profile(code))
        problem = refused.value.problem
        assert (problem.where, problem.right, problem.clause) == ("channel", "online", clause)
        chosen = refusal(code, by_its_staff.model_copy(update={"regions": (code,)})).problem
        assert (chosen.where, chosen.zh, chosen.en) == ("product_id", problem.zh, problem.en)


# — the ceiling —


@pytest.mark.clause("kunming/4.1#1")
@pytest.mark.clause("jilin/3.1.2#2")
@pytest.mark.parametrize(
    ("code", "basis", "award_fen", "contract_fen", "expected"),
    [
        (KUNMING, Basis.AWARD_NOTICE, 300_000, None, (300_000, "kunming/4.1")),
        (KUNMING, Basis.CONTRACT, 300_000, 290_000, (300_000, "kunming/4.1")),
        (JILIN, Basis.AWARD_NOTICE, 300_000, None, (300_000, "jilin/3.1.2")),
        (JILIN, Basis.CONTRACT, 300_000, 290_000, (290_000, "jilin/3.1.2")),
        (LUOYANG, Basis.CONTRACT, 300_000, 310_000, (310_000, "luoyang/1.1")),
        (HANYANG, Basis.CONTRACT, 300_000, 290_000, (290_000, "hubei/3.1.3")),
    ],
)
def test_the_ceiling_is_the_awards_amount_or_the_contracts(
    code: str, basis: Basis, award_fen: int, contract_fen: int | None, expected: tuple[int, str]
) -> None:
    filed = contract(amount_fen=contract_fen) if contract_fen else None
    assert cap_fen(profile(code), basis, award(amount_fen=award_fen), filed) == expected


# — what was found —

FOUND = ProcurementFindings(award=award(), contract=contract(), bad_record=None)
FREE = ClaimAnswer(held_by=None, repeat_borrower=False)
LISTED = BadRecord(
    supplier_uscc=application().supplier.uscc,
    reason="提供虚假材料谋取中标",
    listed_on=date(2025, 6, 1),
    until=date(2027, 5, 31),
)


def found(
    code: str = KUNMING,
    *,
    receivable: ReceivableConfirmation = CONFIRMED,
    claim: ClaimAnswer = FREE,
    asked: dict[str, Any] | None = None,
    **changed: Any,
) -> Verdict:
    regional = {"award": award(region=code), "contract": contract(region=code)}
    findings = FOUND.model_copy(update=regional | changed)
    return verdict(application(region=code, **(asked or {})), profile(code), findings, receivable, claim)


def told(result: Verdict) -> tuple[str, str]:
    """All reasons, in Chinese and in English."""
    return "；".join(each.zh for each in result.reasons), "; ".join(each.en for each in result.reasons)


@pytest.mark.clause("kunming/2.3.3#1")
@pytest.mark.parametrize("code", [KUNMING, LUOYANG, HANYANG, JILIN])
def test_what_agrees_with_the_procurement_system_goes_to_its_bank(code: str) -> None:
    assert found(code) == Verdict(reasons=(), is_fraud=False)


@pytest.mark.clause("kunming/2.1#3")
@pytest.mark.clause("kunming/2.3.3#1")
@pytest.mark.clause("kunming/3.4#1")
@pytest.mark.clause("luoyang/2.2#4")
@pytest.mark.clause("luoyang/2.5#2")
@pytest.mark.clause("hanyang/3#4")
@pytest.mark.clause("hanyang/4.1.1#1")
@pytest.mark.clause("jilin/3.1.1#1")
@pytest.mark.parametrize("code", [KUNMING, LUOYANG, HANYANG, JILIN])
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"award": "other"}, "中标（成交）通知书 ZB-1 的供应商与申请人不一致", id="anothers-award"),
        pytest.param({"contract": None}, "查无备案合同", id="no-such-contract"),
        pytest.param(
            {"contract": contract(supplier_uscc=OTHER_USCC)}, "合同 合备[2026]1号 的供应商", id="anothers-contract"
        ),
        pytest.param({"contract": contract(award_number="ZB-2")}, "不属于中标", id="contract-of-another-award"),
    ],
)
def test_a_contract_that_does_not_exist_or_papers_of_another_are_suspicious_and_reported(
    code: str, changed: dict[str, Any], reason: str
) -> None:
    if changed.get("award") == "other":
        changed = {"award": award(region=code, supplier_uscc=OTHER_USCC)}
    result = found(code, **changed)
    assert result.is_fraud
    assert reason in told(result)[0]


@pytest.mark.clause("hanyang/3#4")
@pytest.mark.clause("luoyang/2.5#2")
@pytest.mark.clause("kunming/2.3.3#1")
@pytest.mark.parametrize("code", [KUNMING, LUOYANG, HANYANG, JILIN])
@pytest.mark.parametrize(
    "asked", [pytest.param({}, id="with-the-suppliers-own-contract"), pytest.param(ON_AWARD, id="on-the-award-alone")]
)
def test_an_award_number_that_nobody_knows_is_to_be_checked_and_accuses_nobody(
    code: str, asked: dict[str, Any]
) -> None:
    result = found(code, award=None, contract=None if asked else contract(region=code), asked=asked)
    (reason,) = result.reasons
    assert not result.is_fraud
    assert (
        "请核对编号" in reason.zh,
        reason.en,
    ) == (True, "the procurement system has no award notice ZB-1: check the number and apply again")


@pytest.mark.clause("hanyang/3#4")
def test_an_unknown_award_beside_a_false_contract_is_suspicious_all_the_same() -> None:
    for false in (None, contract(supplier_uscc=OTHER_USCC)):
        result = found(award=None, contract=false)
        assert (len(result.reasons), result.is_fraud) == (2, True)


@pytest.mark.clause("hanyang/3#4")
def test_a_contract_of_another_award_proves_nothing_where_the_number_given_leads_nowhere() -> None:
    result = found(award=None, contract=contract(award_number="ZB-2"))
    assert (len(result.reasons), result.is_fraud) == (1, False)


@pytest.mark.clause("luoyang/2.5#2")
def test_a_suspicion_names_the_regions_own_clause_where_it_has_one() -> None:
    clauses = {code: found(code, contract=None).reasons[0].clause for code in (KUNMING, LUOYANG, HANYANG, HUBEI)}
    assert clauses == {KUNMING: "kunming/2.3.3", LUOYANG: "luoyang/2.5", HANYANG: "hanyang/3", HUBEI: None}


@pytest.mark.clause("kunming/2.1#3")
def test_on_an_award_notice_no_contract_is_looked_for() -> None:
    assert found(asked=ON_AWARD, contract=None) == Verdict(reasons=(), is_fraud=False)


@pytest.mark.clause("kunming/5.2#1")
@pytest.mark.clause("jilin/4.4#4")
@pytest.mark.parametrize("code", [KUNMING, JILIN])
def test_no_loan_while_on_the_bad_record_list(code: str) -> None:
    result = found(code, bad_record=LISTED)
    assert told(result) == (
        "供应商在不良行为记录名单内，至 2027-05-31",
        "the supplier is on the bad-record list until 2027-05-31",
    )
    assert not result.is_fraud


@pytest.mark.clause("law/civil-code-445#1")
@pytest.mark.clause("hanyang/4.1.3#3")
def test_one_contract_is_financed_once_at_a_time() -> None:
    result = found(claim=ClaimAnswer(held_by="L0", repeat_borrower=False))
    assert told(result)[0] == "该采购合同已有一笔融资在办或未结清，一份合同只能融资一次"
    assert (result.reasons[0].clause, result.is_fraud) == ("law/civil-code-445", False)


@pytest.mark.clause("law/civil-code-445#1")
@pytest.mark.parametrize("status", [each for each in ReceivableStatus if each is not ReceivableStatus.CONFIRMED])
def test_a_receivable_that_is_not_confirmed_or_pledged_elsewhere_is_not_lent_on(status: ReceivableStatus) -> None:
    result = found(receivable=ReceivableConfirmation(award_number="ZB-1", status=status))
    assert (len(result.reasons), result.is_fraud) == (1, False)
    assert status.value not in told(result)[0], "in words, not as a code"


@pytest.mark.clause("kunming/4.1#1")
def test_more_than_the_ceiling_is_refused_without_suspicion() -> None:
    assert found(asked={"amount_fen": 300_000}) == Verdict(reasons=(), is_fraud=False)
    above = found(asked={"amount_fen": 300_001})
    assert told(above) == (
        "申请金额 3,000.01 元超过上限 3,000.00 元（kunming/4.1）",
        "the 3,000.01 yuan asked for are above the cap of 3,000.00 yuan (kunming/4.1)",
    )
    assert not above.is_fraud


def test_an_award_of_another_region_goes_by_that_regions_rules() -> None:
    result = found(award=award(region=LUOYANG))
    assert (len(result.reasons), result.is_fraud) == (1, False)


def test_every_reason_is_told_at_once_and_in_both_languages() -> None:
    result = found(award=None, contract=None, bad_record=LISTED, claim=ClaimAnswer(held_by="L0", repeat_borrower=False))
    assert (len(result.reasons), result.is_fraud) == (4, True)
    assert all(each.en.isascii() or "合备" in each.en for each in result.reasons)
