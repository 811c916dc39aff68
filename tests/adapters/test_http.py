"""What is a no and what is no answer: a loan is never refused over a wrong setting or a lost connection."""

import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from zhengcaidai.adapters.http import OutsideSystem, SystemName, new_client, segment
from zhengcaidai.config import OutsideAddress
from zhengcaidai.errors import OutsideDown, OutsideError, OutsideRefused
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.problems import Problem

NAME = SystemName("某系统", "some system")


class Thing(Frozen):
    number: int


class Order(Frozen):
    key: str = "key-1"


@asynccontextmanager
async def system_that_answers(response: httpx.Response) -> AsyncIterator[OutsideSystem]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: response)) as client:
        yield OutsideSystem(NAME, OutsideAddress(url="http://system.example"), client)


def problem(status: int, kind: str = "conflict") -> httpx.Response:
    content = Problem(
        type=kind, status=status, zh="不行。", en="No.", where="field", right="better", clause="kunming/3.2"
    )
    return httpx.Response(status, content=content.model_dump_json())


ANSWERS: list[tuple[httpx.Response, type[OutsideError]]] = [
    (problem(400), OutsideRefused),
    (problem(403, "wrong-party"), OutsideRefused),
    (problem(404, "not-found"), OutsideRefused),
    (problem(409), OutsideRefused),
    (problem(422), OutsideRefused),
    (httpx.Response(422, json={"detail": "no"}), OutsideRefused),
    (problem(401), OutsideDown),
    (problem(429), OutsideDown),
    (problem(503), OutsideDown),
    (httpx.Response(500, text="oops"), OutsideDown),
    (httpx.Response(502, text="bad gateway"), OutsideDown),
    (httpx.Response(301, headers={"Location": "http://elsewhere.example"}), OutsideDown),
    (httpx.Response(403, text="forbidden by the gateway"), OutsideDown),
    (httpx.Response(404, text="no such page"), OutsideDown),
    (httpx.Response(408), OutsideDown),
]


@pytest.mark.parametrize(("response", "error"), ANSWERS, ids=lambda each: str(getattr(each, "status_code", each)))
async def test_a_no_is_told_from_no_answer(response: httpx.Response, error: type[OutsideError]) -> None:
    async with system_that_answers(response) as system:
        with pytest.raises(OutsideError) as caught:
            await system.tell("/orders", Order())
    assert type(caught.value) is error
    assert caught.value.retryable is (error is OutsideDown)


@pytest.mark.parametrize("content", ["<html>maintenance</html>", '{"number": "1x"}', '{"number": 1, "more": 2}', ""])
async def test_a_success_that_cannot_be_read_is_no_answer_for_it_may_have_been_done(content: str) -> None:
    async with system_that_answers(httpx.Response(200, text=content)) as system:
        with pytest.raises(OutsideDown):
            await system.ask("/orders", Order(), Thing)


async def test_what_stands_in_an_answer_that_cannot_be_read_is_in_no_error() -> None:
    async with system_that_answers(httpx.Response(200, text='{"number": "6222020200112345678?"}')) as system:
        with pytest.raises(OutsideDown) as caught:
            await system.ask("/orders", Order(), Thing)
    assert "6222020200112345678" not in "".join(traceback.format_exception(caught.value))
    assert "number" in str(caught.value)


async def test_a_refusal_carries_the_systems_own_words_place_and_clause() -> None:
    async with system_that_answers(problem(409)) as system:
        with pytest.raises(OutsideRefused) as caught:
            await system.tell("/orders", Order())
    said = caught.value.problem
    assert (said.zh, said.en) == ("某系统拒绝：不行。", "The some system refuses: No.")
    assert (said.where, said.right, said.clause) == ("field", "better", "kunming/3.2")


async def test_none_is_only_what_the_system_itself_says_is_not_there() -> None:
    async with system_that_answers(problem(404, "not-found")) as system:
        assert await system.find("/things/1", Thing) is None
    async with system_that_answers(httpx.Response(404, text="no such page")) as system:
        with pytest.raises(OutsideDown):
            await system.find("/things/1", Thing)


async def test_nobody_at_the_address_is_down() -> None:
    async with new_client() as client:
        with pytest.raises(OutsideDown) as caught:
            await OutsideSystem(NAME, OutsideAddress(url="http://127.0.0.1:1"), client).find("/things/1", Thing)
    assert caught.value.problem.where == "http://127.0.0.1:1"


async def test_a_misspelt_address_is_down_too() -> None:
    async with new_client() as client:
        with pytest.raises(OutsideDown):
            await OutsideSystem(NAME, OutsideAddress(url="http//127.0.0.1"), client).find("/things/1", Thing)


async def test_key_token_and_json_go_along() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"number": 7})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        address = OutsideAddress(url="http://system.example/base/", token=SecretStr("secret"))
        system = OutsideSystem(NAME, address, client)
        assert await system.ask("/orders", Order(), Thing) == Thing(number=7)
    (request,) = seen
    assert str(request.url) == "http://system.example/base/orders"
    assert request.headers["Idempotency-Key"] == "key-1"
    assert request.headers["Authorization"] == "Bearer secret"
    assert (request.headers["Content-Type"], request.content) == ("application/json", b'{"key":"key-1"}')


@pytest.mark.parametrize(
    ("number", "path"),
    [
        ("202302250104", "202302250104"),
        ("合备[2021]100号", "%E5%90%88%E5%A4%87%5B2021%5D100%E5%8F%B7"),
        ("..", "%2E%2E"),
        ("a/b", "a%2Fb"),
    ],
)
def test_a_number_is_one_segment_of_a_path(number: str, path: str) -> None:
    assert segment(number) == path
    assert httpx.URL(f"http://system.example/contracts/{segment(number)}").raw_path.decode() == f"/contracts/{path}"
