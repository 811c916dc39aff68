"""Claim, give back, hand over, stand in: within one organisation, told to colleagues, deciding nothing about the loan."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.store import samples
from tests.web.loans import applied
from tests.web.running import OTHER_BANK, Api, problem_of
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.records import DatabaseRecords

Asking = Callable[..., Awaitable[str]]
_UNKNOWN = "loan:L20260918-7Q4M2K9XTB5D:0123456789abcdef-1"


@pytest.fixture
def li() -> Principal:
    """Of a bank that no other test knows."""
    return Principal(user_id="li", organisation_id=f"bank-{uuid4()}", role=Role.BANK)


@pytest.fixture
def wang(li: Principal) -> Principal:
    return li.model_copy(update={"user_id": "wang"})


@pytest.fixture
def asked(lonely: Api, records: DatabaseRecords, li: Principal) -> Asking:
    """Ask something of the bank; returns the task's number, as its inbox shows it."""

    async def ask(*actions: str) -> str:
        loan_id = f"L-{uuid4()}"
        view = samples.view(loan_id, bank_id=li.organisation_id)
        task = samples.task(*(actions or ("accept", "reject")), organisation_id=li.organisation_id)
        await records.record(samples.update(view, tasks=(task,)))
        (item,) = [each for each in await _inbox(lonely, li) if each["subject_id"] == loan_id]
        return str(item["task_id"])

    return ask


