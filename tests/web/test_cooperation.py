"""A bank registers with the bureau, which sees all that is registered and may end the bank's cooperation (kunming/5.2)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.web.loans import application, applied, fresh, supplier_of
from tests.web.running import BANK, BUREAU, OPERATOR, OTHER_BANK, SUPPLIER, Api, problem_of
from tests.web.test_products import product
from zhengcaidai.messages.parties import Principal

BODY = {"region": "530100", "reason": "虚假宣传，限期改正后再犯"}


def bank() -> Principal:
    """One that no other test knows."""
    return BANK.model_copy(update={"organisation_id": f"bank-{uuid4()}"})


async def registered(api: Api, by: Principal, **changed: object) -> str:
    body = product(bank_id=by.organisation_id, regions=["530100", "410300"], **changed)
    answer = await api.post(by, "/v1/products", body)
    assert answer.status_code == 201, answer.text
    return str(body["product_id"])


async def suspend(api: Api, bank_id: str, by: Principal = BUREAU, **changed: object) -> httpx.Response:
    return await api.post(by, f"/v1/banks/{bank_id}/suspension", {**BODY, **changed})


async def restore(api: Api, bank_id: str, by: Principal = BUREAU, **changed: object) -> httpx.Response:
    return await api.post(by, f"/v1/banks/{bank_id}/restoration", {**BODY, "reason": "已整改", **changed})


async def suspended_in(api: Api, product_id: str) -> list[str]:
    shown: dict[str, Any] = (await api.get(SUPPLIER, f"/v1/products/{product_id}")).json()
    found: list[str] = shown["suspended_in"]
    return found


@pytest.mark.clause("kunming/2.2.2#1")
async def test_the_bureau_sees_all_that_is_registered_and_others_what_is_on_offer(lonely: Api) -> None:
    of = bank()
    live, withdrawn = await registered(lonely, of), await registered(lonely, of, live=False)
    path = f"/v1/products?region=530100&bank_id={of.organisation_id}"

    async def seen(by: Principal, more: str = "") -> set[str]:
        return {each["product_id"] for each in (await lonely.get(by, path + more)).json()["items"]}

    assert await seen(BUREAU) == {live, withdrawn}
    assert await seen(SUPPLIER) == {live}
    assert await seen(SUPPLIER, "&live=false") == {withdrawn}


@pytest.mark.clause("kunming/5.2#4")
async def test_a_bureau_ends_and_restores_a_banks_cooperation_in_its_region(lonely: Api) -> None:
    of = bank()
    product_id = await registered(lonely, of)
    ended = await suspend(lonely, of.organisation_id)
    assert ended.status_code == 201, ended.text
    assert await suspended_in(lonely, product_id) == ["530100"]
    listed = (await lonely.get(SUPPLIER, f"/v1/products?bank_id={of.organisation_id}")).json()["items"]
    assert [each["suspended_in"] for each in listed] == [["530100"]]
    restored = await restore(lonely, of.organisation_id)
    assert restored.status_code == 201, restored.text
    assert await suspended_in(lonely, product_id) == []
    record = (await lonely.get(of, f"/v1/banks/{of.organisation_id}/cooperation")).json()["items"]
    assert record == [restored.json(), ended.json()]
    assert [(each["suspended"], each["by"]["user_id"], each["clause"]) for each in record] == [
        (False, BUREAU.user_id, "kunming/5.2"),
        (True, BUREAU.user_id, "kunming/5.2"),
    ]


@pytest.mark.clause("kunming/5.2#4")
async def test_who_may_not_decide_and_what_cannot_be_decided(lonely: Api) -> None:
    of = bank()
    await registered(lonely, of)
    bank_id = of.organisation_id
    luoyang = BUREAU.model_copy(update={"organisation_id": "bureau-410300"})
    for by in (of, OPERATOR, SUPPLIER, luoyang):
        problem_of(await suspend(lonely, bank_id, by), 403, "wrong-party")
    problem_of(await suspend(lonely, bank_id, luoyang, region="410300"), 422, "rule-broken")
    problem_of(await suspend(lonely, bank_id, reason=""), 422, "invalid-input")
    problem_of(await suspend(lonely, bank_id, region="999999"), 422, "invalid-input")
    problem_of(await suspend(lonely, f"bank-{uuid4()}"), 404, "not-found")
    problem_of(await restore(lonely, bank_id), 409, "conflict")
    assert (await suspend(lonely, bank_id)).status_code == 201
    told = problem_of(await suspend(lonely, bank_id), 409, "conflict")
    assert BUREAU.user_id in told["detail"]
    problem_of(await lonely.get(OTHER_BANK, f"/v1/banks/{bank_id}/cooperation"), 403, "wrong-party")
    assert len((await lonely.get(BUREAU, f"/v1/banks/{bank_id}/cooperation")).json()["items"]) == 1


async def test_the_same_request_again_is_the_same_decision(lonely: Api) -> None:
    of, key = bank(), str(uuid4())
    await registered(lonely, of)
    path = f"/v1/banks/{of.organisation_id}/suspension"
    first, again = [await lonely.post(BUREAU, path, BODY, key=key) for _ in range(2)]
    assert first.json() == again.json()
    assert len((await lonely.get(OPERATOR, f"/v1/banks/{of.organisation_id}/cooperation")).json()["items"]) == 1


@pytest.mark.clause("kunming/5.2#4")
async def test_no_application_goes_to_such_a_bank_and_open_loans_go_on(api: Api) -> None:
    loan, other = await applied(api), await applied(api, bank_id="bank-two", product_id="bank-two-contract-loan")
    await loan.at("verified")
    await other.at("verified")
    assert (await suspend(api, "bank-one")).status_code == 201
    try:
        sample = await fresh(api)
        refused = await api.post(supplier_of(sample), "/v1/loans", await application(api, sample))
        problem = problem_of(refused, 422, "rule-broken")
        assert (problem["clause"], problem["where"]) == ("kunming/5.2", "bank_id")
        assert BODY["reason"] in problem["detail"]
        sent_on = {"bank_id": "bank-one", "product_id": "bank-one-contract-loan", "reason": "换一家银行"}
        answer = await api.post(supplier_of(other.sample), f"/v1/loans/{other.loan_id}/resend", sent_on)
        assert problem_of(answer, 422, "rule-broken")["clause"] == "kunming/5.2"
        assert (await api.post(BANK, f"/v1/loans/{loan.loan_id}/accept")).status_code == 200
        await loan.at("accepted")
        elsewhere = await fresh(api, "410300", filed=True)
        body = await application(api, elsewhere, "410300")
        assert (await api.post(supplier_of(elsewhere), "/v1/loans", body)).status_code == 201
    finally:
        assert (await restore(api, "bank-one")).status_code == 201
    assert (await api.post(supplier_of(sample), "/v1/loans", await application(api, sample))).status_code == 201
