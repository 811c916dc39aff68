"""Remind: whoever may see a loan or an account change reminds the others of what awaits them, and their inbox shows it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.store import samples
from tests.web.loans import applied
from tests.web.running import BUREAU, OPERATOR, Api, problem_of
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.tasks import Task
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.store.engine import Database
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.reminders import TaskReminders
from zhengcaidai.store.scopes import Scope
from zhengcaidai.temporal import sealer_of

Asking = Callable[..., Awaitable[list[str]]]
_UNKNOWN = "loan:L20260918-7Q4M2K9XTB5D:0123456789abcdef-1"


@pytest.fixture
def bank() -> Principal:
    """Of a bank that no other test knows."""
    return Principal(user_id="li", organisation_id=f"bank-{uuid4()}", role=Role.BANK)


@pytest.fixture
def purchaser() -> Principal:
    return Principal(user_id="zhao", organisation_id=f"purchaser-{uuid4()}", role=Role.PURCHASER)


@pytest.fixture
def asked(lonely: Api, records: DatabaseRecords, bank: Principal, purchaser: Principal) -> Asking:
    """A loan of the two that awaits these tasks; returns their numbers, as the bank reads them with the loan."""

    async def ask(*tasks: Task) -> list[str]:
        loan_id = f"L-{uuid4()}"
        view = samples.view(loan_id, bank_id=bank.organisation_id, purchaser_id=purchaser.organisation_id)
        await records.record(samples.update(view, tasks=tasks or (of(purchaser, "file_fund_use_plan"),)))
        answer = await lonely.get(bank, f"/v1/loans/{loan_id}")
        return [each["task_id"] for each in answer.json()["tasks"]]

    return ask


def of(party: Principal, *actions: str) -> Task:
    return samples.task(*actions, role=party.role, organisation_id=party.organisation_id)


async def _remind(api: Api, by: Principal, *task_ids: str, language: str = "zh") -> list[dict[str, Any]]:
    answer = await api.post(by, "/v1/tasks/remind", {"task_ids": task_ids}, language=language)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    assert [each["task_id"] for each in items] == [*task_ids]
    assert all((each["reminder"] is None) is (each["problem"] is not None) for each in items)
    return items


async def _inbox(api: Api, by: Principal) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await api.get(by, "/v1/tasks?limit=200")).json()["items"]
    return items


def _who(by: Principal) -> dict[str, str]:
    return {"user_id": by.user_id, "organisation_id": by.organisation_id, "role": by.role.value}


async def test_the_bank_reminds_the_purchaser_whose_inbox_says_who_and_when(
    lonely: Api, bank: Principal, purchaser: Principal, asked: Asking
) -> None:
    (task_id,) = await asked()
    (item,) = await _inbox(lonely, purchaser)
    assert (item["task_id"], item["reminded_by"], item["reminded_at"]) == (task_id, None, None)
    (answer,) = await _remind(lonely, bank, task_id)
    assert answer["reminder"]["reminded_by"] == _who(bank)
    assert answer["reminder"]["reminded_at"].endswith("+08:00")
    (item,) = await _inbox(lonely, purchaser)
    assert {name: item[name] for name in answer["reminder"]} == answer["reminder"]
    assert item["claimed_by"] is None


async def test_the_bureau_reminds_bank_and_purchaser_and_the_operator_anyone(
    lonely: Api, bank: Principal, purchaser: Principal, asked: Asking
) -> None:
    ids = await asked(of(bank, "post_payment"), of(purchaser, "file_fund_use_plan"))
    for by in (BUREAU, OPERATOR):
        assert all(each["reminder"] for each in await _remind(lonely, by, *ids))
        for party in (bank, purchaser):
            (item,) = await _inbox(lonely, party)
            assert item["reminded_by"] == _who(by)


async def test_a_task_that_one_may_not_see_is_answered_as_one_that_there_is_not(
    lonely: Api, bank: Principal, purchaser: Principal, asked: Asking
) -> None:
    (task_id,) = await asked()
    elsewhere = (
        bank.model_copy(update={"organisation_id": "bank-two"}),
        bank.model_copy(update={"role": Role.PURCHASER}),
        BUREAU.model_copy(update={"organisation_id": "bureau-410300"}),
        BUREAU.model_copy(update={"organisation_id": "bureau-in-no-region"}),
    )
    for by in elsewhere:
        there, unknown = [each["problem"] for each in await _remind(lonely, by, task_id, _UNKNOWN)]
        assert there["type"] == unknown["type"] == "/problems/not-found"
        assert {**there, "detail": there["detail"].replace(task_id, _UNKNOWN)} == unknown
    (item,) = await _inbox(lonely, purchaser)
    assert item["reminded_by"] is None


async def test_what_cannot_be_reminded_of_says_why_and_does_not_hold_up_the_rest(
    lonely: Api, bank: Principal, purchaser: Principal, asked: Asking
) -> None:
    engine = samples.task("check", role=Role.SYSTEM, organisation_id="zhengcaidai")
    own, system, others = await asked(of(bank, "post_payment"), engine, of(purchaser, "file_fund_use_plan"))
    answers = await _remind(lonely, bank, own, system, _UNKNOWN, others)
    kinds = [each["problem"] and each["problem"]["type"].rpartition("/")[2] for each in answers]
    assert kinds == ["wrong-party", "wrong-party", "not-found", None]
    assert "本单位" in answers[0]["problem"]["detail"]
    assert "系统办理" in answers[1]["problem"]["detail"]
    own_, system_, *_ = await _remind(lonely, bank, own, system, language="en")
    assert "claim it instead" in own_["problem"]["detail"]
    assert "nobody to remind" in system_["problem"]["detail"]
    (item,) = await _inbox(lonely, purchaser)
    assert item["reminded_by"] == _who(bank)


async def test_a_second_one_the_same_day_is_answered_with_the_first_and_the_day_after_counts_anew(
    lonely: Api, bank: Principal, purchaser: Principal, asked: Asking
) -> None:
    (task_id,) = await asked()
    yesterday = datetime.now(SHANGHAI) - timedelta(days=1)
    database = Database(lonely.settings.database, sealer_of(lonely.settings))
    await TaskReminders(database).remind(bank, Scope.of(bank), (task_id,), yesterday)
    await database.close()
    (item,) = await _inbox(lonely, purchaser)
    assert datetime.fromisoformat(item["reminded_at"]) == yesterday
    colleague = bank.model_copy(update={"user_id": "wang"})
    (today,) = await _remind(lonely, colleague, task_id)
    assert today["reminder"]["reminded_by"] == _who(colleague)
    assert datetime.fromisoformat(today["reminder"]["reminded_at"]) > yesterday
    assert await _remind(lonely, bank, task_id) == [today]


async def test_a_write_sent_again_is_answered_as_the_first_time(lonely: Api, bank: Principal, asked: Asking) -> None:
    body, key = {"task_ids": await asked()}, str(uuid4())
    first = await lonely.post(bank, "/v1/tasks/remind", body, key=key)
    again = await lonely.post(bank, "/v1/tasks/remind", body, key=key)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = await lonely.post(bank, "/v1/tasks/remind", {"task_ids": [_UNKNOWN]}, key=key)
    problem_of(other, 422, "idempotency-key-reused")


async def test_an_account_changes_page_says_what_to_remind_of(
    lonely: Api, records: DatabaseRecords, bank: Principal, purchaser: Principal
) -> None:
    view = samples.change(f"AC-{uuid4()}", tasks=(of(purchaser, "approve_change"),))
    order = view.order.model_copy(
        update={"consent_of_bank_id": bank.organisation_id, "purchaser_id": purchaser.organisation_id}
    )
    await records.record_change(view.model_copy(update={"order": order}))
    page = (await lonely.get(bank, f"/v1/account-changes/{order.change_id}")).json()
    (task_id,) = [each["task_id"] for each in page["tasks"]]
    (answer,) = await _remind(lonely, bank, task_id)
    (item,) = await _inbox(lonely, purchaser)
    assert (item["task_id"], item["reminded_at"]) == (task_id, answer["reminder"]["reminded_at"])


async def test_it_leaves_no_line_in_the_loan_and_goes_with_its_task(api: Api) -> None:
    """The supplier reminds the bank of its application; the bank's step settles the task, and the next one is fresh."""
    loan = await applied(api)
    page = await loan.at("verified")
    timeline = await loan.page("/timeline")
    (task_id,) = [each["task_id"] for each in page["tasks"]]
    (answer,) = await _remind(api, loan.supplier, task_id)
    assert answer["reminder"]["reminded_by"] == _who(loan.supplier)
    (item,) = [each for each in await _inbox(api, loan.bank) if each["subject_id"] == loan.loan_id]
    assert item["reminded_by"] == _who(loan.supplier)
    assert await loan.page("/timeline") == timeline
    await loan.done(Role.BANK, "accept")
    await loan.at("accepted")
    (next_,) = [each for each in await _inbox(api, loan.bank) if each["subject_id"] == loan.loan_id]
    assert next_["reminded_by"] is None
    (settled,) = await _remind(api, loan.supplier, task_id)
    assert settled["problem"]["type"] == "/problems/not-found"


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "#/task_ids"),
        ({"task_ids": []}, "#/task_ids"),
        ({"task_ids": [_UNKNOWN] * 101}, "#/task_ids"),
        ({"task_ids": _UNKNOWN}, "#/task_ids"),
        ({"task_ids": [7]}, "#/task_ids/0"),
        ({"task_ids": [_UNKNOWN, "loan:L1"]}, "#/task_ids/1"),
        ({"task_ids": [_UNKNOWN], "to": "zhao"}, "#/to"),
    ],
)
async def test_what_cannot_be_read(lonely: Api, bank: Principal, body: dict[str, Any], where: str) -> None:
    problem = problem_of(await lonely.post(bank, "/v1/tasks/remind", body), 422, "invalid-input")
    assert problem["where"] == where
