"""The bank disburses once for a key and a loan, and books only what balances to the fen."""

from decimal import Decimal

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.orders import allocation, disbursement, loan_number, push, sweep
from tests.sandbox.outside import Outside
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.money import EntryKind, LedgerEntry
from zhengcaidai.messages.orders import SweepOrder
from zhengcaidai.messages.steps import Approve

BANK = "/banks/bank-one"


def lent(outside: Outside, *deposits: tuple[str, int]) -> str:
    """A loan of 50,000 yuan that was paid out, with money that came in."""
    loan_id = loan_number()
    outside.made(f"{BANK}/disbursements", disbursement(loan_id))
    for payment_id, amount_fen in deposits:
        deposit = {"payment_id": f"{loan_id}-{payment_id}", "loan_id": loan_id, "amount_fen": amount_fen}
        outside.made(f"{BANK}/deposits", deposit | {"account_number": "6201", "value_date": "2026-10-30"})
    return loan_id


def refused(outside: Outside, order: SweepOrder) -> httpx.Response:
    before = outside.get(f"{BANK}/ledger", loan_id=order.loan_id)
    response = outside.post(f"{BANK}/sweeps", order)
    assert response.is_client_error, response.text
    assert outside.get(f"{BANK}/ledger", loan_id=order.loan_id) == before, "nothing is booked of a refused order"
    return response


def test_a_disbursement_is_value_dated_on_the_day_of_the_order(outside: Outside) -> None:
    order = disbursement(loan_number())
    receipt = outside.made(f"{BANK}/disbursements", order)
    assert (receipt["key"], receipt["amount_fen"], receipt["value_date"]) == (order.key, 50_000_00, "2026-09-24")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.sampled_from(["error_after_effect", "down", "dropped", "none"]), max_size=4))
def test_whatever_fails_in_between_a_retry_by_key_disburses_once(outside: Outside, faults: list[str]) -> None:
    order = disbursement(loan_number())
    for fault in [*faults, "none"]:
        mode = "error_after_effect" if fault == "dropped" else fault
        outside.fault("banks/bank-one", mode=mode, operation="disburse", count=1, drop=fault == "dropped")
        try:
            response = outside.post(f"{BANK}/disbursements", order)
        except httpx.TransportError:
            assert fault == "dropped"
        else:
            expected = {"error_after_effect": 500, "down": 503, "none": 200}[fault]
            assert response.status_code == expected
    ledger = outside.get(f"{BANK}/ledger", loan_id=order.loan_id)
    assert [row["amount_fen"] for row in ledger["disbursements"]] == [50_000_00]
    assert ledger["totals"]["disbursed_fen"] == 50_000_00


def test_the_same_key_with_other_content_conflicts(outside: Outside) -> None:
    loan_id = loan_number()
    outside.made(f"{BANK}/disbursements", disbursement(loan_id))
    other = outside.post(f"{BANK}/disbursements", disbursement(loan_id, amount_fen=1))
    assert (other.status_code, other.json()["type"], other.json()["where"]) == (409, "conflict", "key")


def test_another_key_for_the_same_loan_conflicts(outside: Outside) -> None:
    loan_id = lent(outside)
    again = outside.post(f"{BANK}/disbursements", disbursement(loan_id, key=f"{loan_id}-other-key"))
    assert (again.status_code, again.json()["where"]) == (409, "loan_id")


def test_an_order_for_another_bank_conflicts(outside: Outside) -> None:
    order = disbursement(loan_number(), bank_id="bank-two")
    assert outside.post(f"{BANK}/disbursements", order).status_code == 409


@pytest.mark.clause("kunming/2.3.6")
def test_swept_money_adds_up_to_the_fen(outside: Outside) -> None:
    loan_id = lent(outside, ("pay", 30_000_01))
    entry = allocation(1, f"{loan_id}-pay", interest_fen=123_45, principal_fen=29_876_55, surplus_fen=1)
    order = sweep(loan_id, entry)
    for _ in range(2):
        outside.made(f"{BANK}/sweeps", order)
    totals = outside.get(f"{BANK}/ledger", loan_id=loan_id)["totals"]
    assert totals == {
        "disbursed_fen": 50_000_00,
        "credited_fen": 30_000_01,
        "fees_fen": 0,
        "penalty_fen": 0,
        "interest_fen": 123_45,
        "principal_fen": 29_876_55,
        "surplus_fen": 1,
        "allocated_fen": 30_000_01,
        "refunded_fen": 0,
        "unallocated_fen": 0,
    }


