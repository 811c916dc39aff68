"""An application names firm, bank, product, basis and amount, and brings the credit-inquiry authorisation."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.rules.loans import application
from zhengcaidai.messages.applications import EnterpriseScale, LoanApplication


@pytest.mark.clause("kunming/2.3.2#2")
def test_an_application_without_the_credit_inquiry_authorisation_is_none() -> None:
    given = application().model_dump(exclude={"credit_inquiry_authorisation"})
    with pytest.raises(ValidationError, match="credit_inquiry_authorisation"):
        LoanApplication.model_validate(given)


@pytest.mark.clause("kunming/2.3.2#1")
@pytest.mark.parametrize(
    "missing", ["supplier", "bank_id", "product_id", "basis", "award_number", "amount_fen", "term_days"]
)
def test_firm_bank_product_basis_award_and_amount_are_named(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        LoanApplication.model_validate(application().model_dump(exclude={missing}))


@pytest.mark.clause("kunming/2.2.1")
@pytest.mark.parametrize(
    ("scale", "eligible"),
    [
        (EnterpriseScale.LARGE, False),
        (EnterpriseScale.MEDIUM, True),
        (EnterpriseScale.SMALL, True),
        (EnterpriseScale.MICRO, True),
        (EnterpriseScale.PRISON, True),
        (EnterpriseScale.DISABLED_WELFARE, True),
    ],
)
def test_who_is_small_or_medium_or_counts_as_such(scale: EnterpriseScale, eligible: bool) -> None:
    assert scale.is_eligible is eligible


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_fen", 0),
        ("amount_fen", -1),
        ("amount_fen", 1.5),
        ("amount_fen", "200000"),
        ("amount_fen", True),
        ("amount_fen", 10**15 + 1),
        ("term_days", 0),
        ("term_days", 3661),
        ("region", "53010"),
        ("region", "5301000"),
        ("region", "昆明"),
        ("loan_id", ""),
        ("loan_id", "L 1"),
        ("loan_id", "L" * 81),
        ("basis", "promise"),
        ("award_number", ""),
        ("award_number", "ZB\n1"),
        ("surprise", 1),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        LoanApplication.model_validate(application().model_dump() | {field: value})
    assert refused.value.errors()[0]["loc"][0] == field


def test_an_application_outlives_its_passage_as_json() -> None:
    asked = application()
    assert LoanApplication.model_validate_json(asked.model_dump_json()) == asked
