"""回款账户: when two accounts are one, and what is shown of them."""

import pytest

from zhengcaidai.messages.accounts import Account

KUNLUN = Account(name="样例供应商", number="627019191117867678", bank_name="昆仑银行")


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize(
    ("number", "bank_name", "cnaps", "same"),
    [
        pytest.param("627019191117867678", "昆仑银行", None, True, id="the-same"),
        pytest.param("6270 1919-1117 8676 78", "昆仑银行西安分行", None, True, id="printed-otherwise"),
        pytest.param("627019191117868888", "昆仑银行", None, False, id="another-number"),
        pytest.param("0627019191117867678", "昆仑银行", None, False, id="leading-zero-counts"),
        pytest.param("627019191117867678", "昆仑银行", "102100099996", True, id="bank-code-known-on-one-side"),
    ],
)
def test_two_accounts_are_one_by_their_number(number: str, bank_name: str, cnaps: str | None, same: bool) -> None:
    other = Account(name="样例供应商", number=number, bank_name=bank_name, cnaps=cnaps)
    assert KUNLUN.same_as(other) is same
    assert other.same_as(KUNLUN) is same


def test_the_same_number_under_two_bank_codes_is_two_accounts() -> None:
    one = KUNLUN.model_copy(update={"cnaps": "102100099996"})
    other = KUNLUN.model_copy(update={"cnaps": "105100000017"})
    assert one.same_as(one)
    assert not one.same_as(other)


def test_a_list_shows_the_bank_and_the_last_four_characters() -> None:
    assert KUNLUN.masked == "昆仑银行 ****7678"
