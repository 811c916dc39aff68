"""短信 have names: an operator who reads beside a message in the Temporal UI reads no code."""

import re

import pytest

from zhengcaidai.messages.orders import NoticeKind
from zhengcaidai.rules.errands import text_message


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_text_message_is_told_in_words(kind: NoticeKind) -> None:
    told = text_message(kind)
    assert told.zh == f"短信：{kind.title_zh}"
    assert re.fullmatch(r"短信：[\u4e00-\u9fff]{3,}", told.zh)
    assert re.fullmatch(r"text message: [a-z ]+", told.en)


def test_titles_differ() -> None:
    assert len({kind.title_zh for kind in NoticeKind}) == len({kind.title_en for kind in NoticeKind}) == len(NoticeKind)
