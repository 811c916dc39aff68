"""A product is shown with what a borrower compares: rate, promise, channel, branch and contact."""

import pytest
from pydantic import ValidationError

from tests.rules.loans import product
from zhengcaidai.messages.products import Channel, Product


@pytest.mark.clause("luoyang/2.1")
@pytest.mark.clause("jilin/3#2")
def test_a_bank_is_reached_by_its_system_or_through_its_staff() -> None:
    assert {each.value for each in Channel} == {"online", "offline"}
    for channel in Channel:
        sent = product(channel=channel)
        assert Product.model_validate_json(sent.model_dump_json()) == sent


@pytest.mark.clause("kunming/2.2.2#2")
@pytest.mark.clause("luoyang/2.1#3")
@pytest.mark.clause("hanyang/4.2.1")
@pytest.mark.parametrize(
    "missing", ["name", "bank_name", "indicative_rate", "channel", "branch_name", "contact_name", "contact_mobile"]
)
def test_what_a_borrower_compares_is_never_missing(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Product.model_validate(product().model_dump(exclude={missing}))
