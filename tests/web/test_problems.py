"""Errors leave the API as problems (RFC 9457): stable type, the reader's language, every field told."""

import httpx
import pytest

from tests.waiting import eventually
from tests.web.running import BANK, OPERATOR, SUPPLIER, Api, problem_of
from zhengcaidai.web.catalogue import CATALOGUE
from zhengcaidai.web.language import Language, language_of

_PREVIEW = "/v1/deadlines/preview?region=530100&clock=financing&from="


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, Language.ZH),
        ("", Language.ZH),
        ("en", Language.EN),
        ("en-GB,en;q=0.9", Language.EN),
        ("fr,en;q=0.5,zh;q=0.8", Language.ZH),
        ("zh-CN;q=0.2, en;q=0.3", Language.EN),
        ("de", Language.ZH),
        ("*", Language.ZH),
        ("en;q=0", Language.ZH),
        ("en;q=rubbish", Language.ZH),
    ],
)
def test_language_is_negotiated(header: str | None, expected: Language) -> None:
    assert language_of(header) is expected


async def test_detail_is_in_the_readers_language(lonely: Api) -> None:
    chinese = await lonely.get(BANK, "/v1/loans/NONE", "zh-CN,zh;q=0.9")
    english = await lonely.get(BANK, "/v1/loans/NONE", "en-US")
    assert "没有编号" in problem_of(chinese, 404, "not-found")["detail"]
    assert "There is no loan" in problem_of(english, 404, "not-found")["detail"]
    assert (chinese.headers["content-language"], english.headers["content-language"]) == ("zh", "en")
    assert english.headers["vary"] == "Accept-Language"


async def test_unknown_address_and_method_are_problems(lonely: Api) -> None:
    problem_of(await lonely.get(BANK, "/v1/nothing"), 404, "no-such-address")
    problem_of(await lonely.get(BANK, "/v1/loans/"), 404, "no-such-address")
    async with lonely.as_(BANK) as caller:
        answer = await caller.client.delete("/v1/tasks")
        both = await caller.client.delete("/v1/loans")
        step = await caller.get("/v1/loans/L1/accept")
    assert problem_of(answer, 405, "method-not-allowed")["right"] == answer.headers["allow"] == "GET"
    assert problem_of(both, 405, "method-not-allowed")["right"] == both.headers["allow"] == "GET, POST"
    assert step.headers["allow"] == "POST"


async def test_the_front_door_leads_to_the_description(lonely: Api) -> None:
    async with lonely.anybody() as client:
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (307, "/docs")
        assert (await client.get("/docs")).status_code == 200


async def test_each_kind_can_be_looked_up(lonely: Api) -> None:
    async with lonely.anybody() as client:
        for kind, known in CATALOGUE.items():
            answer = await client.get(f"/problems/{kind}")
            assert answer.json() == known.model_dump()
        problem_of(await client.get("/problems/unheard-of"), 404, "not-found")


async def test_every_wrong_field_is_told_in_both_languages_with_what_would_be_right(lonely: Api) -> None:
    body = {
        "amount_fen": "1",
        "annual_rate": 2,
        "term_days": 0,
        "method": "whenever",
        "designated_account": {"name": "", "number": 62, "bank_name": "银行", "extra": 1},
        "surprise": True,
    }
    answer = await lonely.post(BANK, "/v1/loans/ANY/approve", body)
    errors = {each["pointer"]: each for each in problem_of(answer, 422, "invalid-input")["errors"]}
    assert set(errors) == {
        "#/amount_fen",
        "#/annual_rate",
        "#/penalty_rate",
        "#/term_days",
        "#/method",
        "#/designated_account/name",
        "#/designated_account/number",
        "#/designated_account/extra",
        "#/surprise",
    }
    assert all(each["zh"] and each["en"] and each["right"] for each in errors.values())
    assert errors["#/term_days"]["right"] == "> 0"
    assert "bullet" in errors["#/method"]["right"]
    assert "账号" in errors["#/designated_account/number"]["zh"]


async def test_wrong_values_are_not_repeated(lonely: Api) -> None:
    body = {"account_number": "6222-SECRET-8888", "amount_fen": "6222-SECRET"}
    answer = await lonely.post(BANK, "/v1/loans/ANY/post-payment", body)
    assert "SECRET" not in answer.text


