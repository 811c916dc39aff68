"""The API describes itself wholly: every operation with summary, description, examples and every error."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.web.describing import description, fits
from zhengcaidai.messages.account_changes import CHANGE_STEPS
from zhengcaidai.messages.steps import STEPS
from zhengcaidai.web.bodies import step_body
from zhengcaidai.web.catalogue import CATALOGUE
from zhengcaidai.web.examples import STEP_BODIES
from zhengcaidai.web.field_words import FIELD_WORDS

_OPEN = {"/health", "/health/ready", "/problems/{kind}", "/operator"}
_NO_KEY = {"/codec/decode", "/codec/encode", "/v1/sms/status", "/operator/login"}


def operations() -> list[Any]:
    return [
        pytest.param(path, method, operation, id=f"{method} {path}")
        for path, methods in description()["paths"].items()
        for method, operation in methods.items()
    ]


def test_description_is_an_openapi_document() -> None:
    assert description()["openapi"].startswith("3.1")
    for schema in description()["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    identifiers = [case.values[2]["operationId"] for case in operations()]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_operation_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    good = [code for code in operation["responses"] if code.startswith(("2", "3"))]
    assert good
    for code in good:
        for content in operation["responses"][code].get("content", {}).values():
            assert "example" in content or "examples" in content


def _contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Everything that goes in or out, by where it stands."""
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {media_type}", content
    for code, answer in operation["responses"].items():
        for media_type, content in answer.get("content", {}).items():
            yield f"{code} {media_type}", content


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_examples_fit_their_schemas(path: str, method: str, operation: dict[str, Any]) -> None:
    for where, content in _contents(operation):
        given = [each["value"] for each in content.get("examples", {}).values()]
        for example in [*given, content["example"]] if "example" in content else given:
            assert fits(content["schema"], example) == [], where


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of a body, those of its parts included."""
    if "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for part in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _fields(part)
    for name, field in schema.get("properties", {}).items():
        yield name, field
        yield from _fields(field)


def test_every_field_that_a_party_fills_in_says_what_it_means_in_both_languages() -> None:
    bodies = [case.values[2]["requestBody"] for case in operations() if "requestBody" in case.values[2]]
    found = [each for body in bodies for content in body["content"].values() for each in _fields(content["schema"])]
    assert not {name for name, field in found if " / " not in field.get("description", "")}
    assert set(FIELD_WORDS) <= {name for name, _ in found}, "words that no field has"


def test_an_example_that_lacks_a_field_does_not_fit() -> None:
    content = description()["paths"]["/v1/loans/{loan_id}"]["get"]["responses"]["200"]["content"]["application/json"]
    without = {name: value for name, value in content["example"].items() if name != "statement"}
    assert content["example"]["statement"] is None
    assert fits(content["schema"], without) == ["'statement' is a required property"]


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_operation_has_its_errors_with_examples(path: str, method: str, operation: dict[str, Any]) -> None:
    expected = {"500"} if path in _OPEN else {"401", "500"}
    if method == "post" and path not in _NO_KEY:
        expected |= {"400", "403", "409", "413", "415", "422", "503"}
    if "/{loan_id}" in path or "/{change_id}" in path:
        expected |= {"404"}
    assert expected <= set(operation["responses"])
    for code, answer in operation["responses"].items():
        if code.startswith(("4", "5")):
            content = answer["content"].get("application/problem+json")
            if content is None:
                assert path == "/health/ready"
                continue
            assert content["schema"] == {"$ref": "#/components/schemas/ProblemDocument"}
            for kind, example in content["examples"].items():
                assert example["value"]["type"] == f"/problems/{kind}"
                assert str(example["value"]["status"]) == code == str(CATALOGUE[kind].status)


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_write_has_a_body_example_and_a_key(path: str, method: str, operation: dict[str, Any]) -> None:
    if method != "post":
        assert "requestBody" not in operation
        return
    for content in operation["requestBody"]["content"].values():
        assert "example" in content or content["examples"]
    named = {each["name"]: each for each in operation.get("parameters", ())}
    assert ("Idempotency-Key" in named) is (path not in _NO_KEY)
    if path not in _NO_KEY:
        assert named["Idempotency-Key"]["required"]


@pytest.mark.parametrize(("path", "method", "operation"), operations())
def test_nothing_but_the_open_addresses_is_without_a_token(path: str, method: str, operation: dict[str, Any]) -> None:
    without = _OPEN | {"/operator/login", "/v1/sms/status", "/codec/decode", "/codec/encode"}
    assert bool(operation.get("security")) is (path not in without)


@pytest.mark.parametrize("step", [*STEPS, *CHANGE_STEPS], ids=lambda step: step.name())
def test_examples_of_steps_are_valid_and_whole(step: Any) -> None:
    body = step_body(step)
    example = STEP_BODIES[step.name()]
    assert set(example) == set(body.model_fields)
    body.model_validate(example)
    assert "kind" not in body.model_fields


def test_every_step_has_an_address() -> None:
    paths = description()["paths"]
    for step in STEPS:
        operation = paths[f"/v1/loans/{{loan_id}}/{step.hyphenated()}"]["post"]
        assert step.title_zh in operation["summary"]
        assert all(role.value in operation["description"] for role in step.by_role)
    for step in CHANGE_STEPS:
        assert f"/v1/account-changes/{{change_id}}/{step.hyphenated()}" in paths
