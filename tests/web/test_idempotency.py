"""Idempotency-Key on every write: missing 400, other body 422, in flight 409, the same again the same answer."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.web.papers import pdf
from tests.web.running import BANK, OTHER_BANK, SUPPLIER, Api, problem_of
from zhengcaidai.messages.steps import STEPS
from zhengcaidai.store.engine import Database
from zhengcaidai.store.idempotency import IdempotencyKeys, KeyedRequest
from zhengcaidai.temporal import sealer_of
from zhengcaidai.web.examples import PRODUCT
from zhengcaidai.web.routes.products import ProductBody


def product(**changed: object) -> dict[str, object]:
    return {**PRODUCT, "product_id": f"p-{uuid4()}", **changed}


async def test_write_without_a_key_is_refused(lonely: Api) -> None:
    paths = ["/v1/products", "/v1/loans", "/v1/calendars", "/v1/account-changes", "/v1/payment-checks", "/v1/documents"]
    paths += [f"/v1/loans/ANY/{step.hyphenated()}" for step in STEPS]
    async with lonely.as_(BANK) as caller:
        for path in paths:
            answer = await caller.client.post(path, json={})
            assert problem_of(answer, 400, "idempotency-key-missing")["where"] == "Idempotency-Key"


@pytest.mark.parametrize("key", [b"x" * 201, "幂等".encode(), b""], ids=["long", "not-ascii", "empty"])
async def test_key_that_cannot_be_used(lonely: Api, key: bytes) -> None:
    async with lonely.as_(BANK) as caller:
        headers = [(b"Idempotency-Key", key)]
        answer = await caller.client.post("/v1/products", json=product(), headers=headers)
    problem_of(answer, 400, "idempotency-key-missing")


async def test_same_request_again_has_the_same_answer_and_is_done_once(lonely: Api) -> None:
    key, body = str(uuid4()), product()
    first = await lonely.post(BANK, "/v1/products", body, key=key)
    again = await lonely.post(BANK, "/v1/products", body, key=key)
    reordered = await lonely.post(BANK, "/v1/products", dict(reversed(body.items())), key=key)
    assert first.status_code == again.status_code == reordered.status_code == 201
    assert first.content == again.content == reordered.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers


async def test_same_key_with_another_body_is_refused(lonely: Api) -> None:
    key, body = str(uuid4()), product()
    assert (await lonely.post(BANK, "/v1/products", body, key=key)).status_code == 201
    other = await lonely.post(BANK, "/v1/products", {**body, "name": "另一产品"}, key=key)
    problem_of(other, 422, "idempotency-key-reused")
    stored = await lonely.get(BANK, f"/v1/products/{body['product_id']}")
    assert stored.json()["name"] == body["name"]


async def test_keys_of_two_organisations_never_meet(lonely: Api) -> None:
    key = str(uuid4())
    assert (await lonely.post(BANK, "/v1/products", product(), key=key)).status_code == 201
    mine = product(bank_id="bank-two")
    assert (await lonely.post(OTHER_BANK, "/v1/products", mine, key=key)).status_code == 201


async def test_request_in_flight_is_told_to_wait(lonely: Api) -> None:
    key, body = str(uuid4()), product()
    content = ProductBody.model_validate(body).model_dump_json().encode()
    database = Database(lonely.settings.database, sealer_of(lonely.settings))
    lease = KeyedRequest(BANK.organisation_id, key, "POST", "/v1/products", content)
    await IdempotencyKeys(database).begin(lease, datetime.now(UTC))
    await database.close()
    answer = await lonely.post(BANK, "/v1/products", body, key=key)
    problem_of(answer, 409, "idempotency-key-in-flight")
    assert answer.headers["retry-after"] == "1"


async def test_refused_request_leaves_its_key_free(lonely: Api) -> None:
    key = str(uuid4())
    refused = await lonely.post(BANK, "/v1/products", product(collateral=True), key=key)
    problem_of(refused, 422, "rule-broken")
    assert (await lonely.post(BANK, "/v1/products", product(), key=key)).status_code == 201


async def test_many_at_once_are_done_once(lonely: Api) -> None:
    key, body = str(uuid4()), product()
    answers = await asyncio.gather(*(lonely.post(BANK, "/v1/products", body, key=key) for _ in range(8)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum(answer.status_code == 201 and "idempotency-replayed" not in answer.headers for answer in answers) == 1


async def test_form_sent_again_is_the_same_request_though_its_boundary_differs(lonely: Api) -> None:
    key, data = str(uuid4()), pdf(str(uuid4()))
    async with lonely.as_(SUPPLIER) as caller:
        first = await caller.upload(data, title="甲", key=key)
        again = await caller.upload(data, title="甲", key=key)
        other = await caller.upload(data, title="乙", key=key)
    assert first.status_code == again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    problem_of(other, 422, "idempotency-key-reused")