async def _inbox(api: Api, by: Principal, query: str = "") -> list[dict[str, Any]]:
    answer = await api.get(by, f"/v1/tasks?limit=200{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _do(api: Api, by: Principal, task_id: str, what: str, body: Any = None) -> dict[str, Any]:
    answer = await api.post(by, f"/v1/tasks/{task_id}/{what}", body)
    assert answer.status_code == 200, answer.text
    claim: dict[str, Any] = answer.json()
    return claim


async def test_colleagues_see_who_works_on_it_and_the_second_is_told(
    lonely: Api, li: Principal, wang: Principal, asked: Asking
) -> None:
    task_id = await asked()
    claim = await _do(lonely, li, task_id, "claim")
    assert claim["claimed_by"] == "li"
    assert claim["claimed_at"].endswith("+08:00")
    (item,) = await _inbox(lonely, wang)
    assert {name: item[name] for name in claim} == claim
    assert item["stands_in_for"] is None
    chinese = await lonely.post(wang, f"/v1/tasks/{task_id}/claim")
    moment = claim["claimed_at"][:16].replace("T", " ")
    problem = problem_of(chinese, 409, "conflict")
    assert f"li 于 {moment} 认领" in problem["detail"]
    assert "代办人" in problem["right"]
    english = problem_of(await lonely.post(wang, f"/v1/tasks/{task_id}/claim", language="en"), 409, "conflict")
    assert f"li of your organisation claimed this task at {moment}" in english["detail"]
    assert "substitute" in english["right"]


async def test_a_claim_hinders_nobody_and_goes_with_its_task(api: Api) -> None:
    """What the loan accepts is the loan's affair: a colleague may act on what another has claimed."""
    loan = await applied(api)
    await loan.at("verified")
    (task_id,) = [each["task_id"] for each in await _inbox(api, loan.bank) if each["subject_id"] == loan.loan_id]
    await _do(api, loan.bank, task_id, "claim")
    colleague = loan.bank.model_copy(update={"user_id": "wang"})
    answer = await api.post(colleague, f"/v1/loans/{loan.loan_id}/accept")
    assert answer.status_code == 200, answer.text
    await loan.at("accepted")
    (next_,) = [each for each in await _inbox(api, loan.bank) if each["subject_id"] == loan.loan_id]
    assert next_["claimed_by"] is None
    problem_of(await api.post(loan.bank, f"/v1/tasks/{task_id}/release"), 404, "not-found")


async def test_inbox_is_filtered_by_what_is_mine_and_what_is_nobodys(
    lonely: Api, li: Principal, wang: Principal, asked: Asking
) -> None:
    mine, his, nobodys = await asked(), await asked(), await asked()
    await _do(lonely, li, mine, "claim")
    await _do(lonely, wang, his, "claim")
    assert [each["task_id"] for each in await _inbox(lonely, li, "&claimed=mine")] == [mine]
    assert [each["task_id"] for each in await _inbox(lonely, li, "&claimed=unclaimed")] == [nobodys]
    assert len(await _inbox(lonely, li)) == 3
    problem_of(await lonely.get(li, "/v1/tasks?claimed=his"), 422, "invalid-input")


async def test_given_back_and_handed_over(lonely: Api, li: Principal, wang: Principal, asked: Asking) -> None:
    task_id = await asked()
    problem_of(await lonely.post(li, f"/v1/tasks/{task_id}/hand-over", {"to": "wang"}), 409, "conflict")
    await _do(lonely, li, task_id, "claim")
    given = await _do(lonely, li, task_id, "hand-over", {"to": "wang"})
    assert (given["claimed_by"], given["claimed_from"]) == ("wang", "li")
    assert (await _do(lonely, wang, task_id, "release"))["claimed_by"] is None
    problem_of(await lonely.post(OTHER_BANK, f"/v1/tasks/{task_id}/claim"), 404, "not-found")


async def test_a_write_sent_again_is_answered_as_the_first_time(
    lonely: Api, li: Principal, wang: Principal, asked: Asking
) -> None:
    task_id, key = await asked(), str(uuid4())
    first = await lonely.post(li, f"/v1/tasks/{task_id}/claim", key=key)
    await _do(lonely, li, task_id, "hand-over", {"to": "wang"})
    again = await lonely.post(li, f"/v1/tasks/{task_id}/claim", key=key)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await lonely.post(li, f"/v1/tasks/{task_id}/release", key=key)
    problem_of(other, 422, "idempotency-key-reused")


async def test_several_are_claimed_with_an_answer_for_each(
    lonely: Api, li: Principal, wang: Principal, asked: Asking
) -> None:
    ids = [await asked() for _ in range(3)]
    await _do(lonely, wang, ids[1], "claim")
    answer = await lonely.post(li, "/v1/tasks/claims", {"task_ids": [*ids, _UNKNOWN]}, language="en")
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    assert [each["task_id"] for each in items] == [*ids, _UNKNOWN]
    assert [each["claim"] and each["claim"]["claimed_by"] for each in items] == ["li", None, "li", None]
    assert [each["problem"] and each["problem"]["type"] for each in items] == [
        None,
        "/problems/conflict",
        None,
        "/problems/not-found",
    ]
    assert "wang of your organisation" in items[1]["problem"]["detail"]


async def test_a_substitute_takes_over_in_its_own_name(
    lonely: Api, li: Principal, wang: Principal, asked: Asking
) -> None:
    task_id = await asked()
    await _do(lonely, li, task_id, "claim")
    today = shanghai_date(datetime.now(UTC))
    days = {"starts_on": str(today), "ends_on": str(today + timedelta(days=2))}
    answer = await lonely.post(li, "/v1/substitutes", {"substitute": "wang", **days})
    assert answer.status_code == 201, answer.text
    named = answer.json()
    assert (named["user_id"], named["substitute"], named["starts_on"]) == ("li", "wang", str(today))
    assert (await lonely.get(wang, "/v1/substitutes")).json()["items"] == [named]
    (item,) = await _inbox(lonely, wang)
    assert item["stands_in_for"] == "li"
    taken = await _do(lonely, wang, task_id, "hand-over", {"to": "wang"})
    assert (taken["claimed_by"], taken["claimed_from"]) == ("wang", "li")
    ended = await lonely.post(wang, f"/v1/substitutes/{named['substitution_id']}/end")
    assert ended.status_code == 200, ended.text
    assert (await lonely.get(wang, "/v1/substitutes")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"substitute": "li"}, "substitute"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"substitute": "王 五"}, "#/substitute"),
        ({"substitute": None}, "#/substitute"),
        ({"starts_on": 20261008}, "#/starts_on"),
        ({"ends_on": "2099-02-30"}, "#/ends_on"),
        ({"user_id": "zhu"}, "#/user_id"),
    ],
)
async def test_substitute_that_cannot_be_named(lonely: Api, li: Principal, body: dict[str, Any], where: str) -> None:
    today = str(shanghai_date(datetime.now(UTC)))
    given = {"substitute": "wang", "starts_on": today, "ends_on": today, **body}
    problem = problem_of(await lonely.post(li, "/v1/substitutes", given), 422, "invalid-input")
    assert problem["where"] == where


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("claims", {"task_ids": []}, "#/task_ids"),
        ("claims", {"task_ids": [_UNKNOWN] * 101}, "#/task_ids"),
        ("claims", {"task_ids": ["loan:L1"]}, "#/task_ids/0"),
        ("claims", {"task_ids": [f"{_UNKNOWN}\n"]}, "#/task_ids/0"),
        ("claims", {}, "#/task_ids"),
        (f"{_UNKNOWN}/claim", {"by": "wang"}, "#/by"),
        (f"{_UNKNOWN}/release", {"surprise": 1}, "#/surprise"),
        (f"{_UNKNOWN}/hand-over", {}, "#/to"),
        (f"{_UNKNOWN}/hand-over", {"to": "w" * 81}, "#/to"),
        (f"{_UNKNOWN}/hand-over", {"to": "wang", "role": "supplier"}, "#/role"),
        ("loan:L1:k-1/claim", {}, "path:task_id"),
    ],
)
async def test_what_cannot_be_read(lonely: Api, li: Principal, path: str, body: dict[str, Any], where: str) -> None:
    problem = problem_of(await lonely.post(li, f"/v1/tasks/{path}", body), 422, "invalid-input")
    assert problem["where"] == where


async def test_an_unknown_task_or_substitution_is_not_found(lonely: Api, li: Principal) -> None:
    for path in (f"tasks/{_UNKNOWN}/claim", f"tasks/{_UNKNOWN}/release", "substitutes/SB1/end"):
        problem_of(await lonely.post(li, f"/v1/{path}"), 404, "not-found")
    problem_of(await lonely.post(li, f"/v1/tasks/{_UNKNOWN}/hand-over", {"to": "wang"}), 404, "not-found")
