"""统一社会信用代码, mobile numbers, account numbers: what is taken, and what a person is told when it is not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from zhengcaidai.messages.identifiers import (
    AccountNumber,
    BankCode,
    Mobile,
    Uscc,
    account_number,
    mobile,
    uscc,
    uscc_check_character,
)
from zhengcaidai.messages.malformed import Malformed

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
EXAMPLE = "91350100M000100Y43"

codes = st.text(ALPHABET, min_size=17, max_size=17).map(lambda body: body + uscc_check_character(body))


@pytest.mark.clause("law/gb-32100#1")
@pytest.mark.parametrize(
    "typed", [EXAMPLE, EXAMPLE.lower(), " 9135 0100 M000 100Y 43 ", "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_the_standards_own_example_is_taken_however_it_is_typed(typed: str) -> None:
    assert uscc(typed) == EXAMPLE


@pytest.mark.clause("law/gb-32100#1")
@pytest.mark.parametrize("body", ["A1", "N2", "Y1", "11", "12", "51", "52", "53", "91", "92", "93"])
def test_every_registering_body_is_taken(body: str) -> None:
    code = f"{body}420105MA4K0001X"
    assert uscc(code + uscc_check_character(code))[:2] == body


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        pytest.param("91350100M000100Y4", "应为18位，现为17位", "has 18 characters, this has 17", id="too-short"),
        pytest.param("", "现为0位", "this has 0", id="empty"),
        pytest.param("9135O100M000100Y43", "第5位“O”", "Character 5 .*“O”", id="letter-o-for-zero"),
        pytest.param("91350100M000100Y4中", "第18位“中”", "Character 18", id="not-ascii"),
        pytest.param("91350100M000100Y44", "校验位不符", "check character", id="check-character"),
        pytest.param("91350100M001000Y43", "校验位不符", "check character", id="two-digits-swapped"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong_and_where(typed: str, zh: str, en: str) -> None:
    with pytest.raises(Malformed, match=en) as refusal:
        uscc(typed)
    assert zh in refusal.value.zh
    assert refusal.value.right


@pytest.mark.clause("law/gb-32100#1")
@pytest.mark.clause("hanyang/a1-3#1")
@pytest.mark.clause("hubei/2.5#1")
@given(code=codes, place=st.integers(0, 17), other=st.sampled_from(ALPHABET))
def test_any_one_mistyped_character_is_noticed(code: str, place: int, other: str) -> None:
    mistyped = code[:place] + other + code[place + 1 :]
    if mistyped == code:
        assert uscc(code) == code
    else:
        with pytest.raises(Malformed):
            uscc(mistyped)


@given(code=codes, place=st.integers(0, 16))
def test_any_two_neighbours_swapped_are_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped == code:
        assert uscc(code) == code
    else:
        with pytest.raises(Malformed):
            uscc(swapped)


@pytest.mark.parametrize(
    "typed", ["13800001234", "138 0000 1234", "+86 138-0000-1234", "008613800001234", "１３８００００１２３４"]
)
def test_a_mobile_number_is_kept_as_e164(typed: str) -> None:
    assert mobile(typed) == "+8613800001234"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("027-84468888", id="landline"),
        pytest.param("1380000123", id="a-digit-short"),
        pytest.param("138000012345", id="a-digit-long"),
        pytest.param("+85291234567", id="not-the-mainland"),
        pytest.param("13800001234;ext=5", id="extension"),
        pytest.param("12345678901", id="no-such-range"),
        pytest.param("not a number", id="text"),
        pytest.param("1380000CALL", id="letters-for-keys"),
        pytest.param("", id="empty"),
    ],
)
def test_what_is_no_mainland_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(Malformed, match="mobile number of mainland China") as refusal:
        mobile(typed)
    assert "手机号码" in refusal.value.zh


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("6270 1919 1117 8676 78", "627019191117867678"),
        ("0012345678", "0012345678"),
        ("44-123401040001234", "44-123401040001234"),
        ("６２７０１９１９", "62701919"),
        ("nra8110701012345", "NRA8110701012345"),
    ],
)
def test_an_account_number_is_text_without_spaces(typed: str, kept: str) -> None:
    assert account_number(typed) == kept


@pytest.mark.parametrize(
    "typed", ["12345", "1" * 33, "1234--5678", "-12345678", "123456789.0", "6.27E+17", "账号12345678", ""]
)
def test_what_cannot_be_an_account_number_is_refused(typed: str) -> None:
    with pytest.raises(Malformed, match="6 to 32 digits or letters") as refusal:
        account_number(typed)
    assert "银行账号" in refusal.value.zh


@pytest.mark.parametrize("field", [Uscc, Mobile, AccountNumber, BankCode])
def test_a_number_is_never_taken_for_an_identifier(field: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(field).validate_python(627019191117867678)
    told = refusal.value.errors()[0]["ctx"]["error"]
    assert isinstance(told, Malformed)
    assert "文本" in told.zh


@pytest.mark.parametrize("field", [Uscc, Mobile, AccountNumber])
def test_an_identifier_of_a_field_is_checked_and_normalised(field: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(field).validate_json('"???"')
    assert isinstance(refusal.value.errors()[0]["ctx"]["error"], Malformed)


@pytest.mark.parametrize("code", ["10210009999", "1021000999966", "10210009999X", "102 100 099 996"])
def test_a_bank_code_is_twelve_digits(code: str) -> None:
    with pytest.raises(ValidationError, match="string_pattern_mismatch"):
        TypeAdapter(BankCode).validate_python(code)
