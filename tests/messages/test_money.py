"""Terms and events of a loan's money: what is refused at the door."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from zhengcaidai.messages.malformed import Malformed
from zhengcaidai.messages.money import Bucket, LoanTerms, MoneyEvent

TERMS: dict[str, Any] = {
    "principal_fen": 200_000,
    "annual_rate": Decimal("0.02"),
    "penalty_rate": Decimal("0.03"),
    "method": "bullet",
    "disbursed_on": date(2026, 3, 2),
    "due_on": date(2026, 9, 2),
}
EVENT: dict[str, Any] = {
    "kind": "received",
    "key": "pay-1",
    "amount_fen": 100,
    "value_date": date(2026, 4, 1),
    "posted_at": datetime.fromisoformat("2026-04-01T10:00:00+08:00"),
    "source": "treasury",
}


@pytest.mark.parametrize(
    ("change", "zh"),
    [
        pytest.param({"due_on": date(2026, 3, 2)}, "应晚于放款日", id="due-on-the-day-of-disbursement"),
        pytest.param({"due_on": date(2036, 3, 10)}, "不超过 3660 天", id="longer-than-ten-years"),
        pytest.param({"penalty_rate": Decimal("0.0199")}, "不得低于借款利率", id="penalty-below-the-rate"),
        pytest.param({"sweep_order": tuple(Bucket)[:3]}, "各一次", id="sweep-order-misses-one"),
        pytest.param({"sweep_order": (Bucket.FEES, *tuple(Bucket)[:3])}, "各一次", id="sweep-order-names-one-twice"),
    ],
)
def test_terms_that_do_not_hang_together_are_refused(change: dict[str, Any], zh: str) -> None:
    assert LoanTerms.model_validate(TERMS).sweep_order == tuple(Bucket)
    with pytest.raises(ValidationError) as refusal:
        LoanTerms.model_validate(TERMS | change)
    told = refusal.value.errors()[0]["ctx"]["error"]
    assert isinstance(told, Malformed)
    assert zh in told.zh


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"principal_fen": 2000.5}, id="fen-are-whole"),
        pytest.param({"principal_fen": "200000"}, id="fen-are-numbers"),
        pytest.param({"principal_fen": 0}, id="nothing-lent"),
        pytest.param({"annual_rate": Decimal(2), "penalty_rate": Decimal(2)}, id="percent-for-a-fraction"),
        pytest.param({"annual_rate": Decimal("NaN")}, id="not-a-number"),
        pytest.param({"payment_day": 0}, id="no-such-day"),
    ],
)
def test_terms_of_the_wrong_kind_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        LoanTerms.model_validate(TERMS | change)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"kind": "returned"}, id="a-return-of-nothing"),
        pytest.param({"kind": "returned", "returns": "pay-1"}, id="a-return-of-itself"),
        pytest.param({"returns": "pay-0"}, id="a-payment-that-returns"),
        pytest.param({"amount_fen": 0}, id="no-money"),
        pytest.param({"amount_fen": -1}, id="less-than-none"),
        pytest.param({"posted_at": datetime.fromisoformat("2026-04-01T10:00:00")}, id="a-time-of-no-zone"),
    ],
)
def test_events_that_make_no_sense_are_refused(change: dict[str, Any]) -> None:
    assert MoneyEvent.model_validate(EVENT).returns is None
    with pytest.raises(ValidationError):
        MoneyEvent.model_validate(EVENT | change)


def test_terms_and_events_survive_the_way_through_json() -> None:
    terms, event = LoanTerms.model_validate(TERMS), MoneyEvent.model_validate(EVENT)
    assert LoanTerms.model_validate_json(terms.model_dump_json()) == terms
    assert MoneyEvent.model_validate_json(event.model_dump_json()) == event
