"""掩码: what lists and logs may show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.messages.masking import masked_account_number, masked_mobile, masked_numbers


@pytest.mark.parametrize(
    ("number", "shown"), [("627019191117868888", "****8888"), ("1234567", "****4567"), ("123456", "****"), ("", "****")]
)
def test_of_an_account_number_the_last_four_are_shown(number: str, shown: str) -> None:
    assert masked_account_number(number) == shown


@pytest.mark.parametrize(
    ("mobile", "shown"), [("+8613800001234", "138****1234"), ("13800001234", "138****1234"), ("1234", "****")]
)
def test_of_a_mobile_number_the_middle_is_hidden(mobile: str, shown: str) -> None:
    assert masked_mobile(mobile) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("账号6222020088888888不符", "账号****8888不符"),
        ("电话13900001234无人接听", "电话****1234无人接听"),
        ("贷款L20261121000001于2026-11-21申请200000分", "贷款L20261121000001于2026-11-21申请200000分"),
    ],
)
def test_a_sentence_keeps_its_words_and_loses_its_long_numbers(written: str, shown: str) -> None:
    assert masked_numbers(written) == shown


@given(st.text("0123456789", min_size=1, max_size=32))
def test_at_least_three_digits_of_any_number_stay_hidden(number: str) -> None:
    for masked in (masked_account_number(number), masked_mobile(number)):
        assert len(masked.replace("*", "")) <= max(0, len(number) - 3)
