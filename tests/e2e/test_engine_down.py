"""Temporal or the database does not answer: what needs them says so and loses nothing, the rest goes on."""

import asyncio
import sqlite3
from contextlib import closing

import httpx
import pytest

from tests.e2e.books import books_agree
from tests.e2e.driving import KUNMING, LUOYANG, driven
from tests.e2e.outside import Outside
from tests.e2e.processes import no_answer_from_temporal
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.stages import Stage
from zhengcaidai.sandbox.people import People, Person


async def _posted(who: Person, path: str, key: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": key}
    return await who.people.http.post(f"{who.people.api_url}{path}", json={}, headers=headers)


@pytest.mark.timeout(120)
@pytest.mark.clause("kunming/3.2", "luoyang/2.3")
async def test_without_temporal_steps_are_put_off_and_the_rest_answers(
    system: LocalSystem, people: People, outside: Outside
) -> None:
    loan, paying = await asyncio.gather(
        driven(people, LUOYANG, to=Stage.VERIFIED), driven(people, KUNMING, "bank-two", to=Stage.DISBURSED)
    )
    while not await paying.plan_filed():
        await asyncio.sleep(0.1)
    bank = loan.cast.bank
    path = f"/v1/loans/{loan.loan_id}/accept"

    with no_answer_from_temporal(system):
        put_off = asyncio.create_task(_posted(bank, path, "accept-while-away"))

        assert (await bank.get(f"/v1/loans/{loan.loan_id}"))["stage"] == Stage.VERIFIED
        assert loan.loan_id in [each["loan_id"] for each in (await bank.get("/v1/loans"))["items"]]
        assert loan.loan_id in [each["subject_id"] for each in (await bank.get("/v1/tasks"))["items"]]
        assert (await bank.get("/health/ready"))["status"] == "degraded"

        stopped = await paying.paid("9999888877776666")
        assert (stopped["state"], stopped["clause"]) == ("stopped", "kunming/3.2")
        logged = await paying.cast.bureau.get("/v1/payment-checks")
        assert any(each["answer"]["loan_id"] == paying.loan_id for each in logged["items"])

        answer = await put_off
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/workflows-down"
    assert int(answer.headers["Retry-After"]) > 0

    again = await _posted(bank, path, "accept-while-away")
    assert (again.status_code, again.json()["stage"]) == (200, Stage.ACCEPTED)
    await bank.until(
        f"/v1/loans/{loan.loan_id}/timeline",
        lambda found: sum(each["kind"] == "accept" for each in found["items"]) == 1,
        "accepted once",
    )
    await paying.cast.bureau.until(
        f"/v1/loans/{paying.loan_id}/timeline",
        lambda found: sum(each["kind"] == "report_stopped_payment" for each in found["items"]) == 1,
        "the stopped payment is reported to its loan",
        within_s=40,
    )
    await paying.home()
    await books_agree(outside, paying)


async def test_a_locked_database_only_delays(system: LocalSystem, people: People, outside: Outside) -> None:
    loan = await driven(people, KUNMING, to=Stage.VERIFIED)
    with closing(sqlite3.connect(system.state_dir / "zhengcaidai.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        step = asyncio.create_task(_posted(loan.cast.bank, f"/v1/loans/{loan.loan_id}/accept", "accept-locked"))
        await asyncio.sleep(2)
        assert (await loan.cast.bank.get(f"/v1/loans/{loan.loan_id}"))["stage"] == Stage.VERIFIED
        assert not step.done()
        other.execute("ROLLBACK")
    assert (await step).status_code == 200
    await loan.reaches(Stage.ACCEPTED)
    await loan.home()
    await books_agree(outside, loan)
