"""What is wrong with each field of a request (字段校验), in Chinese and English, and what would be right."""

from collections.abc import Iterable, Mapping
from typing import Any

from zhengcaidai.messages.base import Frozen
from zhengcaidai.rules.wrong_values import wrong_value

__all__ = ["FieldError", "field_errors"]


class FieldError(Frozen):
    """One wrong place: a JSON Pointer into the body (RFC 6901), or `query:name`, `path:name`, `header:name`."""

    pointer: str
    zh: str
    en: str
    right: str
    """What would be right, in the reader's language."""


def field_errors(found: Iterable[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """Pydantic's errors, each told so that a clerk can put it right.

    `right` is in both languages here, `中文 / English`: the reader's half is chosen when the problem is sent.
    """
    return tuple(_field_error(each) for each in found)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    pointer = _pointer(error["loc"], error["type"])
    place_zh, place_en = _place(pointer)
    wrong = wrong_value(error)
    return FieldError(pointer=pointer, zh=f"{place_zh}：{wrong.zh}", en=f"{place_en}: {wrong.en}", right=wrong.right)


def _pointer(path: tuple[str | int, ...], kind: str) -> str:
    place, *rest = path or ("body",)
    if place == "body":
        parts = [] if kind == "json_invalid" else rest
        return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return f"{place}:{'.'.join(str(part) for part in rest)}"


_PLACES = {
    "query": ("查询参数", "query parameter"),
    "path": ("地址中的", "in the address,"),
    "header": ("请求头", "header"),
}


def _place(pointer: str) -> tuple[str, str]:
    """The place as a person calls it."""
    if pointer == "#":
        return "请求内容", "the body"
    kind, _, name = pointer.partition(":")
    if kind in _PLACES:
        zh, en = _PLACES[kind]
        return f"{zh} {name}", f"{en} {name}"
    field = ".".join(pointer.removeprefix("#/").split("/")).replace("~1", "/").replace("~0", "~")
    return field, field
