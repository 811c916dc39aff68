"""One contract, one lock; an account changes only as the lock allows."""

import pytest

from tests.sandbox.orders import ACCOUNT, OTHER_ACCOUNT, change, loan_number, lock
from tests.sandbox.outside import Outside
from tests.sandbox.test_treasury import filed_contract


def state(outside: Outside, filing_number: str) -> tuple[str, str | None]:
    answer = outside.get(f"/budget/contracts/{filing_number}")
    return answer["account"]["number"], answer["locked_to"]


@pytest.mark.clause("luoyang/2.3")
def test_a_lock_is_one_loans_and_a_second_is_refused(outside: Outside) -> None:
    contract = filed_contract(outside)
    first, second = loan_number(), loan_number()
    order = lock(first, contract.filing_number, contract.collection_account)
    for _ in range(2):
        outside.made("/budget/locks", order)
    refusal = outside.post("/budget/locks", lock(second, contract.filing_number, contract.collection_account))
    assert (refusal.status_code, refusal.json()["type"]) == (409, "conflict")
    assert state(outside, contract.filing_number) == (contract.collection_account.number, first)


def test_only_the_loan_that_holds_the_lock_releases_it_and_then_another_may_lock(outside: Outside) -> None:
    contract = filed_contract(outside)
    first, second = loan_number(), loan_number()
    outside.made("/budget/locks", lock(first, contract.filing_number, contract.collection_account))
    stranger = lock(second, contract.filing_number, contract.collection_account)
    assert outside.post("/budget/releases", stranger).status_code == 409
    own = lock(first, contract.filing_number, contract.collection_account)
    for _ in range(2):
        outside.made("/budget/releases", own)
    outside.made("/budget/locks", lock(second, contract.filing_number, contract.collection_account))
    assert state(outside, contract.filing_number)[1] == second


def test_an_account_that_is_not_the_contracts_cannot_be_locked(outside: Outside) -> None:
    contract = filed_contract(outside)
    assert outside.post("/budget/locks", lock(loan_number(), contract.filing_number, OTHER_ACCOUNT)).status_code == 409


def test_a_release_by_key_repeated_after_a_new_lock_releases_nothing(outside: Outside) -> None:
    contract = filed_contract(outside)
    loan_id = loan_number()
    outside.made("/budget/locks", lock(loan_id, contract.filing_number, contract.collection_account))
    release = lock(loan_id, contract.filing_number, contract.collection_account)
    outside.made("/budget/releases", release)
    outside.made("/budget/locks", lock(loan_id, contract.filing_number, contract.collection_account))
    outside.made("/budget/releases", release)
    assert state(outside, contract.filing_number)[1] == loan_id


def test_an_account_changes_before_the_lock(outside: Outside) -> None:
    contract = filed_contract(outside)
    update = change(contract.filing_number, contract.collection_account, OTHER_ACCOUNT)
    for _ in range(2):
        outside.made("/budget/account-changes", update)
    assert state(outside, contract.filing_number) == (OTHER_ACCOUNT.number, None)


@pytest.mark.clause("kunming/2.3.5")
def test_a_locked_account_changes_only_for_the_loan_that_holds_it_and_stays_locked(outside: Outside) -> None:
    contract = filed_contract(outside)
    loan_id = loan_number()
    old = contract.collection_account
    outside.made("/budget/locks", lock(loan_id, contract.filing_number, old))
    for stranger in (None, loan_number()):
        refusal = outside.post("/budget/account-changes", change(contract.filing_number, old, OTHER_ACCOUNT, stranger))
        assert (refusal.status_code, refusal.json()["clause"]) == (422, "luoyang/2.3")
    outside.made("/budget/account-changes", change(contract.filing_number, old, OTHER_ACCOUNT, loan_id))
    assert state(outside, contract.filing_number) == (OTHER_ACCOUNT.number, loan_id)


def test_a_change_from_an_account_that_is_not_the_present_one_is_refused(outside: Outside) -> None:
    contract = filed_contract(outside)
    response = outside.post("/budget/account-changes", change(contract.filing_number, ACCOUNT, OTHER_ACCOUNT))
    assert (response.status_code, response.json()["where"]) == (409, "old_account")


@pytest.mark.parametrize("path", ["locks", "releases"])
def test_an_unknown_contract_is_not_found(outside: Outside, path: str) -> None:
    assert outside.post(f"/budget/{path}", lock(loan_number(), "备[2026]0号", ACCOUNT)).status_code == 404
