"""Amounts, rates and dates as they stand on a printed page."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhengcaidai.documents.wording import amount, amount_in_capitals, bank_of, day, rate
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import MAX_FEN


@pytest.mark.parametrize(
    ("amount_fen", "figures", "capitals"),
    [
        (0, "0.00 元", "人民币零元整"),
        (1, "0.01 元", "人民币壹分"),
        (50, "0.50 元", "人民币伍角整"),
        (200_000, "2,000.00 元", "人民币贰仟元整"),
        (140_950, "1,409.50 元", "人民币壹仟肆佰零玖元伍角整"),
        (600_714, "6,007.14 元", "人民币陆仟零柒元壹角肆分"),
        (168_032, "1,680.32 元", "人民币壹仟陆佰捌拾元叁角贰分"),
        (10_700_053, "107,000.53 元", "人民币壹拾万柒仟元伍角叁分"),
        (1_640_902, "16,409.02 元", "人民币壹万陆仟肆佰零玖元零贰分"),
        (32_504, "325.04 元", "人民币叁佰贰拾伍元零肆分"),
        (10_001_000_00, "10,001,000.00 元", "人民币壹仟万壹仟元整"),
        (100_000_001_00, "100,000,001.00 元", "人民币壹亿零壹元整"),
        (MAX_FEN, "10,000,000,000,000.00 元", "人民币壹拾万亿元整"),
    ],
)
def test_amounts(amount_fen: int, figures: str, capitals: str) -> None:
    assert amount(amount_fen) == figures
    assert amount_in_capitals(amount_fen) == capitals


def _read_capitals(text: str) -> int:
    """The amount in fen that capitals say: written independently, from the units outwards."""
    whole, _, cents = text.removeprefix("人民币").rpartition("元")
    total = section = digit = 0
    for character in whole:
        if character in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
        elif character in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[character], 0
        else:
            factor = {"万": 10**4, "亿": 10**8}[character]
            if factor == 10**8:
                total, section, digit = (total + section + digit) * factor, 0, 0
            else:
                total, section, digit = total + (section + digit) * factor, 0, 0
    fen = (total + section + digit) * 100
    for unit, worth in (("角", 10), ("分", 1)):
        if unit in cents:
            fen += worth * "零壹贰叁肆伍陆柒捌玖".index(cents[cents.index(unit) - 1])
    return fen


@given(st.integers(0, MAX_FEN))
def test_capitals_say_the_same_amount_as_the_figures_and_no_two_zeros_stand_together(amount_fen: int) -> None:
    capitals = amount_in_capitals(amount_fen)
    assert _read_capitals(capitals) == amount_fen
    assert "零零" not in capitals


def test_no_negative_amount_is_written() -> None:
    with pytest.raises(ValueError, match="-1"):
        amount_in_capitals(-1)


@pytest.mark.parametrize(
    ("annual_rate", "written"),
    [("0.02", "2%"), ("0.0385", "3.85%"), ("0.03850000", "3.85%"), ("0", "0%"), ("1", "100%"), ("0.10", "10%")],
)
def test_rates_keep_every_digit(annual_rate: str, written: str) -> None:
    assert rate(Decimal(annual_rate)) == written


def test_days_and_banks() -> None:
    assert day(date(2026, 11, 1)) == "2026年11月1日"
    account = Account(name="某公司", number="6270191911", bank_name="交通银行", cnaps="301521000019")
    assert bank_of(account) == "交通银行（行号 301521000019）"
    assert bank_of(account.model_copy(update={"cnaps": None})) == "交通银行"
