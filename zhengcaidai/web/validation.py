"""What is wrong with each field of a request (字段校验), in Chinese and English, and what would be right."""

from collections.abc import Iterable, Mapping
from typing import Any

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.malformed import Malformed

__all__ = ["FieldError", "field_errors"]


class FieldError(Frozen):
    """One wrong place: a JSON Pointer into the body (RFC 6901), or `query:name`, `path:name`, `header:name`."""

    pointer: str
    zh: str
    en: str
    right: str | None = None


_WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("缺少这个字段。", "The field is missing.", "给出该字段 / give the field"),
    "extra_forbidden": (
        "没有这个字段。",
        "There is no such field.",
        "删去或更正名称 / leave it out or correct its name",
    ),
    "json_invalid": ("不是有效的 JSON。", "This is not valid JSON.", "RFC 8259"),
    "int_type": ("应为整数。", "This must be an integer.", "整数，不加引号 / an integer without quotes"),
    "int_parsing": ("应为整数。", "This must be an integer.", "整数 / an integer"),
    "int_from_float": ("应为整数，不能有小数。", "This must be an integer, without a fraction.", "整数 / an integer"),
    "float_type": ("应为数值。", "This must be a number.", "数值 / a number"),
    "bool_type": ("应为 true 或 false。", "This must be true or false.", "true / false"),
    "bool_parsing": ("应为 true 或 false。", "This must be true or false.", "true / false"),
    "string_type": ("应为文本。", "This must be text.", '加引号的文本 / text in quotes, "…"'),
    "string_too_short": ("至少 {min_length} 个字符。", "At least {min_length} character(s).", "≥ {min_length}"),
    "string_too_long": ("至多 {max_length} 个字符。", "At most {max_length} characters.", "≤ {max_length}"),
    "string_pattern_mismatch": ("格式不符。", "This does not have the right form.", "{pattern}"),
    "too_short": ("至少 {min_length} 项。", "At least {min_length} item(s).", "≥ {min_length}"),
    "too_long": ("至多 {max_length} 项。", "At most {max_length} items.", "≤ {max_length}"),
    "greater_than": ("应大于 {gt}。", "This must be above {gt}.", "> {gt}"),
    "greater_than_equal": ("应不小于 {ge}。", "This must be {ge} or more.", "≥ {ge}"),
    "less_than": ("应小于 {lt}。", "This must be below {lt}.", "< {lt}"),
    "less_than_equal": ("应不大于 {le}。", "This must be {le} or less.", "≤ {le}"),
    "enum": ("不是允许的值。", "This is not one of the values allowed.", "{expected}"),
    "literal_error": ("不是允许的值。", "This is not one of the values allowed.", "{expected}"),
    "decimal_type": ("应为小数。", "This must be a decimal number.", '"0.0385"'),
    "decimal_parsing": ("应为小数。", "This must be a decimal number.", '"0.0385"'),
    "decimal_max_digits": ("至多 {max_digits} 位数字。", "At most {max_digits} digits.", "≤ {max_digits}"),
    "decimal_max_places": (
        "至多 {decimal_places} 位小数。",
        "At most {decimal_places} decimal places.",
        "≤ {decimal_places}",
    ),
    "finite_number": ("应为有限的数。", "This must be a finite number.", "数值 / a number"),
    "date_type": ("应为日期。", "This must be a date.", '"2026-09-18"'),
    "date_parsing": ("应为日期。", "This must be a date.", '"2026-09-18"'),
    "date_from_datetime_parsing": ("应为日期。", "This must be a date.", '"2026-09-18"'),
    "date_from_datetime_inexact": ("应为日期，不带时刻。", "This must be a date without a time.", '"2026-09-18"'),
    "datetime_type": ("应为时刻。", "This must be a moment.", '"2026-09-18T10:30:00+08:00"'),
    "datetime_parsing": ("应为时刻。", "This must be a moment.", '"2026-09-18T10:30:00+08:00"'),
    "datetime_from_date_parsing": ("应为时刻。", "This must be a moment.", '"2026-09-18T10:30:00+08:00"'),
    "timezone_aware": ("时刻须带时区。", "A moment needs its time zone.", '"2026-09-18T10:30:00+08:00"'),
    "time_delta_type": ("应为时长。", "This must be a duration.", '"P3D", "PT12H"'),
    "time_delta_parsing": ("应为时长。", "This must be a duration.", '"P3D", "PT12H"'),
    "model_type": ("应为对象。", "This must be an object.", "{{…}}"),
    "model_attributes_type": ("应为对象。", "This must be an object.", "{{…}}"),
    "dict_type": ("应为对象。", "This must be an object.", "{{…}}"),
    "tuple_type": ("应为数组。", "This must be an array.", "[…]"),
    "list_type": ("应为数组。", "This must be an array.", "[…]"),
}


def field_errors(found: Iterable[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """Pydantic's errors, each told so that a clerk can put it right. What was given is not repeated: it may be secret."""
    return tuple(_field_error(each) for each in found)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    pointer = _pointer(error["loc"], error["type"])
    context = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, Malformed):
        return FieldError(pointer=pointer, zh=f"{pointer}：{cause.zh}", en=f"{pointer}: {cause.en}", right=cause.right)
    words = _WORDS.get(error["type"])
    if words is None:
        said = str(cause or error["msg"]).removeprefix("Value error, ")
        return FieldError(pointer=pointer, zh=f"{pointer}：值不合要求（{said}）。", en=f"{pointer}: {said}.")
    zh, en, right = (text.format_map(_Known(context)) for text in words)
    return FieldError(pointer=pointer, zh=f"{pointer}：{zh}", en=f"{pointer}: {en}", right=right)


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def _pointer(path: tuple[str | int, ...], kind: str) -> str:
    place, *rest = path or ("body",)
    if place == "body":
        parts = [] if kind == "json_invalid" else rest
        return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)
    return f"{place}:{'.'.join(str(part) for part in rest)}"
