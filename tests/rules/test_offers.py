"""What a bank may offer: within what was asked and the cap, nothing pledged, nothing extra, to the supplier's account."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from tests.rules.loans import (
    AGREED,
    HANYANG,
    JILIN,
    KUNMING,
    LUOYANG,
    TODAY,
    application,
    award,
    contract,
    lived,
    offer,
    rules,
    verified,
)
from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages import steps
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.offers import check_offer


def asked(code: str = KUNMING, amount_fen: int = 200_000, basis: Basis = Basis.CONTRACT) -> Loan:
    filed = contract(region=code) if basis is Basis.CONTRACT else None
    filing_number = filed.filing_number if filed else None
    wanted = application(region=code, amount_fen=amount_fen, basis=basis, filing_number=filing_number)
    return lived(verified(filed, award=award(region=code)), steps.Accept(), asked=wanted)


def refusal(loan: Loan, code: str = KUNMING, **changed: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as refused:
        check_offer(offer(**changed), loan, rules(code), TODAY)
    return refused.value


@pytest.mark.clause("kunming/1.3#2")
@pytest.mark.clause("jilin/4.3#2")
@pytest.mark.parametrize("code", [KUNMING, JILIN])
def test_the_bank_may_approve_what_was_asked_or_less_but_no_more(code: str) -> None:
    loan = asked(code)
    for amount_fen in (1, 199_999, 200_000):
        check_offer(offer(amount_fen=amount_fen), loan, rules(code), TODAY)
    problem = refusal(loan, code, amount_fen=200_001).problem
    assert (problem.where, problem.right) == ("amount_fen", "≤ 200000")


@pytest.mark.clause("kunming/4.1#1")
@pytest.mark.clause("kunming/1.3#2")
@pytest.mark.parametrize(
    ("code", "basis", "clause"),
    [
        (KUNMING, Basis.AWARD_NOTICE, "kunming/4.1"),
        (KUNMING, Basis.CONTRACT, "kunming/4.1"),
        (LUOYANG, Basis.CONTRACT, "luoyang/1.1"),
    ],
)
def test_nor_more_than_the_ceiling_even_if_it_was_asked(code: str, basis: Basis, clause: str) -> None:
    loan = asked(code, 300_001, basis)
    check_offer(offer(amount_fen=300_000), loan, rules(code), TODAY)
    problem = refusal(loan, code, amount_fen=300_001).problem
    assert (problem.right, problem.clause) == ("≤ 300000", clause)


@pytest.mark.clause("kunming/1.3#3")
@pytest.mark.clause("kunming/4.1#3")
@pytest.mark.clause("kunming/4.3#3")
@pytest.mark.clause("luoyang/2.5#3")
@pytest.mark.clause("luoyang/annex#2")
@pytest.mark.clause("jilin/3#1")
@pytest.mark.clause("jilin/4.3#2")
@pytest.mark.parametrize(
    ("code", "condition", "clause"),
    [
        (KUNMING, {"collateral": True}, "kunming/4.1"),
        (KUNMING, {"guarantee": True}, "kunming/4.1"),
        (KUNMING, {"extra_fees_fen": 1}, "kunming/4.3"),
        (LUOYANG, {"collateral": True}, "luoyang/2.5"),
        (LUOYANG, {"guarantee": True}, "luoyang/2.5"),
        (LUOYANG, {"extra_fees_fen": 1}, None),
        (JILIN, {"collateral": True}, "jilin/3"),
        (JILIN, {"guarantee": True}, "jilin/3"),
        (HANYANG, {"collateral": True}, None),
    ],
)
def test_security_and_fees_cannot_be_asked_for_where_the_text_forbids_them(
    code: str, condition: dict[str, Any], clause: str | None
) -> None:
    if clause is None:
        check_offer(offer(**condition), asked(code), rules(code), TODAY)
        return
    problem = refusal(asked(code), code, **condition).problem
    assert (problem.where, problem.clause) == (next(iter(condition)), clause)


@pytest.mark.clause("kunming/4.3#4")
def test_no_further_condition_has_a_place_in_an_offer() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        steps.Approve.model_validate(offer().model_dump() | {"condition": "在本行开立基本户"})


@pytest.mark.clause("kunming/2.3.3#2")
@pytest.mark.clause("kunming/2.3.4#1")
@pytest.mark.parametrize("missing", ["amount_fen", "annual_rate", "designated_account", "term_days", "method"])
def test_an_approval_states_limit_rate_term_method_and_account_or_does_not_stand(missing: str) -> None:
    given = {field: value for field, value in offer().model_dump().items() if field != missing}
    with pytest.raises(ValidationError, match=missing):
        steps.Approve.model_validate(given)


@pytest.mark.clause("luoyang/2.4#4")
@pytest.mark.parametrize("method", RepaymentMethod)
def test_any_of_the_repayment_methods_may_be_offered(method: RepaymentMethod) -> None:
    check_offer(offer(method=method), asked(LUOYANG), rules(LUOYANG), TODAY)


@pytest.mark.clause("hanyang/4.1.4#6")
def test_the_designated_account_is_the_suppliers_own() -> None:
    anothers = AGREED.model_copy(update={"name": "山东另一家食品机械有限公司"})
    problem = refusal(asked(), designated_account=anothers).problem
    assert (problem.where, problem.right) == ("designated_account.name", "示例供应商有限公司")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"term_days": 366}, "term_days"),
        ({"penalty_rate": Decimal("0.0359")}, "penalty_rate"),
        ({"penalty_rate": Decimal("0.05400001")}, "penalty_rate"),
        ({"offer_expires_on": TODAY}, "offer_expires_on"),
        ({"offer_expires_on": date(2026, 3, 1)}, "offer_expires_on"),
    ],
)
def test_term_penalty_rate_and_last_day_must_make_sense(changed: dict[str, Any], where: str) -> None:
    assert refusal(asked(), **changed).problem.where == where


@pytest.mark.clause("law/penalty-rate#1")
def test_what_is_overdue_costs_half_as_much_again_at_most() -> None:
    check_offer(offer(annual_rate=Decimal("0.036"), penalty_rate=Decimal("0.054")), asked(), rules(), TODAY)
    problem = refusal(asked(), annual_rate=Decimal("0.036"), penalty_rate=Decimal("0.0541")).problem
    assert (problem.right, problem.clause) == ("≤ 0.054", "law/penalty-rate")
    assert "5.41% 超过借款利率的 150%，即 5.4%" in problem.zh
    assert "not the region's text" in problem.en


def test_a_loan_that_began_before_the_limit_was_set_knows_none() -> None:
    before = rules().model_copy(update={"penalty": None})
    check_offer(offer(penalty_rate=Decimal("0.2")), asked(), before, TODAY)


def test_an_offer_at_the_edge_of_all_limits_stands() -> None:
    edge = offer(term_days=365, penalty_rate=Decimal("0.036"), offer_expires_on=date(2026, 3, 3))
    check_offer(edge, asked(), rules(), TODAY)