_BOOKED = {"interest_fen": 10, "principal_fen": 90}
ODD = {
    "less is spread than came in": [allocation(2, "PAY", principal_fen=99)],
    "more is spread than came in": [allocation(2, "PAY", principal_fen=101)],
    "an entry is negative and reverses nothing": [allocation(2, "PAY", principal_fen=110, interest_fen=-10)],
    "what is reversed does not exist": [allocation(2, "PAY", reverses=7, principal_fen=-100)],
    "a reversal is not the opposite": [allocation(2, "BOOKED", reverses=1, interest_fen=-10, principal_fen=-89)],
    "a reversal is of another payment": [allocation(2, "PAY", reverses=1, interest_fen=-10, principal_fen=-90)],
    "an entry is reversed twice": [
        allocation(2, "BOOKED", reverses=1, interest_fen=-10, principal_fen=-90),
        allocation(3, "BOOKED", reverses=1, interest_fen=-10, principal_fen=-90),
    ],
    "a number is booked with other content": [allocation(1, "BOOKED", interest_fen=11, principal_fen=89)],
    "more principal is repaid than was lent": [allocation(2, "UNSEEN", principal_fen=50_000_00)],
}


@pytest.mark.clause("kunming/2.3.6")
@pytest.mark.parametrize("entries", ODD.values(), ids=ODD.keys())
def test_entries_that_do_not_balance_are_refused_whole(outside: Outside, entries: list[LedgerEntry]) -> None:
    loan_id = lent(outside, ("BOOKED", 100), ("PAY", 100))
    outside.made(f"{BANK}/sweeps", sweep(loan_id, allocation(1, f"{loan_id}-BOOKED", **_BOOKED)))
    own = [entry.model_copy(update={"key": f"{loan_id}-{entry.key}"}) for entry in entries]
    right_one = allocation(9, f"{loan_id}-PAY", principal_fen=100)
    refused(outside, sweep(loan_id, *own))
    outside.made(f"{BANK}/sweeps", sweep(loan_id, right_one))


def test_a_returned_payment_is_reversed_and_spread_anew(outside: Outside) -> None:
    loan_id = lent(outside, ("pay", 100))
    payment = f"{loan_id}-pay"
    first = allocation(1, payment, interest_fen=10, principal_fen=90)
    back = allocation(2, payment, reverses=1, interest_fen=-10, principal_fen=-90)
    outside.made(f"{BANK}/sweeps", sweep(loan_id, first))
    outside.made(f"{BANK}/sweeps", sweep(loan_id, back, allocation(3, payment, interest_fen=10, principal_fen=90)))
    totals = outside.get(f"{BANK}/ledger", loan_id=loan_id)["totals"]
    assert (totals["allocated_fen"], totals["principal_fen"], totals["unallocated_fen"]) == (100, 90, 0)


def test_a_refund_that_came_back_is_booked_with_its_reversal(outside: Outside) -> None:
    """The bank paid it out unasked; that it came back it is told with the refund itself (kunming/2.3.6)."""
    loan_id = lent(outside, ("pay", 100))
    outside.made(f"{BANK}/sweeps", sweep(loan_id, allocation(1, f"{loan_id}-pay", principal_fen=60, surplus_fen=40)))
    refund = allocation(2, "release-1", surplus_fen=40).model_copy(update={"kind": EntryKind.REFUND})
    back = refund.model_copy(update={"sequence": 3, "surplus_fen": -40, "reverses": 2})
    outside.made(f"{BANK}/sweeps", sweep(loan_id, refund, back))
    totals = outside.get(f"{BANK}/ledger", loan_id=loan_id)["totals"]
    assert (totals["surplus_fen"], totals["refunded_fen"], totals["unallocated_fen"]) == (40, 0, 0)


