"""付款校验: before money leaves, without the workflow engine (kunming/3.2, luoyang/2.3)."""

from uuid import uuid4

import pytest

from tests.store import samples
from tests.web.running import BANK, BUREAU, OPERATOR, OTHER_BANK, TREASURY, Api, problem_of
from zhengcaidai.messages.stages import Stage
from zhengcaidai.store.records import DatabaseRecords

LOCKED = samples.ACCOUNT


def check(filing_number: str, **changed: object) -> dict[str, object]:
    return {
        "check_id": f"CHK-{uuid4()}",
        "filing_number": filing_number,
        "amount_fen": 12_000_000,
        "account_number": LOCKED.number,
        **changed,
    }


@pytest.fixture
async def locked(records: DatabaseRecords) -> str:
    """A contract whose account is locked to a loan of Kunming."""
    filing_number = f"昆备-{uuid4()}"
    view = samples.view(
        f"L-{uuid4()}", bank_id=BANK.organisation_id, filing_number=filing_number, stage=Stage.ACCOUNT_LOCKED
    )
    await records.record(samples.update(view, entries=(samples.submitted(view.loan_id),), locked_account=LOCKED))
    return filing_number


@pytest.mark.clause("kunming/3.2")
async def test_payment_into_the_locked_account_goes(lonely: Api, locked: str) -> None:
    answer = (await lonely.post(TREASURY, "/v1/payment-checks", check(locked))).json()
    assert answer["allowed"] is True
    hyphenated = LOCKED.number[:4] + "-" + LOCKED.number[4:]
    answer = (await lonely.post(TREASURY, "/v1/payment-checks", check(locked, account_number=hyphenated))).json()
    assert answer["allowed"] is True


@pytest.mark.clause("kunming/3.2")
@pytest.mark.clause("luoyang/2.3")
async def test_payment_elsewhere_is_stopped_and_listed(lonely: Api, locked: str) -> None:
    wrong = check(locked, account_number="9999888877776666")
    answer = await lonely.post(TREASURY, "/v1/payment-checks", wrong)
    assert answer.status_code == 200
    assert (answer.json()["allowed"], answer.json()["clause"]) == (False, "kunming/3.2")
    assert LOCKED.number not in answer.text
    for party in (BANK, BUREAU, TREASURY):
        items = (await lonely.get(party, "/v1/payment-checks")).json()["items"]
        found = next(each for each in items if each["answer"]["check_id"] == wrong["check_id"])
        assert found["account_masked"] == "****6666"
    strangers = (await lonely.get(OTHER_BANK, "/v1/payment-checks")).json()["items"]
    assert wrong["check_id"] not in [each["answer"]["check_id"] for each in strangers]


async def test_contract_without_a_loan_pays_where_it_likes(lonely: Api) -> None:
    assert (await lonely.post(TREASURY, "/v1/payment-checks", check("无融资-1"))).json()["allowed"] is True


async def test_check_keeps_its_first_answer(lonely: Api, locked: str) -> None:
    wrong = check(locked, account_number="9999888877776666")
    first = await lonely.post(TREASURY, "/v1/payment-checks", wrong)
    again = await lonely.post(TREASURY, "/v1/payment-checks", wrong)
    assert first.json() == again.json()
    other = await lonely.post(TREASURY, "/v1/payment-checks", {**wrong, "amount_fen": 1})
    problem_of(other, 409, "conflict")


@pytest.mark.clause("kunming/3.2")
@pytest.mark.parametrize("organisation", ["treasury-410300", "treasury-530102", "treasury-", "530100"])
async def test_treasury_of_another_region_learns_nothing_and_leaves_no_trace(
    lonely: Api, locked: str, organisation: str
) -> None:
    stranger = TREASURY.model_copy(update={"organisation_id": organisation})
    for number in (LOCKED.number, "9999888877776666"):
        wrong = check(locked, account_number=number)
        answer = await lonely.post(stranger, "/v1/payment-checks", wrong)
        assert problem_of(answer, 404, "not-found")["where"] == "filing_number"
        assert not any(secret in answer.text for secret in (LOCKED.number[-4:], "L-", BANK.organisation_id))
        for party in (stranger, TREASURY, OPERATOR):
            items = (await lonely.get(party, "/v1/payment-checks?limit=200")).json()["items"]
            assert wrong["check_id"] not in [each["answer"]["check_id"] for each in items]


@pytest.mark.clause("kunming/3.2")
async def test_treasury_of_a_region_above_may_ask(lonely: Api, records: DatabaseRecords) -> None:
    filing_number = f"阳备-{uuid4()}"
    view = samples.view(f"L-{uuid4()}", region="420105", filing_number=filing_number, stage=Stage.ACCOUNT_LOCKED)
    await records.record(samples.update(view, entries=(samples.submitted(view.loan_id),), locked_account=LOCKED))
    wrong = check(filing_number, account_number="9999888877776666")
    city = TREASURY.model_copy(update={"organisation_id": "treasury-420100"})
    assert (await lonely.post(city, "/v1/payment-checks", wrong)).json()["allowed"] is False
    items = (await lonely.get(city, "/v1/payment-checks?limit=200")).json()["items"]
    assert wrong["check_id"] in [each["answer"]["check_id"] for each in items]


async def test_every_treasury_numbers_its_own_checks(lonely: Api, locked: str) -> None:
    wrong = check(locked, account_number="9999888877776666")
    elsewhere = TREASURY.model_copy(update={"organisation_id": "treasury-410300"})
    other = check("无融资-2", check_id=wrong["check_id"])
    assert (await lonely.post(elsewhere, "/v1/payment-checks", other)).json()["allowed"] is True
    assert (await lonely.post(TREASURY, "/v1/payment-checks", wrong)).json()["allowed"] is False


async def test_only_the_treasury_asks(lonely: Api, locked: str) -> None:
    problem_of(await lonely.post(BANK, "/v1/payment-checks", check(locked)), 403, "wrong-party")
