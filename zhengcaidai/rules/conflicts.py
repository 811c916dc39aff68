"""What a money event may not contradict, and what the party that sent it is told."""

from zhengcaidai.errors import Conflict
from zhengcaidai.messages.money import MoneyEvent

__all__ = ["ConflictingPayment"]


class ConflictingPayment(Conflict):
    """An event contradicts one already in the ledger; nothing is posted."""

    @classmethod
    def of_content(cls, known: MoneyEvent, event: MoneyEvent) -> "ConflictingPayment":
        """The key is known with other content."""
        right = "更正须先退汇，再以新编号入账 / undo it by a return, then post the right one under a key of its own"
        if known.returns is not None:
            right = "另一笔退汇须用新的编号 / another return has a number of its own"
        return cls(
            f"付款编号 {event.key} 已按另一内容入账"
            f"（{known.kind}，{known.amount_fen} 分，起息日 {known.value_date}）。",
            f"Payment {event.key} is already booked with other content ({known.kind}, {known.amount_fen} fen, "
            f"value date {known.value_date}).",
            where="key",
            right=right,
        )

    @classmethod
    def of_amount(cls, returned: MoneyEvent, undone: MoneyEvent) -> "ConflictingPayment":
        """More is returned than came."""
        return cls(
            f"退汇 {returned.key} 的 {returned.amount_fen} 分，连同此前退汇，"
            f"超过原款 {undone.key} 的 {undone.amount_fen} 分。",
            f"Return {returned.key} of {returned.amount_fen} fen, with those before it, is more than the "
            f"{undone.amount_fen} fen of {undone.key}.",
            where="amount_fen",
            right="不超过原款尚未退回的金额 / at most what has not been returned yet",
        )

    @classmethod
    def of_return(cls, returned: MoneyEvent, undone: MoneyEvent) -> "ConflictingPayment":
        """A return is to be returned."""
        return cls(
            f"{returned.key} 所指的 {undone.key} 本身是退汇，不能再退。",
            f"{returned.key} would return {undone.key}, which is a return itself.",
            where="returns",
            right="款项再次到账时，以新的付款编号入账 / when the money comes again, post it under a key of its own",
        )