def test_an_agreed_fee_is_booked_before_any_money_came(outside: Outside) -> None:
    loan_id = lent(outside)
    charge = allocation(1, f"{loan_id}:fees", fees_fen=30).model_copy(update={"kind": EntryKind.CHARGE})
    outside.made(f"{BANK}/sweeps", sweep(loan_id, charge))
    totals = outside.get(f"{BANK}/ledger", loan_id=loan_id)["totals"]
    assert (totals["fees_fen"], totals["allocated_fen"], totals["unallocated_fen"]) == (0, 0, 0)


def test_a_loan_that_the_bank_never_paid_out_is_not_swept(outside: Outside) -> None:
    assert refused(outside, sweep(loan_number(), allocation(1, "P", principal_fen=1))).json()["where"] == "loan_id"


def test_a_deposit_of_the_supplier_reaches_the_engine_in_the_banks_name(outside: Outside) -> None:
    loan_id = lent(outside, ("early", 500))
    (told,) = outside.engine.await_calls(f"/v1/loans/{loan_id}/post-payment")
    assert (told.json["payment_id"], told.json["amount_fen"], told.json["plan_number"]) == (
        f"{loan_id}-early",
        500,
        None,
    )


def test_a_bank_decides_by_its_people_unless_set_otherwise(outside: Outside) -> None:
    loan_id = loan_number()
    outside.made(f"{BANK}/applications", push(loan_id))
    assert outside.get(f"{BANK}/policy")["mode"] == "manual"
    assert [each["application"]["loan_id"] for each in outside.get(f"{BANK}/applications", loan_id=loan_id)] == [
        loan_id
    ]
    assert not [call for call in outside.engine.calls if loan_id in call.path]


def test_on_autopilot_acceptance_and_approval_reach_the_engine_in_this_order(outside: Outside) -> None:
    loan_id = loan_number()
    policy = {"mode": "autopilot", "annual_rate": "0.04", "penalty_rate": "0.06", "approve_after_seconds": 0.05}
    outside.http.put("/banks/bank-two/policy", json=policy).raise_for_status()
    for _ in range(2):
        outside.made("/banks/bank-two/applications", push(loan_id, "bank-two"))
    (approval,) = outside.engine.await_calls(f"/v1/loans/{loan_id}/approve")
    steps = [call.path.rpartition("/")[2] for call in outside.engine.calls if f"/{loan_id}/" in call.path]
    assert steps == ["accept", "approve"]
    approve = Approve.model_validate_json(approval.body)
    assert (approve.amount_fen, approve.term_days, approve.annual_rate) == (50_000_00, 90, Decimal("0.04"))
    account = {"supplier_name": "示例供应商有限公司", "supplier_uscc": "91530100MA6KM0001M"}
    assert approve.designated_account == Account.model_validate(outside.made("/banks/bank-two/accounts", account))
    assert approve.designated_account.name == "示例供应商有限公司"


@pytest.mark.clause("luoyang/2.1")
def test_an_offline_bank_takes_notices_and_keeps_accounts_and_nothing_else(outside: Outside) -> None:
    loan_id = loan_number()
    report = {"key": f"{loan_id}-end", "loan_id": loan_id, "stage": "settled", "ended_at": "2026-12-01T10:00:00+08:00"}
    outside.made("/banks/bank-three/ended", report)
    assert [each["loan_id"] for each in outside.get("/banks/bank-three/ended", loan_id=loan_id)] == [loan_id]
    supplier = {"supplier_name": "示例供应商有限公司", "supplier_uscc": "91530100MA6KM0001M"}
    accounts = [outside.made("/banks/bank-three/accounts", supplier) for _ in range(2)]
    assert accounts[0] == accounts[1]
    assert accounts[0]["name"] == "示例供应商有限公司"
    assert outside.post("/banks/bank-three/disbursements", disbursement(loan_id)).status_code == 404
