"""The treasury asks before it pays, pays once for a key, and tells the engine until it has heard."""

from datetime import date
from typing import Any

import httpx
import pytest

from tests.sandbox.orders import OTHER_ACCOUNT, disbursement, loan_number, plan
from tests.sandbox.outside import Outside
from tests.sandbox.recording import CHECKS
from zhengcaidai.messages.procurement import Contract


def filed_contract(outside: Outside, amount_fen: int = 90_000_00) -> Contract:
    request = {
        "region": "530100",
        "amount_fen": amount_fen,
        "issued_on": "2026-09-01",
        "contract": {"signed_on": "2026-09-08"},
    }
    return Contract.model_validate(outside.made("/procurement/samples", request)["contract"])


def planned(outside: Outside, amount_fen: int = 30_000_00) -> tuple[str, str]:
    """A fund-use plan of a new contract: loan and plan number."""
    contract, loan_id = filed_contract(outside), loan_number()
    filed = plan(loan_id, contract.filing_number, contract.collection_account, amount_fen)
    outside.made("/budget/plans", filed)
    return loan_id, filed.plan_number


def pay(outside: Outside, plan_number: str, **request: object) -> Any:
    return outside.made(f"/budget/plans/{plan_number}/pay", request)


@pytest.mark.clause("kunming/2.3.6")
def test_a_payment_is_checked_then_booked_then_told_to_the_engine(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    payment = pay(outside, plan_number)
    check = next(call for call in outside.engine.to(CHECKS) if call.json["check_id"] == f"chk-{payment['payment_id']}")
    assert (check.json["amount_fen"], check.key) == (30_000_00, check.json["check_id"])
    assert (payment["state"], payment["amount_fen"], payment["value_date"]) == ("paid", 30_000_00, "2026-10-30")
    (told,) = outside.engine.await_calls(f"/v1/loans/{loan_id}/post-payment")
    assert told.json == {
        "payment_id": payment["payment_id"],
        "amount_fen": 30_000_00,
        "account_number": payment["account_number"],
        "value_date": "2026-10-30",
        "plan_number": plan_number,
    }
    assert told.key == f"post-{payment['payment_id']}"


@pytest.mark.clause("kunming/3.2")
@pytest.mark.clause("luoyang/2.3")
def test_a_payment_that_the_engine_forbids_is_booked_as_stopped_and_moves_nothing(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    outside.engine.allows = False
    payment = pay(outside, plan_number, account_number=OTHER_ACCOUNT.number)
    assert (payment["state"], payment["clause"], payment["reason_zh"]) == ("stopped", "kunming/3.2", "账户已锁定")
    outside.engine.allows = True
    paid = pay(outside, plan_number)
    assert paid["amount_fen"] == 30_000_00, "a stopped payment uses nothing of the plan up"
    calls = outside.engine.await_calls(f"/v1/loans/{loan_id}/post-payment")
    assert [call.json["payment_id"] for call in calls] == [paid["payment_id"]]


def test_without_an_answer_of_the_engine_nothing_is_paid_or_booked(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    outside.engine.status = 503
    response = outside.post(f"/budget/plans/{plan_number}/pay", {"payment_id": f"{loan_id}-pay"})
    assert (response.status_code, response.json()["type"]) == (503, "outside-down")
    assert outside.get("/budget/payments", loan_id=loan_id) == []
    outside.engine.status = 200
    assert pay(outside, plan_number, payment_id=f"{loan_id}-pay")["state"] == "paid"


def test_a_repeat_by_the_key_pays_once_and_other_content_conflicts(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    first = pay(outside, plan_number, payment_id=f"{loan_id}-pay")
    assert pay(outside, plan_number, payment_id=f"{loan_id}-pay") == first
    other = outside.post(f"/budget/plans/{plan_number}/pay", {"payment_id": f"{loan_id}-pay", "amount_fen": 1})
    assert other.status_code == 409
    assert len(outside.get("/budget/payments", loan_id=loan_id)) == 1
    assert len(outside.engine.await_calls(f"/v1/loans/{loan_id}/post-payment")) == 1


@pytest.mark.parametrize("drop", [False, True])
def test_an_answer_lost_after_the_effect_and_a_retry_by_key_pay_once(outside: Outside, drop: bool) -> None:
    loan_id, plan_number = planned(outside)
    outside.fault("budget", mode="error_after_effect", operation="pay", count=1, drop=drop)
    request: dict[str, object] = {"payment_id": f"{loan_id}-pay"}
    if drop:
        with pytest.raises(httpx.TransportError):
            outside.post(f"/budget/plans/{plan_number}/pay", request)
    else:
        assert outside.post(f"/budget/plans/{plan_number}/pay", request).status_code == 500
    assert pay(outside, plan_number, payment_id=f"{loan_id}-pay")["state"] == "paid"
    assert [row["amount_fen"] for row in outside.get("/budget/payments", loan_id=loan_id)] == [30_000_00]


def test_a_plan_is_paid_in_instalments_and_never_beyond_its_amount(outside: Outside) -> None:
    _, plan_number = planned(outside)
    assert pay(outside, plan_number, amount_fen=10_000_00)["payment_id"] == f"{plan_number}-1"
    too_much = outside.post(f"/budget/plans/{plan_number}/pay", {"amount_fen": 20_000_01})
    assert too_much.status_code == 422
    assert pay(outside, plan_number)["amount_fen"] == 20_000_00
    assert outside.post(f"/budget/plans/{plan_number}/pay", {}).status_code == 422


def test_a_return_goes_to_the_engine_and_frees_the_plan_again(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    payment_id = pay(outside, plan_number)["payment_id"]
    part = outside.made(f"/budget/payments/{payment_id}/return", {"amount_fen": 10_000_00})
    assert (part["state"], part["returned_fen"]) == ("paid", 10_000_00)
    whole = outside.made(f"/budget/payments/{payment_id}/return", {"value_date": "2026-11-02"})
    assert (whole["state"], whole["returned_fen"]) == ("returned", 30_000_00)
    assert outside.post(f"/budget/payments/{payment_id}/return", {}).status_code == 409
    told = outside.engine.await_calls(f"/v1/loans/{loan_id}/return-payment", 2)
    assert {call.json["return_id"]: (call.json["amount_fen"], call.json["value_date"]) for call in told} == {
        f"{payment_id}-return-1": (10_000_00, "2026-10-30"),
        f"{payment_id}-return-2": (20_000_00, "2026-11-02"),
    }
    assert pay(outside, plan_number)["amount_fen"] == 30_000_00


def test_a_repeated_return_by_its_key_returns_once(outside: Outside) -> None:
    _, plan_number = planned(outside)
    payment_id = pay(outside, plan_number)["payment_id"]
    request: dict[str, object] = {"return_id": f"{payment_id}-back"}
    answers = [outside.made(f"/budget/payments/{payment_id}/return", request) for _ in range(2)]
    assert [answer["returned_fen"] for answer in answers] == [30_000_00, 30_000_00]


@pytest.mark.clause("kunming/3.2")
def test_a_plan_into_another_account_than_the_contracts_is_refused(outside: Outside) -> None:
    contract = filed_contract(outside)
    response = outside.post("/budget/plans", plan(loan_number(), contract.filing_number, OTHER_ACCOUNT))
    assert (response.status_code, response.json()["clause"]) == (422, "kunming/3.2")


def test_the_bank_that_lent_sees_what_the_treasury_paid_and_took_back(outside: Outside) -> None:
    loan_id, plan_number = planned(outside)
    outside.made("/banks/bank-one/disbursements", disbursement(loan_id))
    payment_id = pay(outside, plan_number)["payment_id"]
    outside.made(f"/budget/payments/{payment_id}/return", {"amount_fen": 5})
    (credit,) = outside.get("/banks/bank-one/ledger", loan_id=loan_id)["credits"]
    assert (credit["payment_id"], credit["amount_fen"], credit["returned_fen"]) == (payment_id, 30_000_00, 5)
    assert credit["value_date"] == date(2026, 10, 30).isoformat()
    assert outside.get("/banks/bank-two/ledger", loan_id=loan_id)["credits"] == []
