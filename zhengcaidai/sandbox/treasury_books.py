"""The treasury's tables, in the budget system's file, and what is read from them: plans, payments, returns."""

from datetime import date
from enum import StrEnum

from sqlmodel import Field, Session, col, select

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.base import Frozen, Identifier, PositiveFen
from zhengcaidai.messages.orders import FundUsePlan
from zhengcaidai.sandbox.budget import BudgetTable
from zhengcaidai.sandbox.service import not_found

__all__ = [
    "Payment",
    "PaymentRow",
    "PaymentState",
    "PlanRow",
    "ReturnRow",
    "left_of_payment",
    "left_of_plan",
    "payment_row",
    "payment_rows",
    "payment_view",
    "plan_of",
    "refuse_more_than_plan",
    "returns_of",
]


class PaymentState(StrEnum):
    """How a payment stands."""

    PAID = "paid"
    STOPPED = "stopped"
    """拦截: the engine said no; nothing was paid."""
    RETURNED = "returned"
    """退汇, wholly."""


class PlanRow(BudgetTable, table=True):
    """用款计划."""

    plan_number: str = Field(primary_key=True)
    loan_id: str = Field(index=True)
    content: str


class PaymentRow(BudgetTable, table=True):
    """国库支付台账: what was paid and what was stopped. The payment's id is the key."""

    payment_id: str = Field(primary_key=True)
    plan_number: str = Field(index=True)
    loan_id: str = Field(index=True)
    region: str
    amount_fen: int
    account_number: str
    value_date: date
    state: str
    reason_zh: str = ""
    reason_en: str = ""
    clause: str | None = None


class ReturnRow(BudgetTable, table=True):
    """退汇台账."""

    return_id: str = Field(primary_key=True)
    payment_id: str = Field(index=True)
    amount_fen: int
    value_date: date


class Payment(Frozen):
    """A payment as the treasury's ledger has it."""

    payment_id: Identifier
    plan_number: Identifier
    loan_id: Identifier
    amount_fen: PositiveFen
    returned_fen: int
    account_number: str
    value_date: date
    state: PaymentState
    reason_zh: str
    reason_en: str
    clause: str | None


def plan_of(session: Session, plan_number: str) -> FundUsePlan:
    """The plan. Raises NotFound."""
    row = session.get(PlanRow, plan_number)
    if row is None:
        raise not_found(f"没有用款计划 {plan_number}。", f"There is no plan {plan_number}.")
    return FundUsePlan.model_validate_json(row.content)


def payment_row(session: Session, payment_id: str) -> PaymentRow:
    """The payment's row. Raises NotFound."""
    row = session.get(PaymentRow, payment_id)
    if row is None:
        raise not_found(f"没有付款 {payment_id}。", f"There is no payment {payment_id}.")
    return row


def payment_rows(session: Session, *, loan_id: str | None = None, plan_number: str | None = None) -> list[PaymentRow]:
    """Payments, stopped ones among them, in order of value date."""
    query = select(PaymentRow).order_by(col(PaymentRow.value_date), col(PaymentRow.payment_id))
    if loan_id is not None:
        query = query.where(PaymentRow.loan_id == loan_id)
    if plan_number is not None:
        query = query.where(PaymentRow.plan_number == plan_number)
    return list(session.exec(query))


def returns_of(session: Session, payment_id: str) -> list[ReturnRow]:
    """What was returned of a payment."""
    return list(session.exec(select(ReturnRow).where(ReturnRow.payment_id == payment_id)))


def left_of_payment(session: Session, row: PaymentRow) -> int:
    """What a payment moved and was not returned, in fen; nothing of a stopped one."""
    if row.state == PaymentState.STOPPED:
        return 0
    return row.amount_fen - sum(each.amount_fen for each in returns_of(session, row.payment_id))


def left_of_plan(session: Session, plan: FundUsePlan) -> int:
    """What may still be paid on a plan, in fen."""
    rows = payment_rows(session, plan_number=plan.plan_number)
    return plan.amount_fen - sum(left_of_payment(session, row) for row in rows)


def refuse_more_than_plan(session: Session, plan: FundUsePlan, amount_fen: int) -> None:
    """Raises RuleBroken: the plan has less left."""
    left_fen = left_of_plan(session, plan)
    if amount_fen > left_fen:
        raise RuleBroken(
            f"用款计划 {plan.plan_number} 余额 {left_fen} 分，不足以支付 {amount_fen} 分。",
            f"Of the plan {plan.plan_number}, {left_fen} fen are left, less than {amount_fen}.",
            where="amount_fen",
            right=f"≤ {left_fen}",
        )


def payment_view(session: Session, row: PaymentRow) -> Payment:
    """The payment with what was returned of it."""
    returned_fen = sum(each.amount_fen for each in returns_of(session, row.payment_id))
    return Payment.model_validate(row.model_dump(exclude={"region"}) | {"returned_fen": returned_fen})
