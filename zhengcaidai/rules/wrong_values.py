"""What is wrong with a value (校验), in Chinese and English, and what would be right: the one translation of pydantic's errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from zhengcaidai.messages.base import FilingNumber, Identifier, Sha256
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.identifiers import BankCode
from zhengcaidai.messages.malformed import Malformed
from zhengcaidai.messages.regions import ClauseId, RegionCode
from zhengcaidai.messages.tasks import TaskId

__all__ = ["PATTERN_WORDS", "UNKNOWN_PARAMETER", "WrongValue", "wrong_value"]


@dataclass(frozen=True, slots=True)
class WrongValue:
    """One error, without its place. `right` is in both languages, `中文 / English`, or in none: a number, a date."""

    zh: str
    en: str
    right: str


_DATE = "年-月-日，如 2026-09-18 / year-month-day, e.g. 2026-09-18"
_MOMENT = (
    "带时区的时刻，如 2026-09-18T10:30:00+08:00（在查询参数中 + 写作 %2B）"
    " / a moment with its time zone, e.g. 2026-09-18T10:30:00+08:00 (in a query parameter + is written %2B)"
)
_DURATION = "P3D（3天）、PT12H（12小时） / P3D (three days), PT12H (twelve hours)"
_INTEGER = "不带小数点和引号的整数，如 180 / an integer without point or quotes, e.g. 180"
_DECIMAL = '加引号的小数，如 "0.0385" / a decimal in quotes, e.g. "0.0385"'
_OBJECT = '对象，如 {{"reason": "…"}} / an object, e.g. {{"reason": "…"}}'
_ARRAY = "数组 […] / an array […]"
_ONE_OF = "{expected_zh} / {expected_en}"
_SEE = "见接口说明 /docs 中该字段 / as /docs describes the field"

UNKNOWN_PARAMETER = "unknown_parameter"
"""The type of our own error for a query parameter that there is not."""

_WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("缺少这个字段。", "The field is missing.", "给出该字段 / give the field"),
    "extra_forbidden": (
        "没有这个字段。",
        "There is no such field.",
        "删去或更正名称 / leave it out or correct its name",
    ),
    UNKNOWN_PARAMETER: ("没有这个查询参数。", "There is no such query parameter.", "{right}"),
    "json_invalid": (
        "不是有效的 JSON{place_zh}。",
        "This is not valid JSON{place_en}.",
        '有效的 JSON，如 {{"reason": "…"}} / valid JSON, e.g. {{"reason": "…"}}',
    ),
    "upload": ("应为上传的文件。", "This must be a file.", "表单中的一个文件 / a file in the form"),
    "int_type": ("应为整数。", "This must be an integer.", _INTEGER),
    "int_parsing": ("应为整数。", "This must be an integer.", _INTEGER),
    "int_parsing_size": ("整数过大。", "The integer is too large.", _INTEGER),
    "int_from_float": ("应为整数，不能有小数。", "This must be an integer, without a fraction.", _INTEGER),
    "float_type": ("应为数值。", "This must be a number.", "数值，如 12 / a number, e.g. 12"),
    "float_parsing": ("应为数值。", "This must be a number.", "数值，如 12 / a number, e.g. 12"),
    "bool_type": ("应为 true 或 false。", "This must be true or false.", "true 或 false / true or false"),
    "bool_parsing": ("应为 true 或 false。", "This must be true or false.", "true 或 false / true or false"),
    "string_type": ("应为文本。", "This must be text.", '加引号的文本，如 "…" / text in quotes, e.g. "…"'),
    "string_too_short": (
        "至少 {min_length} 个字符。",
        "At least {min_length} character(s).",
        "{min_length} 个字符以上 / {min_length} or more characters",
    ),
    "string_too_long": (
        "至多 {max_length} 个字符。",
        "At most {max_length} characters.",
        "{max_length} 个字符以内 / {max_length} or fewer characters",
    ),
    "string_pattern_mismatch": ("格式不符。", "This does not have the right form.", "{form}"),
    "too_short": (
        "至少 {min_length} 项。",
        "At least {min_length} item(s).",
        "{min_length} 项以上 / {min_length} or more items",
    ),
    "too_long": (
        "至多 {max_length} 项。",
        "At most {max_length} items.",
        "{max_length} 项以内 / {max_length} or fewer items",
    ),
    "greater_than": ("应大于 {gt}。", "This must be above {gt}.", "> {gt}"),
    "greater_than_equal": ("应不小于 {ge}。", "This must be {ge} or more.", "≥ {ge}"),
    "less_than": ("应小于 {lt}。", "This must be below {lt}.", "< {lt}"),
    "less_than_equal": ("应不大于 {le}。", "This must be {le} or less.", "≤ {le}"),
    "enum": ("不是允许的值。", "This is not one of the values allowed.", _ONE_OF),
    "literal_error": ("不是允许的值。", "This is not one of the values allowed.", _ONE_OF),
    "decimal_type": ("应为小数。", "This must be a decimal number.", _DECIMAL),
    "decimal_parsing": ("应为小数。", "This must be a decimal number.", _DECIMAL),
    "decimal_max_digits": ("至多 {max_digits} 位数字。", "At most {max_digits} digits.", _DECIMAL),
    "decimal_max_places": (
        "至多 {decimal_places} 位小数。",
        "At most {decimal_places} decimal places.",
        "{decimal_places} 位小数以内 / {decimal_places} or fewer decimal places",
    ),
    "decimal_whole_digits": ("小数点前位数过多。", "Too many digits before the point.", _DECIMAL),
    "finite_number": ("应为有限的数。", "This must be a finite number.", _DECIMAL),
    "date_type": ("应为日期。", "This must be a date.", _DATE),
    "date_parsing": ("应为日期。", "This must be a date.", _DATE),
    "date_from_datetime_parsing": ("应为日期。", "This must be a date.", _DATE),
    "date_from_datetime_inexact": ("应为日期，不带时刻。", "This must be a date without a time.", _DATE),
    "datetime_type": ("应为时刻。", "This must be a moment.", _MOMENT),
    "datetime_parsing": ("应为时刻。", "This must be a moment.", _MOMENT),
    "datetime_from_date_parsing": ("应为时刻。", "This must be a moment.", _MOMENT),
    "timezone_aware": ("时刻须带时区。", "A moment needs its time zone.", _MOMENT),
    "time_delta_type": ("应为时长。", "This must be a duration.", _DURATION),
    "time_delta_parsing": ("应为时长。", "This must be a duration.", _DURATION),
    "model_type": ("应为对象。", "This must be an object.", _OBJECT),
    "model_attributes_type": ("应为对象。", "This must be an object.", _OBJECT),
    "dict_type": ("应为对象。", "This must be an object.", _OBJECT),
    "tuple_type": ("应为数组。", "This must be an array.", _ARRAY),
    "list_type": ("应为数组。", "This must be an array.", _ARRAY),
}
_DAYS = re.compile(r"^(\d+) days?$")
_OTHERWISE = ("值不合要求。", "This value is not accepted.", _SEE)


def _pattern(kind: Any, field: str | None = None) -> str:
    schema = TypeAdapter(kind).json_schema(mode="serialization")
    return str(schema["pattern"] if field is None else schema["properties"][field]["pattern"])


PATTERN_WORDS: dict[str, str] = {
    _pattern(Identifier): (
        "1至80个字母、数字或 . _ : -，以字母或数字开头，如 KM-2026-0001"
        " / 1 to 80 letters, digits or . _ : - , the first a letter or digit, e.g. KM-2026-0001"
    ),
    _pattern(FilingNumber): (
        "1至80个文字、数字、括号或 . · -，不含空格，如 昆备[2026]2号"
        " / 1 to 80 letters of any script, digits, brackets or . · - , no spaces, e.g. 昆备[2026]2号"
    ),
    _pattern(RegionCode): "6位地区代码（GB/T 2260），如 530100 / a region code of 6 digits (GB/T 2260), e.g. 530100",
    _pattern(Sha256): (
        "64位小写十六进制的 SHA-256，即上传文件后所得 / 64 lower-case hexadecimal digits, the SHA-256 that an upload answers"
    ),
    _pattern(TaskId): (
        "待办编号，即待办、贷款或账户变更所列的 task_id / the number of a task, as task_id in the inbox, with a loan or an account change"
    ),
    _pattern(ClauseId): "条款编号，如 kunming/4.2 / the id of a clause, e.g. kunming/4.2",
    _pattern(BankCode): "12位数字的支付系统行号，如 102100099996 / a bank code of 12 digits, e.g. 102100099996",
    _pattern(DocumentRef, "media_type"): "文件类型，如 application/pdf / a media type, e.g. application/pdf",
}
"""What each pattern of a request's field means: nobody is asked to read a regular expression."""


