"""What the API says of itself, and whether an answer that it gave is one that it says it gives."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from tests.web.test_startup import settings
from zhengcaidai.sandbox.clock import SandboxClock
from zhengcaidai.web.app import create_app
from zhengcaidai.web.problems import PROBLEM_MEDIA_TYPE

_UNDESCRIBED = ("/", "/docs", "/redoc", "/openapi.json", "/static-offline-docs/")
"""The description itself, and its pages."""
_NOT_AN_OPERATION = {"/problems/no-such-address": 404, "/problems/method-not-allowed": 405}
"""What is answered where there is no operation that could describe it."""


@cache
def description() -> dict[str, Any]:
    return create_app(settings(Path("/nonexistent"), sandbox=True), SandboxClock()).openapi()


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference, "components": description()["components"]})


def fits(schema: dict[str, Any], given: Any) -> list[str]:
    """What is wrong with it under that schema of the description; nothing, if it fits."""
    if set(schema) == {"$ref"}:
        validator = _validator(schema["$ref"])
    else:
        validator = Draft202012Validator({**schema, "components": description()["components"]})
    return [error.message for error in validator.iter_errors(given)]


@cache
def _templates() -> list[tuple[re.Pattern[str], str]]:
    """An address with fewer places in it comes first, as the API itself looks for it."""
    paths = sorted(description()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path) for path in paths]


async def check_described(answer: httpx.Response) -> None:
    """Raises AssertionError: this status, media type or content is not in the description of that operation."""
    method, address = answer.request.method.lower(), answer.request.url.path
    if method == "options":  # a browser's own question before its request (CORS), not an operation
        return
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    await answer.aread()
    if media_type == PROBLEM_MEDIA_TYPE and answer.json()["type"] in _NOT_AN_OPERATION:
        assert answer.status_code == _NOT_AN_OPERATION[answer.json()["type"]]
        return
    path = next((path for pattern, path in _templates() if pattern.fullmatch(address)), None)
    if path is None:
        assert any(address == each or (each.endswith("/") and address.startswith(each)) for each in _UNDESCRIBED), (
            address
        )
        return
    where = f"{method} {path} answered {answer.status_code} {media_type}"
    responses = description()["paths"][path].get(method, {}).get("responses", {})
    assert str(answer.status_code) in responses, f"{where}; described are {', '.join(responses)}"
    content = responses[str(answer.status_code)].get("content", {})
    assert media_type in content or (not content and not answer.content), f"{where}; described are {', '.join(content)}"
    if media_type.endswith("json"):
        wrong = fits(content[media_type]["schema"], answer.json())
        assert not wrong, f"{where}: {wrong}: {answer.text[:2000]}"
    if media_type == PROBLEM_MEDIA_TYPE:
        kind = answer.json()["type"].removeprefix("/problems/")
        assert kind in content[media_type]["examples"], f"{where} {kind}"
