"""Lines break as Chinese typesetting has it, and nothing is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zhengcaidai.documents.typesetting import wrap


def width_in_halves(text: str) -> float:
    """Latin characters are half as wide as Chinese ones."""
    return sum(1 if ord(character) < 0x2E80 else 2 for character in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("交通银行", 8, ["交通银行"]),
        ("交通银行", 6, ["交通银", "行"]),
        ("同意变更，审核", 8, ["同意变", "更，审核"]),  # no line begins with a comma
        ("银行（武汉）", 6, ["银行", "（武", "汉）"]),  # none ends with an opening bracket
        ("账号627019", 8, ["账号", "627019"]),  # a number stays whole where it can
        ("627019191117868888", 8, ["62701919", "11178688", "88"]),
        ("  ABC DEF", 5, ["ABC", "DEF"]),
        ("\u3000\u3000特此申请", 8, ["\u3000\u3000特此", "申请"]),  # the indent is text, not an edge
    ],
)
def test_lines(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, width, width_in_halves) == lines


@given(st.text(st.sampled_from("合同账户（）《》，。；“”ABC 0123456789\u3000"), max_size=60), st.integers(2, 40))
@example("，" * 30, 4)
def test_no_line_is_too_wide_and_nothing_but_spaces_at_edges_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width, width_in_halves)
    assert all(width_in_halves(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
