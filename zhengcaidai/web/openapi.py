"""What the API says of itself (接口说明): every error of every operation, with an example."""

from collections import defaultdict
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from zhengcaidai.web.catalogue import CATALOGUE, address_of
from zhengcaidai.web.field_words import FIELD_WORDS
from zhengcaidai.web.problems import PROBLEM_MEDIA_TYPE, ProblemDocument

__all__ = ["READING", "STEPPING", "TEXT", "WRITING", "answered", "answers", "described", "kept", "problems"]

READING = ("unauthenticated", "wrong-party", "invalid-input", "outside-down", "error")
"""What any request may come to."""
WRITING = (
    *READING,
    "idempotency-key-missing",
    "idempotency-key-in-flight",
    "idempotency-key-reused",
    "bad-request",
    "body-too-large",
    "unsupported-media-type",
)
"""What any write may come to."""
STEPPING = (*WRITING, "not-found", "wrong-stage", "conflict", "rule-broken", "workflows-down")
"""What a step of a loan may come to."""

_SCHEMA = {"$ref": "#/components/schemas/ProblemDocument"}
TEXT: dict[str, Any] = {"type": "string"}
"""The schema of a page or file."""
_NULL = "\N{SYMBOL FOR NULL}"


def problems(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """The error answers of an operation, for FastAPI's `responses`, by status."""
    by_status: dict[int, list[str]] = defaultdict(list)
    for kind in kinds:
        by_status[CATALOGUE[kind].status].append(kind)
    return {
        status: {
            "description": " / ".join(f"{CATALOGUE[kind].title_zh} {CATALOGUE[kind].title_en}" for kind in found),
            "content": {
                PROBLEM_MEDIA_TYPE: {"schema": _SCHEMA, "examples": {kind: {"value": _example(kind)} for kind in found}}
            },
        }
        for status, found in sorted(by_status.items())
    }


def answers(
    status: int, description: str, example: Any, *media_types: str, schema: dict[str, Any] | None = None
) -> dict[int | str, dict[str, Any]]:
    """The good answer of an operation, with an example: in JSON, or the very answer as a model.

    `schema`: of what FastAPI does not know, since it is not a model that is answered.
    """
    if isinstance(example, BaseModel):
        example = example.model_dump(mode="json")
    shown = {"example": kept(example)} | ({} if schema is None else {"schema": schema})
    content = dict.fromkeys(media_types or ("application/json",), shown)
    return {status: {"description": description, "content": content}}


def answered(status: int, description: str) -> dict[int | str, dict[str, Any]]:
    """The good answer of an operation that says it all by its status."""
    return {status: {"description": description}}


def kept(part: Any) -> Any:
    """An example with its nulls marked: FastAPI leaves out of a description what is None, but in an answer null is said."""
    return _exchanged(part, None, _NULL)


def _exchanged(part: Any, old: Any, new: Any) -> Any:
    if isinstance(part, dict):
        return {name: _exchanged(value, old, new) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [_exchanged(value, old, new) for value in part]
    return new if part == old else part


def _example(kind: str) -> dict[str, Any]:
    known = CATALOGUE[kind]
    return {
        "type": address_of(kind),
        "title": known.title_zh,
        "status": known.status,
        "detail": known.about_zh,
        "instance": "6f1c2a9e-3b52-4d0e-8d4f-0c9a7b1e5d21",
    }


def described(app: FastAPI) -> dict[str, Any]:
    """The whole description; made once."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
            separate_input_output_schemas=False,
        )
        _, shared = models_json_schema([(ProblemDocument, "validation")], ref_template="#/components/schemas/{model}")
        schemas = found.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(shared["$defs"])
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        bodies = [each.get("requestBody", {}) for methods in found["paths"].values() for each in methods.values()]
        of_bodies = (content["schema"] for body in bodies for content in body.get("content", {}).values())
        for schema in (*schemas.values(), *of_bodies):
            _in_words(schema)
        app.openapi_schema = _exchanged(found, _NULL, None)
    return app.openapi_schema


def _in_words(schema: dict[str, Any]) -> None:
    """Each field says what it means where its type does not say it itself."""
    for name, field in schema.get("properties", {}).items():
        if "description" not in field and name in FIELD_WORDS:
            field["description"] = FIELD_WORDS[name]
