"""Every field of everything that the API takes, given wrong: each problem can be read by a clerk, in one language.

Made from the API's own description, so that a new action or field is tried without a line here.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from tests.web.describing import description
from tests.web.running import BANK, BUREAU, OPERATOR, PURCHASER, SUPPLIER, TREASURY, Api, problem_of
from zhengcaidai.rules.wrong_values import PATTERN_WORDS
from zhengcaidai.web.language import Language, in_language

_EVERYBODY = (BANK, SUPPLIER, PURCHASER, BUREAU, TREASURY, OPERATOR)
_WRONG = {
    "object": {"surprise": 1},
    "array": ["surprise"],
    "nothing": None,
    "number": 7.5,
    "truth": True,
    "form": "☃ ☃",
    "empty": "",
    "long": "长" * 1200,
    "far": "9999-12-31",
    "below": -1,
    "huge": 10**400,
}
"""By what is wrong with it; some fields take some of these."""

_REGEX = re.compile(r"\^\[|\^\\|\{\d+,|\\[dw]|\)\$|\]\$")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ENGLISH_SENTENCE = re.compile(r"[A-Za-z]{2,}(?:,? [A-Za-z]+){2,}")
_CHINESE_SENTENCE = re.compile(r"[\u4e00-\u9fff]{3,}|[，。；：]")


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for each in schema.get("anyOf", ()):
        if each.get("type") != "null":
            return _resolved(each)
    return schema


def _bodies() -> list[Any]:
    found = []
    for path, operations in description()["paths"].items():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None and not path.startswith("/codec"):
            example = content["examples"]["example"]["value"] if "examples" in content else content["example"]
            found.append(pytest.param(path, _resolved(content["schema"]), example, id=path))
    return found


def _wrongly(schema: dict[str, Any], example: Any, wrong: Any) -> Any:
    """The example with every innermost field wrong."""
    schema = _resolved(schema)
    if "properties" in schema:
        given = example if isinstance(example, dict) else {}
        return {name: _wrongly(inner, given.get(name), wrong) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array" and not isinstance(wrong, dict | list):
        return [_wrongly(schema["items"], None, wrong)]
    return wrong


def _bodies_of(schema: dict[str, Any], example: Any) -> Iterator[Any]:
    for wrong in _WRONG.values():
        yield _wrongly(schema, example, wrong)
        yield dict.fromkeys(schema["properties"], wrong)
    yield {}
    yield {**example, "surprise": 1}
    yield from ([], "text", 7)


def _place_exists(pointer: str, schema: dict[str, Any]) -> bool:
    """The pointer leads along fields of the request; its last part may be a field that there is not."""
    parts = [part for part in pointer.removeprefix("#").split("/") if part]
    for part in parts:
        schema = _resolved(schema)
        if part == "surprise":
            return part == parts[-1]
        if "properties" in schema:
            if part not in schema["properties"]:
                return False
            schema = schema["properties"][part]
        elif part.isdecimal() and schema.get("type") == "array":
            schema = schema["items"]
        else:
            return False
    return True


_PLACES = {
    parameter["name"]: parameter.get("example") or parameter["schema"]["examples"][0]
    for operations in description()["paths"].values()
    for operation in operations.values()
    for parameter in operation.get("parameters", ())
    if parameter["in"] == "path"
}
"""An example of each number that an address holds."""


def _check_wording(problem: dict[str, Any], language: str) -> None:
    told = [problem["detail"], problem["right"], *(each[language] for each in problem["errors"])]
    told += [each["right"] for each in problem["errors"]]
    for text in told:
        assert text, problem
        assert not _REGEX.search(text), text
        without_examples = re.sub(r"(, e\.g\. |如 ).*", "", text)
        other = _CHINESE_SENTENCE if language == "en" else _ENGLISH_SENTENCE
        assert not other.search(without_examples), text
    if language == "zh":
        assert _CHINESE.search(problem["detail"])


async def _sent(caller: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
    return await caller.post(path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("path", "schema", "example"), _bodies())
async def test_wrong_field_is_told_in_words(
    lonely: Api, path: str, schema: dict[str, Any], example: Any, language: str
) -> None:
    path = re.sub(r"\{([^}]+)\}", lambda name: _PLACES[name[1]], path)
    async with lonely.as_(OPERATOR, language) as caller:
        for body in _bodies_of(schema, example):
            answer = await _sent(caller.client, path, body)
            if answer.status_code != 422:  # every field takes it, or the step has none
                assert answer.is_success or answer.status_code in {403, 404}, answer.text
                continue
            problem = problem_of(answer, 422, "invalid-input")
            _check_wording(problem, language)
            if path == "/v1/calendars" and not problem["errors"]:
                assert problem["where"].startswith(body["source"].strip() or ":")  # the file is there, and wrong within
                continue
            assert problem["where"] == problem["errors"][0]["pointer"]
            for each in problem["errors"]:
                assert _place_exists(each["pointer"], schema), each


def _parameters() -> Iterator[Any]:
    for path, operations in description()["paths"].items():
        for parameter in operations.get("get", {}).get("parameters", ()):
            if parameter["in"] in {"query", "path"} and path.startswith("/v1"):
                yield pytest.param(path, parameter["in"], parameter["name"], id=f"{path} {parameter['name']}")


def _address(path: str, place: str, name: str, wrong: str) -> str:
    filled = path.replace(f"{{{name}}}", wrong) if place == "path" else path
    filled = re.sub(r"\{([^}]+)\}", lambda part: _PLACES[part[1]], filled)
    return f"{filled}?{name}={wrong}" if place == "query" else filled


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("path", "place", "name"), [*_parameters()])
async def test_wrong_parameter_is_told_in_words(lonely: Api, path: str, place: str, name: str, language: str) -> None:
    refused = 0
    for wrong in ("%E2%98%83%20%E2%98%83", "x" * 600, "-1", "9" * 40, "9999-12-31"):
        answer = await _any_party(lonely, _address(path, place, name, wrong), language)
        if answer.status_code == 422 and answer.json()["errors"]:
            refused += 1
            problem = problem_of(answer, 422, "invalid-input")
            _check_wording(problem, language)
            # A list that needs other parameters as well says so; a parameter's place in the address is checked first.
            assert any(each["pointer"] == f"{place}:{name}" for each in problem["errors"]) or wrong == "9999-12-31"
    assert refused


async def _any_party(api: Api, address: str, language: str) -> httpx.Response:
    """What the first party for whom the address is there is answered."""
    for by in _EVERYBODY:
        answer = await api.get(by, address, language)
        if answer.status_code != 403:
            return answer
    raise AssertionError(f"{address} is for nobody")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_text_in_the_place_of_a_file_is_told_in_words(lonely: Api, language: str) -> None:
    async with lonely.as_(BANK, language) as caller:
        for given in ({"files": {"file": (None, "text")}}, {"files": {"other": ("a.pdf", b"%PDF-1.4")}}):
            headers = {"Idempotency-Key": str(uuid.uuid4())}
            problem = problem_of(
                await caller.client.post("/v1/documents", headers=headers, **given), 422, "invalid-input"
            )
            assert problem["where"] == "#/file"
            _check_wording(problem, language)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_day_outside_the_calendar_is_told_with_the_days_inside(lonely: Api, language: str) -> None:
    for day in ("0001-01-01", "2019-12-31", "2045-01-01", "9999-12-31"):
        address = f"/v1/deadlines/preview?region=530100&clock=financing&from={day}"
        problem = problem_of(await lonely.get(BANK, address, language), 422, "invalid-input")
        assert (problem["where"], "2020-01-01" in problem["right"]) == ("from", True)
        assert "2040-12-31" in problem["right"]


async def test_region_or_clock_that_is_not_there_is_told_by_the_parameters_name(lonely: Api) -> None:
    address = "/v1/deadlines/preview?clock=approval&from=2026-09-18&region="
    region = problem_of(await lonely.get(BANK, f"{address}999999", "en"), 422, "invalid-input")
    assert (region["where"], "530100" in region["right"]) == ("region", True)
    clock = problem_of(await lonely.get(BANK, f"{address}530100", "en"), 422, "invalid-input")
    assert (clock["where"], clock["right"]) == ("clock", "financing")


@pytest.mark.parametrize(
    ("path", "operation"),
    [
        pytest.param(path, operations["get"], id=path)
        for path, operations in description()["paths"].items()
        if "get" in operations and path.startswith("/v1")
    ],
)
async def test_unknown_query_parameter_is_refused(lonely: Api, path: str, operation: dict[str, Any]) -> None:
    address = re.sub(r"\{([^}]+)\}", lambda part: _PLACES[part[1]], path)
    problem = problem_of(await _any_party(lonely, f"{address}?stauts=x&stauts=y", "en"), 422, "invalid-input")
    unknown = [each for each in problem["errors"] if each["pointer"] == "query:stauts"]
    assert len(unknown) == 1
    for parameter in operation.get("parameters", ()):
        assert (parameter["name"] in unknown[0]["right"]) == (parameter["in"] == "query")
    assert "422" in operation["responses"]
    async with lonely.anybody() as nobody:
        problem_of(await nobody.get(f"{address}?stauts=x"), 401, "unauthenticated")


def test_every_pattern_of_a_request_has_words() -> None:
    """A field's own pattern is nowhere shown instead: it is in the description, for programs."""
    for words in PATTERN_WORDS.values():
        assert in_language(words, Language.ZH) != in_language(words, Language.EN)
        assert not _REGEX.search(words)
    adapter = TypeAdapter(dict[str, Any])
    for case in _bodies():
        text = adapter.dump_json(_whole(case.values[1])).decode()
        for pattern in re.findall(r'"pattern":("(?:[^"\\]|\\.)*")', text):
            assert TypeAdapter(str).validate_json(pattern) in PATTERN_WORDS


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    schema = _resolved(schema)
    if "properties" in schema:
        return {name: _whole(inner) for name, inner in schema["properties"].items()}
    return {"items": _whole(schema["items"])} if "items" in schema else schema


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("整数 / an integer", "整数", "an integer"),
        ("先上传：POST /v1/documents / upload it first", "先上传：POST /v1/documents", "upload it first"),
        ("bank / supplier", "bank / supplier", "bank / supplier"),
        ("（2026）示例执1号 / （2026）示例执2号",) * 3,
        ("≥ 2020-01-01",) * 3,
    ],
)
def test_the_readers_half_of_what_is_said_in_both_languages(text: str, zh: str, en: str) -> None:
    assert (in_language(text, Language.ZH), in_language(text, Language.EN)) == (zh, en)