async def test_query_and_path_are_told_too(lonely: Api) -> None:
    query = problem_of(await lonely.get(BANK, "/v1/loans?limit=0&breached=perhaps&stage=x"), 422, "invalid-input")
    assert {each["pointer"] for each in query["errors"]} == {"query:limit", "query:breached", "query:stage"}
    path = problem_of(await lonely.get(BANK, "/v1/documents/xyz"), 422, "invalid-input")
    assert path["errors"][0]["pointer"] == "path:sha256"
    for wrong in ("yesterday", "0001-01-01", "9999-12-31"):
        problem_of(await lonely.get(BANK, _PREVIEW + wrong), 422, "invalid-input")


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"reason": "a", "reason": }', b""],
    ids=["cut", "array", "text", "null", "not-utf8", "broken", "empty"],
)
async def test_body_that_is_no_object(lonely: Api, body: bytes) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    async with lonely.as_(BANK) as caller:
        answer = await caller.client.post("/v1/loans/ANY/reject", content=body, headers=headers)
    assert problem_of(answer, 422, "invalid-input")["errors"][0]["pointer"].startswith("#")


async def test_body_of_another_type_is_refused(lonely: Api) -> None:
    headers = {"Idempotency-Key": "k"}
    async with lonely.as_(BANK) as caller:
        for content_type in ("text/plain", "application/x-www-form-urlencoded", None):
            given = headers | ({"Content-Type": content_type} if content_type else {})
            answer = await caller.client.post("/v1/loans/ANY/reject", content=b'{"reason":"x"}', headers=given)
            assert problem_of(answer, 415, "unsupported-media-type")["right"] == "application/json"


async def test_body_that_is_too_large_is_refused(lonely: Api) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    async with lonely.as_(BANK) as caller:
        for content in (b"x" * 300_000, _drip(300)):
            answer = await caller.client.post("/v1/loans/ANY/reject", content=content, headers=headers)
            problem_of(answer, 413, "body-too-large")


async def _drip(kilobytes: int):  # type: ignore[no-untyped-def]
    for _ in range(kilobytes):
        yield b"x" * 1024


async def test_request_id_is_given_back_and_headers_are_strict(lonely: Api) -> None:
    async with lonely.anybody() as client:
        own = await client.get("/health", headers={"X-Request-Id": "caller-chosen-1"})
        odd = await client.get("/health", headers={"X-Request-Id": "<script>"})
    assert own.headers["x-request-id"] == "caller-chosen-1"
    assert odd.headers["x-request-id"] != "<script>"
    assert own.headers["x-content-type-options"] == "nosniff"
    assert own.headers["cache-control"] == "no-store"


async def test_access_log_holds_no_personal_data(lonely: Api, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="zhengcaidai.access"):
        await lonely.get(SUPPLIER, "/v1/loans/L-SECRET-LOAN?cursor=SECRET")
        # The line is written after the answer is sent.
        line = await eventually(lambda: _access_fields(caplog, "/v1/loans/{loan_id}"), bool)
    assert (line["status"], line["role"]) == (422, "supplier")
    assert not any(secret in str(line) for secret in ("SECRET", "chen", SUPPLIER.organisation_id))


def _access_fields(caplog: pytest.LogCaptureFixture, route: str) -> dict[str, object]:
    lines = (vars(record)["fields"] for record in caplog.records if record.name == "zhengcaidai.access")
    return next((line for line in lines if line["route"] == route), {})


async def test_wrong_role_is_told_which_is_right(lonely: Api) -> None:
    answer = await lonely.post(SUPPLIER, "/v1/payment-checks", {**_CHECK})
    assert problem_of(answer, 403, "wrong-party")["right"] == "treasury"
    answer = await lonely.get(SUPPLIER, "/v1/banks/bank-one/performance")
    assert problem_of(answer, 403, "wrong-party")["right"] == "bank / finance_bureau / operator"
    found = (await lonely.get(OPERATOR, "/v1/banks/bank-one/performance")).json()
    assert {name: found[name] for name in ("ended", "held_working_days", "breaches", "held_by_bank")} == dict.fromkeys(
        ("ended", "held_working_days", "breaches", "held_by_bank"), 0
    )


_CHECK = {"check_id": "C1", "filing_number": "合备[2021]100号", "amount_fen": 1, "account_number": "62220001"}


async def test_the_transport_is_what_a_client_sees(lonely: Api) -> None:
    """A HEAD or OPTIONS on an address that does not take it is a problem too, not an empty answer."""
    async with lonely.as_(BANK) as caller:
        options: httpx.Response = await caller.client.options("/v1/loans")
    problem_of(options, 405, "method-not-allowed")
