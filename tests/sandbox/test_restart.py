"""A restart on the same files keeps every ledger, and delivers what was not yet delivered."""

from pathlib import Path

from tests.sandbox.orders import allocation, deal, disbursement, end, loan_number, plan, push, sweep
from tests.sandbox.outside import Outside, running_outside
from tests.sandbox.recording import recording_engine
from tests.sandbox.test_treasury import filed_contract, pay, planned

LISTS = (
    "/procurement/awards",
    "/procurement/contracts",
    "/receivables/applications",
    "/receivables/deals",
    "/receivables/ended",
    "/budget/plans",
    "/budget/payments",
    "/banks/bank-one/ledger",
    "/banks/bank-one/applications",
    "/banks/bank-one/policy",
    "/bureau/fraud-reports",
    "/sms/messages",
)


def written(outside: Outside) -> dict[str, object]:
    return {path: outside.get(path) for path in LISTS}


def test_ledgers_and_keys_outlive_a_restart(tmp_path: Path) -> None:
    with recording_engine() as engine:
        with running_outside(tmp_path, engine) as outside:
            loan_id, plan_number = planned(outside)
            order = disbursement(loan_id)
            receipt = outside.made("/banks/bank-one/disbursements", order)
            payment = pay(outside, plan_number, payment_id=f"{loan_id}-pay")
            booked = sweep(loan_id, allocation(1, payment["payment_id"], principal_fen=30_000_00))
            outside.made("/banks/bank-one/sweeps", booked)
            outside.made("/receivables/applications", push(loan_id))
            outside.made("/receivables/deals", deal(loan_id, filed_contract(outside).filing_number))
            outside.made("/receivables/ended", end(loan_id))
            outside.http.put("/banks/bank-one/policy", json={"mode": "autopilot"}).raise_for_status()
            before = written(outside)
        with running_outside(tmp_path, engine) as outside:
            assert written(outside) == before
            assert outside.made("/banks/bank-one/disbursements", order) == receipt
            assert pay(outside, plan_number, payment_id=f"{loan_id}-pay") == payment
            outside.made("/banks/bank-one/sweeps", booked)
            assert written(outside) == before


def test_an_event_that_the_engine_missed_is_delivered_after_both_came_back(tmp_path: Path) -> None:
    with recording_engine() as engine:
        with running_outside(tmp_path, engine) as outside:
            outside.http.put("/banks/bank-one/policy", json={"mode": "autopilot"}).raise_for_status()
            engine.status = 503
            loan_id = loan_number()
            outside.made("/banks/bank-one/applications", push(loan_id))
            engine.await_calls(f"/v1/loans/{loan_id}/accept", 2)
            states = {
                event["url"].rpartition("/")[2]: event["state"] for event in outside.get("/banks/bank-one/outbox")
            }
            assert states == {"accept": "waiting", "approve": "waiting"}
        engine.status = 200
        with running_outside(tmp_path, engine) as outside:
            engine.await_calls(f"/v1/loans/{loan_id}/approve")
            offered = engine.to(f"/v1/loans/{loan_id}/accept")
            assert len({call.key for call in offered}) == 1, "every attempt carries the same key"


def test_what_the_engine_refuses_is_kept_as_refused_and_not_offered_again(tmp_path: Path) -> None:
    with recording_engine() as engine, running_outside(tmp_path, engine) as outside:
        loan_id, plan_number = planned(outside)
        payment = pay(outside, plan_number)
        engine.await_calls(f"/v1/loans/{loan_id}/post-payment")
        engine.status = 409
        outside.made(f"/budget/payments/{payment['payment_id']}/return", {})
        engine.await_calls(f"/v1/loans/{loan_id}/return-payment")
        later = planned(outside)
        engine.status = 200
        pay(outside, later[1])
        engine.await_calls(f"/v1/loans/{later[0]}/post-payment")
        refused = next(event for event in outside.get("/budget/outbox") if event["url"].endswith("return-payment"))
        assert (refused["state"], refused["attempts"], refused["answer"][:3]) == ("refused", 1, "409")


def test_a_payment_booked_as_the_treasury_stopped_reaches_the_bank_at_the_next_start(tmp_path: Path) -> None:
    with recording_engine() as engine:
        with running_outside(tmp_path, engine) as outside:
            contract, loan_id = filed_contract(outside), loan_number()
            filed = plan(loan_id, contract.filing_number, contract.collection_account)
            outside.made("/budget/plans", filed)
            pay(outside, filed.plan_number)
            # Paid before the bank knew the loan: as if the bank had not been told.
            outside.made("/banks/bank-one/disbursements", disbursement(loan_id))
            assert outside.get("/banks/bank-one/ledger", loan_id=loan_id)["credits"] == []
        with running_outside(tmp_path, engine) as outside:
            (credit,) = outside.get("/banks/bank-one/ledger", loan_id=loan_id)["credits"]
            assert credit["amount_fen"] == 30_000_00
