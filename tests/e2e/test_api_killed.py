"""The API dies (SIGKILL) in the middle of a request; the same request, sent again, is the same loan with the same answer."""

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest

from tests.e2e.driving import KUNMING, LOAN_FEN, cast_of, driven, patiently
from tests.e2e.outside import Outside
from tests.e2e.processes import kill_api, no_answer_from_temporal
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Accept
from zhengcaidai.sandbox.people import J, People
from zhengcaidai.sandbox.scenarios.cast import Cast, paper


async def _application(cast: Cast) -> J:
    authorisation = await cast.supplier.upload(paper(), "authorisation.pdf", "application/pdf", "征信查询授权书")
    return {
        "region": cast.region,
        "supplier": cast.sample.supplier.model_dump(mode="json", exclude={"organisation_id"}),
        "bank_id": cast.bank_id,
        "product_id": cast.product_id,
        "basis": Basis.AWARD_NOTICE.value,
        "award_number": cast.award.award_number,
        "amount_fen": LOAN_FEN,
        "term_days": 180,
        "credit_inquiry_authorisation": authorisation,
    }


@pytest.mark.timeout(90)
async def test_an_application_cut_off_by_the_apis_death_becomes_one_loan(
    system: LocalSystem, people: People, outside: Outside
) -> None:
    cast = await cast_of(people, KUNMING)
    body = await _application(cast)
    accepting = await driven(people, KUNMING, to=Stage.VERIFIED)
    steps: tuple[tuple[Any, str, J, str], ...] = (
        (cast.supplier, "/v1/loans", body, "apply-once"),
        (accepting.cast.bank, f"/v1/loans/{accepting.loan_id}/accept", {}, "accept-once"),
    )
    with no_answer_from_temporal(system):
        cut_off = [asyncio.create_task(who.post(path, said, key=key)) for who, path, said, key in steps]
        await asyncio.sleep(0.5)
        await kill_api(system)
    for request in cut_off:
        with pytest.raises(httpx.TransportError):
            await request
    await system.start_api()

    first = [await patiently(partial(who.post, path, said, key=key)) for who, path, said, key in steps]
    again = [await who.post(path, said, key=key) for who, path, said, key in steps]
    assert again == first
    loans = await cast.supplier.get("/v1/loans")
    assert [each["loan_id"] for each in loans["items"]] == [first[0]["loan_id"]]
    accepted = [each for each in await accepting.timeline() if each["kind"] == Accept().kind]
    assert len(accepted) == 1
