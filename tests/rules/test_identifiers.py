"""提示: what deserves a second look in an account, and what does not."""

import pytest

from zhengcaidai.messages.accounts import Account
from zhengcaidai.rules.identifiers import account_cautions, card_caution, cnaps_caution

BANK_CODES = [
    "102100099996",
    "103100000026",
    "104100000004",
    "105100000017",
    "301290000007",
    "302100011000",
    "303100000006",
    "304100040000",
    "305100000013",
    "306581000003",
    "307584007998",
    "308584000013",
    "309391000011",
    "310290000013",
    "313100000013",
    "403100000004",
]


@pytest.mark.parametrize("code", BANK_CODES)
def test_the_head_offices_own_codes_raise_no_caution(code: str) -> None:
    assert cnaps_caution(code) is None


@pytest.mark.parametrize("code", BANK_CODES)
def test_a_mistyped_digit_of_a_bank_code_raises_one(code: str) -> None:
    for place, digit in enumerate(code):
        mistyped = code[:place] + str((int(digit) + 1) % 10) + code[place + 1 :]
        caution = cnaps_caution(mistyped)
        assert caution is not None
        assert caution.where == "cnaps"
        assert "校验位" in caution.zh
        assert "check digit" in caution.en


@pytest.mark.parametrize(
    ("number", "cautioned"),
    [
        pytest.param("6222021234567894", False, id="a-card-whose-digit-fits"),
        pytest.param("6222021234567890", True, id="a-card-whose-digit-does-not"),
        pytest.param("6222021234567890123", True, id="nineteen-digits"),
        pytest.param("62220212345678901234", False, id="too-long-for-a-card"),
        pytest.param("4200123456789012345", False, id="a-corporate-account"),
        pytest.param("62-2202123456789012", False, id="hyphens-are-no-card"),
    ],
)
def test_luhn_is_for_cards_only(number: str, cautioned: bool) -> None:
    assert (card_caution(number) is not None) is cautioned


@pytest.mark.clause("hanyang/4.1.4")
def test_an_account_of_the_manuals_sample_is_taken_with_a_caution_at_most() -> None:
    """Its number has the look of a card and is none; nothing but a caution comes of it."""
    sample = Account(name="样例供应商", number="627019191117868888", bank_name="昆仑银行", cnaps="102100099995")
    assert [caution.where for caution in account_cautions(sample)] == ["number", "cnaps"]
    assert account_cautions(sample.model_copy(update={"number": "4200123456789", "cnaps": None})) == ()
