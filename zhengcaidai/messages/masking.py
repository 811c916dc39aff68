"""掩码: what lists and logs show of account and mobile numbers; never enough to use them."""

import re

__all__ = ["masked_account_number", "masked_mobile", "masked_numbers"]

_MAINLAND = "+86"
_SHORT_NUMBER = 6
_SHORT_MOBILE = 9
_LONG_NUMBER = re.compile(r"(?<![A-Za-z0-9])\d{7,}(?![A-Za-z0-9])")
"""In a sentence that a person wrote: an account, a telephone; never a date, an amount or a loan's number with its letter."""


def masked_account_number(number: str) -> str:
    """账号: its last four characters; `622202…8888` → `****8888`. Six or fewer characters show nothing."""
    return f"****{number[-4:]}" if len(number) > _SHORT_NUMBER else "****"


def masked_mobile(mobile: str) -> str:
    """手机号: the first three and the last four digits; `+8613800001234` → `138****1234`."""
    digits = mobile.removeprefix(_MAINLAND)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > _SHORT_MOBILE else "****"


def masked_numbers(text: str) -> str:
    """A sentence that a person wrote, its long numbers masked: `账号6222020088888888不符` → `账号****8888不符`."""
    return _LONG_NUMBER.sub(lambda found: masked_account_number(found.group()), text)
