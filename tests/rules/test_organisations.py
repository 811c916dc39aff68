"""Which organisation stands behind a role, and who may act in its name."""

import pytest

from tests.rules.loans import BANK, BUREAU, OPERATOR, PURCHASER, SUPPLIER, TREASURY, at_stage
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.organisations import bureau_of, is_within, organisation_of, stands_for, treasury_of


@pytest.mark.clause("law/gb-2260#1")
@pytest.mark.parametrize(
    ("region", "ancestor", "expected"),
    [
        ("420105", "420105", True),
        ("420105", "420100", True),
        ("420105", "420000", True),
        ("420100", "420105", False),
        ("420000", "420100", False),
        ("421005", "420100", False),
        ("530100", "420000", False),
        ("532300", "530000", True),
        ("532300", "530100", False),
        ("110101", "110100", True),
        ("420105", "000000", False),
        ("420105", "", False),
    ],
)
def test_two_four_and_six_digits_nest_province_city_and_county(region: str, ancestor: str, expected: bool) -> None:
    assert is_within(region, ancestor) is expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SUPPLIER, "sup-1"),
        (Role.BANK, "bank-1"),
        (Role.PURCHASER, "pur-1"),
        (Role.FINANCE_BUREAU, bureau_of("530100")),
        (Role.TREASURY, treasury_of("530100")),
        (Role.OPERATOR, SYSTEM.organisation_id),
        (Role.SYSTEM, SYSTEM.organisation_id),
    ],
)
def test_each_role_is_played_by_one_organisation(role: Role, expected: str) -> None:
    assert organisation_of(at_stage(Stage.VERIFIED), role) == expected


def test_before_the_award_is_found_no_purchaser_can_act() -> None:
    loan = at_stage(Stage.SUBMITTED)
    assert organisation_of(loan, Role.PURCHASER) == ""
    assert not stands_for(loan, PURCHASER)


@pytest.mark.parametrize("who", [SUPPLIER, BANK, PURCHASER, BUREAU, TREASURY, OPERATOR], ids=lambda who: who.role.value)
def test_the_loans_own_parties_act_in_it_and_others_of_their_role_do_not(who: Principal) -> None:
    loan = at_stage(Stage.REPAYING)
    assert stands_for(loan, who)
    assert not stands_for(loan, who.model_copy(update={"organisation_id": "another-1"}))


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        ("bureau-530100", True),
        ("bureau-530000", True),
        ("bureau-530102", False),
        ("bureau-410300", False),
        ("bureau-000000", False),  # no region's code: the bureaus are those of district, city and province
        ("bureau-", False),
        ("bureau-53", False),
        ("treasury-530100", False),
        ("530100", False),
    ],
)
def test_a_bureau_above_may_act_and_one_below_or_beside_may_not(organisation: str, expected: bool) -> None:
    by = BUREAU.model_copy(update={"organisation_id": organisation})
    assert stands_for(at_stage(Stage.REPAYING), by) is expected


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        ("treasury-530100", True),
        ("treasury-530000", True),
        ("treasury-530102", False),
        ("treasury-410300", False),
        ("treasury-", False),
        ("bureau-530100", False),
    ],
)
def test_a_treasury_above_may_act_and_one_below_or_beside_may_not(organisation: str, expected: bool) -> None:
    by = TREASURY.model_copy(update={"organisation_id": organisation})
    assert stands_for(at_stage(Stage.REPAYING), by) is expected
