"""Banks register their own products, checked against every region that they are for (kunming/2.2.2, luoyang/2.5)."""

from uuid import uuid4

import pytest

from tests.web.running import BANK, OTHER_BANK, SUPPLIER, Api, problem_of
from zhengcaidai.web.examples import PRODUCT


def product(**changed: object) -> dict[str, object]:
    return {**PRODUCT, "product_id": f"p-{uuid4()}", **changed}


@pytest.mark.clause("kunming/2.2.2")
async def test_registered_product_is_shown_to_suppliers_with_its_contact(lonely: Api) -> None:
    body = product(regions=["420105"])
    answer = await lonely.post(BANK, "/v1/products", body)
    assert answer.status_code == 201
    shown = await lonely.get(SUPPLIER, answer.headers["location"])
    assert shown.json() == {**body, "contact_mobile": "+8613800000101", "suspended_in": []}
    listed = (await lonely.get(SUPPLIER, "/v1/products?region=420105")).json()["items"]
    assert body["product_id"] in [each["product_id"] for each in listed]
    elsewhere = (await lonely.get(SUPPLIER, "/v1/products?region=530100&bank_id=bank-one")).json()["items"]
    assert body["product_id"] not in [each["product_id"] for each in elsewhere]


async def test_a_head_offices_telephone_is_shown_to_its_own_bank_alone(lonely: Api) -> None:
    body = product(head_office_mobile="13800000201")
    alone = (await lonely.post(BANK, "/v1/products", body)).headers["location"]
    for who, seen in ((BANK, "+8613800000201"), (SUPPLIER, None), (OTHER_BANK, None)):
        listed = (await lonely.get(who, "/v1/products?bank_id=bank-one&limit=100")).json()["items"]
        of_list = next(each for each in listed if each["product_id"] == body["product_id"])
        for shown in ((await lonely.get(who, alone)).json(), of_list):
            assert shown["head_office_mobile"] == seen


async def test_bank_is_that_of_whoever_asks(lonely: Api) -> None:
    body = product()
    del body["bank_id"]
    assert (await lonely.post(OTHER_BANK, "/v1/products", body)).json()["bank_id"] == "bank-two"
    problem_of(await lonely.post(OTHER_BANK, "/v1/products", product()), 403, "wrong-party")
    problem_of(await lonely.post(SUPPLIER, "/v1/products", product()), 403, "wrong-party")


@pytest.mark.clause("luoyang/2.5")
@pytest.mark.clause("kunming/4.1")
@pytest.mark.clause("kunming/4.3")
@pytest.mark.parametrize(
    ("asked", "region", "clause"),
    [
        ("collateral", "530100", "kunming/"),
        ("guarantee", "530100", "kunming/"),
        ("extra_fees", "530100", "kunming/"),
        ("collateral", "410300", "luoyang/"),
        ("guarantee", "410300", "luoyang/"),
    ],
)
async def test_what_a_region_forbids_is_refused(lonely: Api, asked: str, region: str, clause: str) -> None:
    answer = await lonely.post(BANK, "/v1/products", product(regions=[region], **{asked: True}))
    assert problem_of(answer, 422, "rule-broken")["clause"].startswith(clause)


@pytest.mark.parametrize(
    "changed",
    [
        {"regions": []},
        {"regions": ["999999"]},
        {"regions": ["5301"]},
        {"max_term_days": 0},
        {"promise_days": 0},
        {"max_fen": -1},
        {"contact_mobile": "010-12345678"},
        {"channel": "by pigeon"},
        {"indicative_rate": "2"},
    ],
    ids=lambda changed: "-".join(f"{name}={value}" for name, value in changed.items()),
)
async def test_wrong_values_are_refused(lonely: Api, changed: dict[str, object]) -> None:
    problem_of(await lonely.post(BANK, "/v1/products", product(**changed)), 422, "invalid-input")


async def test_other_banks_product_is_not_taken_over(lonely: Api) -> None:
    body = product()
    assert (await lonely.post(BANK, "/v1/products", body)).status_code == 201
    taken = await lonely.post(OTHER_BANK, "/v1/products", {**body, "bank_id": "bank-two"})
    problem_of(taken, 409, "conflict")
    problem_of(await lonely.get(SUPPLIER, "/v1/products/none"), 404, "not-found")


async def test_list_goes_on_where_it_stopped(lonely: Api) -> None:
    region = "220000"
    wanted = {
        str((await lonely.post(BANK, "/v1/products", product(regions=[region]))).json()["product_id"]) for _ in range(5)
    }
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await lonely.get(SUPPLIER, f"/v1/products?region={region}&limit=2{cursor}")).json()
        assert len(page["items"]) <= 2
        seen += [each["product_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert wanted <= set(seen)
    assert len(seen) == len(set(seen))
    problem_of(await lonely.get(SUPPLIER, "/v1/products?cursor=rubbish"), 422, "invalid-input")