def wrong_value(error: Mapping[str, Any]) -> WrongValue:
    """One of pydantic's errors in words. What was given is not repeated: it may be secret."""
    context = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, Malformed):
        return WrongValue(cause.zh, cause.en, cause.right)
    kind = error["type"]
    if kind in {"too_short", "too_long"} and isinstance(error.get("input"), str):
        kind = f"string_{kind}"
    elif "UploadFile" in str(cause):
        kind = "upload"
    zh, en, right = (text.format_map(_told(kind, context)) for text in _WORDS.get(kind, _OTHERWISE))
    return WrongValue(zh, en, right)


def _told(kind: str, context: Mapping[str, Any]) -> dict[str, str]:
    """What a message is filled with."""
    told = {name: _value(value) for name, value in context.items()}
    if "expected" in context:
        expected = re.findall(r"'([^']*)'", context["expected"])
        several = len(expected) > 1
        told["expected_zh"] = ("其中之一：" if several else "只能是 ") + "、".join(expected)
        told["expected_en"] = ("one of: " if several else "nothing but ") + ", ".join(expected)
    if kind == "json_invalid":
        at = re.search(r"line (\d+) column (\d+)", told.get("error", ""))
        told["place_zh"] = f"（第 {at[1]} 行第 {at[2]} 列）" if at else ""
        told["place_en"] = f" (line {at[1]}, column {at[2]})" if at else ""
    if kind == "string_pattern_mismatch":
        told["form"] = PATTERN_WORDS.get(context["pattern"], _SEE)
    return told


def _value(value: object) -> str:
    """As a request writes it: a limit of days comes as `3660 days`."""
    return _DAYS.sub(r"P\1D", str(value))
