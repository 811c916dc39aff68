"""Each fault in each system: what the caller sees, and what was done all the same."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.sandbox.orders import ORDERED_AT, change, deal, disbursement, end, loan_number, push
from tests.sandbox.outside import Outside
from zhengcaidai.messages.orders import FraudReport
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.sandbox.settings import SANDBOX_SMS_ACCOUNT_SID, SANDBOX_SMS_AUTH_TOKEN


def contract(outside: Outside) -> Contract:
    request = {"region": "530100", "issued_on": "2026-09-01", "contract": {"signed_on": "2026-09-08"}}
    return Contract.model_validate(outside.made("/procurement/samples", request)["contract"])


@dataclass(frozen=True)
class Probe:
    """A call of one system that changes something, made afresh, and how often it took effect."""

    operation: str
    call: Callable[[], httpx.Response]
    effects: Callable[[], int]


def bank_probe(outside: Outside) -> Probe:
    order = disbursement(loan_number())
    return Probe(
        "disburse",
        lambda: outside.post("/banks/bank-one/disbursements", order),
        lambda: len(outside.get("/banks/bank-one/ledger", loan_id=order.loan_id)["disbursements"]),
    )


def procurement_probe(outside: Outside) -> Probe:
    filed = contract(outside)
    new = filed.collection_account.model_copy(update={"number": "6201000199999999"})
    update = change(filed.filing_number, filed.collection_account, new)
    address = f"/procurement/contracts/{filed.filing_number}"
    return Probe(
        "report_account_change",
        lambda: outside.post("/procurement/account-changes", update),
        lambda: outside.get(address)["collection_account"]["number"] == new.number,
    )


def budget_probe(outside: Outside) -> Probe:
    filed = contract(outside)
    new = filed.collection_account.model_copy(update={"number": "6201000199999998"})
    update = change(filed.filing_number, filed.collection_account, new)
    address = f"/budget/contracts/{filed.filing_number}"
    return Probe(
        "change_account",
        lambda: outside.post("/budget/account-changes", update),
        lambda: outside.get(address)["account"]["number"] == new.number,
    )


def receivables_probe(outside: Outside) -> Probe:
    sheet = deal(loan_number(), contract(outside).filing_number)
    return Probe(
        "report_deal",
        lambda: outside.post("/receivables/deals", sheet),
        lambda: len(outside.get("/receivables/deals", loan_id=sheet.loan_id)),
    )


def bureau_probe(outside: Outside) -> Probe:
    loan_id = loan_number()
    report = FraudReport(
        key=f"{loan_id}-fraud", loan_id=loan_id, region="530100", reasons=("中标编号不存在",), reported_at=ORDERED_AT
    )
    return Probe(
        "report_fraud",
        lambda: outside.post("/bureau/fraud-reports", report),
        lambda: len(outside.get("/bureau/fraud-reports", loan_id=loan_id)),
    )


def sms_probe(outside: Outside) -> Probe:
    body = f"示例短信 {loan_number()}"
    address = f"/sms/2010-04-01/Accounts/{SANDBOX_SMS_ACCOUNT_SID}/Messages.json"
    auth = (SANDBOX_SMS_ACCOUNT_SID, SANDBOX_SMS_AUTH_TOKEN)
    form = {"To": "+8613800000001", "From": "+8613900000000", "Body": body}
    return Probe(
        "send_message",
        lambda: outside.http.post(address, data=form, auth=auth),
        lambda: sum(each["body"] == body for each in outside.get("/sms/messages")["messages"]),
    )


PROBES = {
    "banks/bank-one": bank_probe,
    "procurement": procurement_probe,
    "budget": budget_probe,
    "receivables": receivables_probe,
    "bureau": bureau_probe,
    "sms": sms_probe,
}
each_system = pytest.mark.parametrize(("system", "make_probe"), PROBES.items(), ids=PROBES.keys())


@each_system
def test_down_answers_503_and_does_nothing(
    outside: Outside, system: str, make_probe: Callable[[Outside], Probe]
) -> None:
    probe = make_probe(outside)
    outside.fault(system, mode="down")
    assert [probe.call().status_code for _ in range(2)] == [503, 503]
    outside.well(system)
    assert probe.effects() == 0
    assert probe.call().is_success
    assert probe.effects() == 1


@each_system
def test_down_can_break_the_connection(outside: Outside, system: str, make_probe: Callable[[Outside], Probe]) -> None:
    probe = make_probe(outside)
    outside.fault(system, mode="down", drop=True, count=1)
    with pytest.raises(httpx.TransportError):
        probe.call()
    assert probe.effects() == 0


@each_system
def test_slow_answers_late_and_well(outside: Outside, system: str, make_probe: Callable[[Outside], Probe]) -> None:
    probe = make_probe(outside)
    outside.fault(system, mode="slow", seconds=0.3, operation=probe.operation, count=1)
    begun = time.monotonic()
    assert probe.call().is_success
    assert time.monotonic() - begun >= 0.3
    assert probe.effects() == 1


@each_system
def test_error_after_effect_has_done_it(outside: Outside, system: str, make_probe: Callable[[Outside], Probe]) -> None:
    probe = make_probe(outside)
    outside.fault(system, mode="error_after_effect", operation=probe.operation, count=1)
    assert probe.call().status_code == 500
    assert probe.effects() == 1
    assert outside.get(f"/{system}/faults")["mode"] == "none", "a counted fault is used up"


def test_unreadable_has_done_it_and_writes_no_account_number_as_it_is(outside: Outside) -> None:
    filed = contract(outside)
    outside.fault("procurement", mode="unreadable", operation="contract", count=1)
    answers = [outside.get(f"/procurement/contracts/{filed.filing_number}") for _ in range(2)]
    numbers = [each["collection_account"]["number"] for each in answers]
    assert numbers == [f"?{filed.collection_account.number}", filed.collection_account.number]


@each_system
def test_a_fault_in_one_operation_leaves_the_others_well(
    outside: Outside, system: str, make_probe: Callable[[Outside], Probe]
) -> None:
    probe = make_probe(outside)
    outside.fault(system, mode="down", operation="callback")
    assert probe.call().is_success


def test_a_fault_in_one_system_leaves_the_others_well(outside: Outside) -> None:
    outside.fault("banks/bank-two", mode="down")
    assert bank_probe(outside).call().is_success


BAD_FAULTS: list[dict[str, Any]] = [
    {"mode": "broken"},
    {"mode": "down", "count": 0},
    {"mode": "slow", "seconds": -1},
    {"mode": "down", "operation": "no_such_operation"},
    {"mode": "duplicate_callback", "operation": "disburse"},
    {"mode": "down", "unknown": True},
]


@pytest.mark.parametrize("fault", BAD_FAULTS, ids=str)
def test_a_fault_that_does_not_exist_is_refused(outside: Outside, fault: dict[str, Any]) -> None:
    assert outside.http.put("/banks/bank-one/faults", json=fault).status_code == 422
    assert outside.get("/banks/bank-one/faults")["mode"] == "none"


def test_a_late_event_is_overtaken_by_the_next(outside: Outside) -> None:
    first, second = loan_number(), loan_number()
    outside.http.put("/banks/bank-two/policy", json={"mode": "autopilot"}).raise_for_status()
    outside.fault("banks/bank-two", mode="slow", operation="callback", seconds=1.5, count=2)
    for loan_id in (first, second):
        outside.made("/banks/bank-two/applications", push(loan_id, "bank-two"))
    outside.engine.await_calls(f"/v1/loans/{first}/accept")
    paths = [call.path for call in outside.engine.calls]
    assert paths.index(f"/v1/loans/{second}/accept") < paths.index(f"/v1/loans/{first}/accept")


def test_duplicate_callback_tells_the_engine_twice_under_two_keys(outside: Outside) -> None:
    loan_id = loan_number()
    outside.http.put("/banks/bank-two/policy", json={"mode": "autopilot"}).raise_for_status()
    outside.fault("banks/bank-two", mode="duplicate_callback", count=1)
    outside.made("/banks/bank-two/applications", push(loan_id, "bank-two"))
    accepted = outside.engine.await_calls(f"/v1/loans/{loan_id}/accept", 2)
    assert accepted[0].body == accepted[1].body
    assert accepted[0].key != accepted[1].key


def test_ends_are_registered_once(outside: Outside) -> None:
    report = end(loan_number())
    for _ in range(2):
        outside.made("/receivables/ended", report)
    assert len(outside.get("/receivables/ended", loan_id=report.loan_id)) == 1
