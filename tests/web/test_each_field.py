"""Each field of each body that the API takes, wrong by itself: the problem points to that field and to no other.

Made from the API's own description. The steps' fields are tried in test_bad_input.py, against a loan that must not change.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.describing import description
from tests.web.running import OPERATOR, Api, problem_of

_STEPS = ("/v1/loans/{loan_id}/", "/v1/account-changes/{change_id}/")
_LONG = 2000
"""No text is allowed to be longer, unless the description says so."""
_SURPRISE = {"surprise": 1}
_OTHER_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (7, True, ["text"], _SURPRISE),
    "integer": ("1", 1.5, True, [1], _SURPRISE),
    "number": ("one", True, [1], _SURPRISE),
    "boolean": ("true", 1, [True], _SURPRISE),
    "array": ("text", 7, _SURPRISE),
    "object": ("text", 7, True),
}


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, in place of where it stands."""
    while "$ref" in schema:
        schema = description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _forms(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Each form that a value may have: several for a rate, which is a number or a text."""
    schema = _whole(schema)
    return [form for each in schema["anyOf"] for form in _forms(each)] if "anyOf" in schema else [schema]


def _bodies() -> dict[str, tuple[dict[str, Any], Any]]:
    """Schema and example of every JSON body, by address."""
    found = {}
    for path, operations in description()["paths"].items():
        content = operations.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None and not path.startswith("/codec"):
            found[path] = (_whole(content["schema"]), content["examples"]["example"]["value"])
    return found


def _fields(schema: dict[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Place, schema and whether it is needed, of each field at whatever depth."""
    for name, inner in schema.get("properties", {}).items():
        yield f"{place}/{name}", inner, name in schema.get("required", ())
        for form in _forms(inner):
            yield from _fields(form, f"{place}/{name}")


def _wrong(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a field must not be, by what is wrong with it."""
    forms = _forms(schema)
    types = {form["type"] for form in forms}
    if "null" not in types:
        yield "nothing", None
    taken = {type(value) for name in types - {"null"} for value in _FITS[name]}
    for name in types - {"null"}:
        yield from (("type", value) for value in _OTHER_TYPES[name] if type(value) not in taken)
    for form in forms:
        yield from _too_much(form)


_FITS: dict[str, tuple[Any, ...]] = {
    "string": ("",),
    "integer": (1,),
    "number": (1, 1.5),
    "boolean": (True,),
    "array": ([],),
    "object": ({},),
}


def _too_much(form: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    match form["type"]:
        case "string":
            yield "too long", "x" * (form.get("maxLength", _LONG) + 1)
            if form.get("minLength") or form.keys() & {"pattern", "enum", "format"}:
                yield "empty", ""
        case "integer" | "number":
            yield from (("too large", form[name] + 1) for name in ("maximum", "exclusiveMaximum") if name in form)
            yield from (("too small", form[name] - 1) for name in ("minimum", "exclusiveMinimum") if name in form)
        case "array":
            yield from (("too many", ["x"] * (form["maxItems"] + 1)) for _ in range(1) if "maxItems" in form)
            yield from (("too few", []) for _ in range(1) if form.get("minItems"))


def _with(example: Any, place: str, change: Any) -> Any:
    """The example with another value at that place; with `...`, without it."""
    name, _, rest = place.removeprefix("/").partition("/")
    if rest:
        return {**example, name: _with(example[name], f"/{rest}", change)}
    without = {each: value for each, value in example.items() if each != name}
    return without if change is ... else {**without, name: change}


def _cases() -> Iterator[Any]:
    for path, (schema, example) in _bodies().items():
        if not path.startswith(_STEPS):
            yield pytest.param(path, schema, example, id=path)


def test_there_are_bodies_beside_the_steps() -> None:
    addresses = {case.values[0] for case in _cases()}
    assert {"/v1/loans", "/v1/products", "/v1/payment-checks", "/v1/calendars", "/v1/account-changes"} <= addresses


@pytest.mark.parametrize(("path", "schema", "example"), [*_cases()])
async def test_each_field_wrong_by_itself(lonely: Api, path: str, schema: dict[str, Any], example: Any) -> None:
    path = path.replace("{task_id}", f"loan:L1:{'0' * 16}-1").replace("{substitution_id}", "SB1")
    async with lonely.as_(OPERATOR) as caller:

        async def points_to(place: str, body: Any, why: str, *, within: bool = False) -> None:
            problem = problem_of(await caller.post(path, body), 422, "invalid-input")
            pointers = {each["pointer"] for each in problem["errors"]}
            assert problem["where"] in pointers
            outside = [
                each for each in pointers if each != f"#{place}" and not (within and each.startswith(f"#{place}/"))
            ]
            assert not outside, (why, problem)

        for place, field, is_needed in _fields(schema):
            for why, value in _wrong(field):
                await points_to(place, _with(example, place, value), f"{place} {why}", within=isinstance(value, list))
            if is_needed:
                await points_to(place, _with(example, place, ...), f"{place} missing")
        for place in ("", *(place for place, field, _ in _fields(schema) if "properties" in _whole(field))):
            await points_to(f"{place}/surprise", _with(example, f"{place}/surprise", 1), "not a field")


@pytest.mark.parametrize("path", _bodies())
def test_no_list_is_without_a_limit(path: str) -> None:
    schema, _ = _bodies()[path]
    for place, field, _ in _fields(schema):
        assert all("maxItems" in form for form in _forms(field) if form["type"] == "array"), place
