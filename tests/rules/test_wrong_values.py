"""Pydantic's errors in words, whoever meets them: the API, a calendar's file, a region's file."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from zhengcaidai.messages.base import Identifier, Text
from zhengcaidai.messages.identifiers import AccountNumber, Mobile
from zhengcaidai.rules.wrong_values import wrong_value


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


def _told(kind: Any, value: object) -> tuple[str, str, str]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    found = wrong_value(dict(caught.value.errors()[0]))
    return found.zh, found.en, found.right


@pytest.mark.parametrize(
    ("kind", "value", "right"),
    [
        (Colour, "blue", "其中之一：red、green / one of: red, green"),
        (Text, "", "1 个字符以上 / 1 or more characters"),
        (AccountNumber, "1" * 90, "80 个字符以内 / 80 or fewer characters"),
        (Annotated[tuple[int, ...], Field(max_length=1)], (1, 2), "1 项以内 / 1 or fewer items"),
        (Annotated[timedelta, Field(le=timedelta(days=3))], timedelta(days=4), "≤ P3D"),
        (Annotated[str, Field(pattern="^x+$")], "y", "见接口说明 /docs 中该字段 / as /docs describes the field"),
    ],
)
def test_what_would_be_right(kind: Any, value: object, right: str) -> None:
    assert _told(kind, value)[2] == right


def test_no_pattern_is_shown_and_nothing_that_was_given() -> None:
    for kind in (Identifier, Mobile, AccountNumber):
        told = " ".join(_told(kind, "geheim ☃"))
        assert "geheim" not in told
        assert "^" not in told


def test_a_check_of_our_own_speaks_for_itself() -> None:
    zh, en, right = _told(Mobile, "12345")
    assert (zh, en) == ("不是有效的中国大陆手机号码。", "This is not a mobile number of mainland China.")
    assert right.endswith("e.g. 13800001234")


def test_what_has_no_words_is_at_least_no_english_in_chinese() -> None:
    assert wrong_value({"type": "unheard_of", "msg": "Input should be nicer"}).zh == "值不合要求。"
