"""An operator's Temporal UI reads payloads in clear through the codec; nobody else does, and from nowhere else."""

import json

import httpx
import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload, Payloads

from tests.web.running import BANK, OPERATOR, Api, problem_of
from zhengcaidai.temporal import SealingCodec, sealer_of

UI = "http://127.0.0.1:8233"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps({"name": "昆明示例教学设备有限公司"}).encode())


async def sealed(api: Api) -> dict[str, object]:
    found = await SealingCodec(sealer_of(api.settings)).encode([CLEAR])
    as_json: dict[str, object] = MessageToDict(Payloads(payloads=found))
    return as_json


def payloads_of(answer: httpx.Response) -> list[Payload]:
    assert answer.status_code == 200, answer.text
    return list(ParseDict(answer.json(), Payloads()).payloads)


async def test_operator_decodes_by_token(lonely: Api) -> None:
    async with lonely.as_(OPERATOR) as caller:
        answer = await caller.client.post("/codec/decode", json=await sealed(lonely), headers={"Origin": UI})
    assert payloads_of(answer) == [CLEAR]
    assert answer.headers["access-control-allow-origin"] == UI
    assert answer.headers["access-control-allow-credentials"] == "true"


async def test_what_is_encoded_is_sealed_and_decodes(lonely: Api) -> None:
    async with lonely.as_(OPERATOR) as caller:
        clear = MessageToDict(Payloads(payloads=[CLEAR]))
        (found,) = payloads_of(await caller.client.post("/codec/encode", json=clear))
        assert found.metadata["encoding"] == SealingCodec.ENCODING
        assert b"json/plain" not in found.data
        again = MessageToDict(Payloads(payloads=[found]))
        assert payloads_of(await caller.client.post("/codec/decode", json=again)) == [CLEAR]


async def test_nobody_else_decodes(lonely: Api) -> None:
    body = await sealed(lonely)
    async with lonely.anybody() as client:
        problem_of(await client.post("/codec/decode", json=body), 401, "unauthenticated")
    async with lonely.as_(BANK) as caller:
        problem_of(await caller.client.post("/codec/decode", json=body), 403, "wrong-party")


@pytest.mark.parametrize(("origin", "allowed"), [(UI, True), ("https://evil.example", False)])
async def test_preflight_is_answered_for_the_ui_alone(lonely: Api, origin: str, allowed: bool) -> None:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-namespace",
    }
    async with lonely.anybody() as client:
        answer = await client.options("/codec/decode", headers=asked)
        elsewhere = await client.options("/v1/tasks", headers=asked)
    assert (answer.status_code == 200) is allowed
    assert ("access-control-allow-origin" in answer.headers) is allowed
    assert "access-control-allow-origin" not in elsewhere.headers


async def test_what_is_no_payload_is_refused(lonely: Api) -> None:
    headers = {"Content-Type": "application/json"}
    async with lonely.as_(OPERATOR) as caller:
        for content in (b"{", b'{"payloads": 1}', b"\xff", b'{"surprise": []}'):
            answer = await caller.client.post("/codec/decode", content=content, headers=headers)
            problem_of(answer, 400, "bad-request")
        strange = {"payloads": [{"metadata": {"encoding": "YmluYXJ5L3NlYWxlZA=="}, "data": "AAAA"}]}
        problem_of(await caller.client.post("/codec/decode", json=strange), 500, "seal-broken")
