"""Payments that the treasury had checked (付款校验), and those that were stopped (kunming/3.2, luoyang/2.3)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from zhengcaidai.errors import Conflict
from zhengcaidai.messages.masking import masked_account_number
from zhengcaidai.messages.orders import PaymentCheck, PaymentCheckAnswer
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import LoanRow, PaymentCheckRow

__all__ = ["PaymentChecks", "StoppedPayment"]

_NEWEST_FIRST = Keyset(PaymentCheckRow, "checked_at", "organisation_id", "check_id", newest_first=True)


@dataclass(frozen=True)
class StoppedPayment:
    """拦截付款: what was stopped and why; of the account, the last four characters."""

    filing_number: str
    amount_fen: int
    account_masked: str
    answer: PaymentCheckAnswer
    checked_at: datetime
    by: Principal
    """Who asked."""


class PaymentChecks:
    """All methods raise OutsideDown while the database cannot be reached. A check's number is that of whoever asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answered(self, by: Principal, check: PaymentCheck) -> PaymentCheckAnswer | None:
        """The answer that this organisation was given before; None if the check is new.

        Raises Conflict if the organisation used the number for another payment.
        """
        async with self._database.reading() as session:
            row = await session.get(PaymentCheckRow, (by.organisation_id, check.check_id))
        return _first_answer(row, check) if row else None

    async def log(
        self, by: Principal, check: PaymentCheck, answer: PaymentCheckAnswer, at: datetime
    ) -> PaymentCheckAnswer:
        """Keep the answer; returns what is to be said, of two at once the first. Raises Conflict as `answered` does."""
        put = self._database.insert(PaymentCheckRow).values(
            organisation_id=by.organisation_id,
            check_id=check.check_id,
            user_id=by.user_id,
            filing_number=check.filing_number,
            loan_id=answer.loan_id,
            amount_fen=check.amount_fen,
            allowed=answer.allowed,
            checked_at=at,
            payment=check,
            answer=answer,
        )
        async with self._database.writing() as session:
            await session.exec(put.on_conflict_do_nothing())
            row = await session.get_one(PaymentCheckRow, (by.organisation_id, check.check_id))
        return _first_answer(row, check)

    async def stopped(self, scope: Scope, page: PageRequest) -> Page[StoppedPayment]:
        """Those stopped for the loans within reach, the newest first. Raises InvalidInput for another list's cursor."""
        query = (
            select(PaymentCheckRow)
            .join(LoanRow, col(LoanRow.loan_id) == col(PaymentCheckRow.loan_id))
            .where(~col(PaymentCheckRow.allowed), scope.loans())
        )
        async with self._database.reading() as session:
            rows = (await session.exec(_NEWEST_FIRST.page_of(query, page))).all()
        return _NEWEST_FIRST.cut(rows, page, _stopped)


def _first_answer(row: PaymentCheckRow, check: PaymentCheck) -> PaymentCheckAnswer:
    if row.payment != check:
        raise Conflict(
            f"付款校验编号“{check.check_id}”已用于另一笔付款。",
            f"The check number “{check.check_id}” was used for another payment.",
            where="check_id",
            right="每笔付款使用新的编号 / a new number for each payment",
        )
    return row.answer


def _stopped(row: PaymentCheckRow) -> StoppedPayment:
    return StoppedPayment(
        filing_number=row.filing_number,
        amount_fen=row.amount_fen,
        account_masked=masked_account_number(row.payment.account_number),
        answer=row.answer,
        checked_at=row.checked_at,
        by=Principal(user_id=row.user_id, organisation_id=row.organisation_id, role=Role.TREASURY),
    )
