"""Each system knows the engine by a token of its own: what one of them has seen opens no other."""

import pytest

from tests.sandbox.outside import Outside, token_of

PORTS = {
    "procurement": "/procurement/awards/none",
    "receivables": "/receivables/receivables/none/confirmation",
    "budget": "/budget/contracts/none/account",
    "bureau": "/bureau/fraud-reports",
    "banks/bank-one": "/banks/bank-one/applications",
    "banks/bank-two": "/banks/bank-two/applications",
    "banks/bank-three": "/banks/bank-three/ended",
}
"""An address of each, which is answered with 401 before anything else is looked at."""
_READ = {"procurement", "receivables", "budget"}


def status(outside: Outside, system: str, authorization: str) -> int:
    method = "GET" if system in _READ else "POST"
    return outside.http.request(method, PORTS[system], headers={"Authorization": authorization}).status_code


@pytest.mark.parametrize("system", PORTS)
def test_a_system_takes_its_own_token_and_no_others(outside: Outside, system: str) -> None:
    assert status(outside, system, f"Bearer {token_of(system)}") != 401
    wrong = ["", "Bearer wrong", *(f"Bearer {token_of(other)}" for other in PORTS if other != system)]
    assert [status(outside, system, each) for each in wrong] == [401] * len(wrong)


def test_its_own_people_and_the_controls_need_none(outside: Outside) -> None:
    nobody = {"Authorization": ""}
    assert outside.http.get("/banks/bank-one/ledger", headers=nobody).is_success
    assert outside.http.post("/budget/plans/none/pay", json={}, headers=nobody).status_code == 404
