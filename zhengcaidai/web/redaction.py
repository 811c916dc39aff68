"""掩码: what a message shows to a party that need not know its account and telephone numbers."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar, cast

from pydantic import BaseModel

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.masking import masked_account_number, masked_mobile
from zhengcaidai.messages.parties import Role

__all__ = ["Sensitive", "known_to", "redacted"]

T = TypeVar("T")


class Sensitive(StrEnum):
    """What is masked unless it is needed."""

    ACCOUNT = "account"
    MOBILE = "mobile"


_NEEDED: dict[Role, frozenset[Sensitive]] = {
    Role.SUPPLIER: frozenset(Sensitive),
    Role.BANK: frozenset(Sensitive),
    Role.PURCHASER: frozenset({Sensitive.ACCOUNT}),
    Role.TREASURY: frozenset({Sensitive.ACCOUNT}),
}
"""The supplier and its lender know both; who pays the contract knows where to; nobody else needs either."""

_BY_NAME: dict[str, tuple[Sensitive, Callable[[str], str]]] = {
    "account_number": (Sensitive.ACCOUNT, masked_account_number),
    "mobile": (Sensitive.MOBILE, masked_mobile),
    "head_office_mobile": (Sensitive.MOBILE, masked_mobile),
    "contact_mobile": (Sensitive.MOBILE, masked_mobile),
}


def known_to(role: Role) -> frozenset[Sensitive]:
    """What that party of a loan needs to know of it."""
    return _NEEDED.get(role, frozenset())


def redacted(part: T, known: frozenset[Sensitive]) -> T:
    """The same, with what is not known masked, at whatever depth it stands."""
    if known == frozenset(Sensitive):
        return part
    return _redacted(part, known)


def _redacted(part: T, known: frozenset[Sensitive]) -> T:
    if isinstance(part, tuple):
        return tuple(_redacted(each, known) for each in part)  # type: ignore[return-value]
    if not isinstance(part, BaseModel):
        return part
    changed: dict[str, object] = {}
    for name, value in part:
        if isinstance(part, Account) and name == "number" and Sensitive.ACCOUNT not in known:
            changed[name] = masked_account_number(value)
        elif name in _BY_NAME and isinstance(value, str):
            sensitive, mask = _BY_NAME[name]
            changed[name] = value if sensitive in known else mask(value)
        else:
            changed[name] = _redacted(value, known)
    return cast(T, cast(BaseModel, part).model_copy(update=changed))
