"""Identifiers beyond their form (`messages/identifiers`): what deserves a second look but is not refused (提示)."""

import re
from collections.abc import Mapping

from zhengcaidai.messages.accounts import Account, Caution

__all__ = ["account_cautions", "card_caution", "cautions_in", "cnaps_caution"]

_CARD = re.compile(r"62[0-9]{14,17}")


def cautions_in(said: Mapping[str, object]) -> tuple[Caution, ...]:
    """Of every account among the fields of what a party says; `where` names the field and what it is in it."""
    return tuple(
        caution.model_copy(update={"where": f"{name}.{caution.where}"})
        for name, value in said.items()
        if isinstance(value, Account)
        for caution in account_cautions(value)
    )


def account_cautions(account: Account) -> tuple[Caution, ...]:
    """All that deserves a second look in an account before it is sealed into a form or a contract (hanyang/4.1.4)."""
    found = (card_caution(account.number), cnaps_caution(account.cnaps) if account.cnaps else None)
    return tuple(caution for caution in found if caution is not None)


def cnaps_caution(code: str) -> Caution | None:
    """支付系统行号: whether the 12th digit is not the check digit of the others (ISO 7064 MOD 11,10, GB/T 17710)."""
    product = 10
    for digit in code[:-1]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    if (product + int(code[-1])) % 10 == 1:
        return None
    return Caution(
        where="cnaps",
        zh="支付系统行号的校验位不符，请核对。",
        en="The check digit of the bank code does not fit: please compare it with the bank's own.",
    )


def card_caution(number: str) -> Caution | None:
    """银行卡号: whether a card's number (62…, 16 to 19 digits) fails Luhn. Corporate accounts have no such check."""
    if not _CARD.fullmatch(number) or _passes_luhn(number):
        return None
    return Caution(
        where="number",
        zh="该账号形似银行卡号，但校验位不符；如为对公账号可忽略。",
        en="This looks like a card number whose check digit does not fit; a corporate account may look so too.",
    )


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
