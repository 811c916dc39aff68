"""Money that reaches an account and goes back, as the treasury tells the bank at which the account is kept."""

from datetime import date
from typing import Protocol

from zhengcaidai.messages.base import Frozen, Identifier, PositiveFen

__all__ = ["Credit", "CreditReturn", "CreditTaker"]


class Credit(Frozen):
    """入账: money that reached an account."""

    payment_id: Identifier
    loan_id: Identifier
    amount_fen: PositiveFen
    value_date: date


class CreditReturn(Frozen):
    """退汇: money of a credit that went back."""

    return_id: Identifier
    payment_id: Identifier
    amount_fen: PositiveFen


class CreditTaker(Protocol):
    """The bank. Telling it again changes nothing."""

    def credited(self, credit: Credit) -> None:
        """Money has come in."""
        ...

    def credit_returned(self, returned: CreditReturn) -> None:
        """Money has gone back."""
        ...
