"""Identifiers that carry their own check: 统一社会信用代码, mobile numbers, bank account numbers, 支付系统行号."""

import re
import unicodedata
from functools import lru_cache
from typing import Annotated

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType
from pydantic import AfterValidator, BeforeValidator, Field

from zhengcaidai.messages.malformed import Malformed

__all__ = [
    "AccountNumber",
    "BankCode",
    "Mobile",
    "Uscc",
    "account_number",
    "mobile",
    "uscc",
    "uscc_check_character",
]

_USCC_LENGTH = 18
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, position, 31) for position in range(_USCC_LENGTH - 1))
_SPACES = re.compile(r"\s+")
_MAINLAND = 86
_DIALLED = re.compile(r"[+0-9 ()-]+")
_ACCOUNT_NUMBER = re.compile(r"(?=.{6,32}$)[0-9A-Z](?:-?[0-9A-Z])*")


def _plain(text: str) -> str:
    """Full-width characters as half-width ones, no spaces, capitals: what a person meant, however it was typed."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def uscc_check_character(body: str) -> str:
    """The 18th character for the first 17 (GB 32100-2015: weights 3^(i-1) mod 31, remainder to 31)."""
    total = sum(_USCC_VALUE[character] * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[-total % 31]


def uscc(text: str) -> str:
    """统一社会信用代码 (GB 32100-2015): 18 characters and a check character, whichever body registered it.

    Raises Malformed: the length, the first wrong character and its place, or the check character.
    """
    code = _plain(text)
    if len(code) != _USCC_LENGTH:
        raise Malformed(
            f"统一社会信用代码应为18位，现为{len(code)}位。",
            f"A unified social credit code has 18 characters, this has {len(code)}.",
            right="18位数字或大写字母 / 18 digits or capitals, e.g. 91350100M000100Y43",
        )
    for place, character in enumerate(code, start=1):
        if character not in _USCC_VALUE:
            raise Malformed(
                f"统一社会信用代码第{place}位“{character}”不是允许的字符。",
                f"Character {place} of the unified social credit code, “{character}”, is not one of those allowed.",
                right="数字，或除 I、O、S、V、Z 以外的大写字母 / a digit, or a capital other than I, O, S, V, Z",
            )
    if code[-1] != uscc_check_character(code[:-1]):
        raise Malformed(
            "统一社会信用代码校验位不符，请核对是否有误录。",
            "The check character of the unified social credit code does not fit: a character was probably mistyped.",
            right="与营业执照上的18位代码一致 / the 18 characters as on the business licence",
        )
    return code


@lru_cache(maxsize=1024)
def mobile(text: str) -> str:
    """手机号码 of the mainland, as E.164: `138 0000 1234` → `+8613800001234`.

    Raises Malformed for anything that is not a mainland mobile number, a landline or an extension among them.
    """
    number = _dialled(unicodedata.normalize("NFKC", text))
    if number is None or number.country_code != _MAINLAND or phonenumbers.number_type(number) != PhoneNumberType.MOBILE:
        raise Malformed(
            "不是有效的中国大陆手机号码。",
            "This is not a mobile number of mainland China.",
            right="11位手机号码，可带 +86 / 11 digits, +86 in front is allowed, e.g. 13800001234",
        )
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _dialled(text: str) -> PhoneNumber | None:
    if not _DIALLED.fullmatch(text):  # the library would read letters as the keys they stand on
        return None
    try:
        return phonenumbers.parse(text, "CN")
    except NumberParseException:
        return None


def account_number(text: str) -> str:
    """银行账号 as text: spaces dropped, full-width digits made half-width, leading zeros and hyphens kept as printed.

    Raises Malformed unless 6 to 32 digits or capitals are left, single hyphens between them allowed.
    """
    number = _plain(text)
    if not _ACCOUNT_NUMBER.fullmatch(number):
        raise Malformed(
            f"银行账号应为6至32位数字或字母（可含连字符），现为{len(number)}位或含有其他字符。",
            "A bank account number has 6 to 32 digits or letters, hyphens between them allowed; "
            f"this has {len(number)} characters, or others than those.",
            right="开户许可证或开户信息上的账号 / the number as on the account opening certificate",
        )
    return number


def _text_only(value: object) -> object:
    if isinstance(value, int | float):
        raise Malformed(
            "账号、代码和号码应为文本，不能是数值（数值会丢失前导零和末位）。",
            "Account numbers, codes and phone numbers are text: a number loses leading zeros and last digits.",
            right='加引号的文本 / text in quotes, e.g. "0123456789"',
        )
    return value


Uscc = Annotated[str, BeforeValidator(_text_only), Field(max_length=40), AfterValidator(uscc)]
"""统一社会信用代码, checked (see `uscc`)."""

Mobile = Annotated[str, BeforeValidator(_text_only), Field(max_length=40), AfterValidator(mobile)]
"""A mainland mobile number in E.164 (see `mobile`)."""

AccountNumber = Annotated[str, BeforeValidator(_text_only), Field(max_length=80), AfterValidator(account_number)]
"""A bank account number as text (see `account_number`)."""

BankCode = Annotated[str, BeforeValidator(_text_only), Field(pattern=r"^[0-9]{12}$")]
"""支付系统行号 (CNAPS, 联行号): 12 digits; the check digit among them is not checked."""
