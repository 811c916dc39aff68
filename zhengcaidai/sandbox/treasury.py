"""国库集中支付: fund-use plans, payments checked before money leaves, returns (kunming/2.3.6, kunming/3.2)."""

from datetime import date

from sqlmodel import Session

from zhengcaidai.errors import Conflict, RuleBroken
from zhengcaidai.messages.accounts import Account, same_account_number
from zhengcaidai.messages.base import Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.orders import FundUsePlan, PaymentCheck, PaymentCheckAnswer
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.steps import PostPayment, ReturnPayment
from zhengcaidai.rules.organisations import treasury_of
from zhengcaidai.sandbox import treasury_books as books
from zhengcaidai.sandbox.budget import Budget, contract_row
from zhengcaidai.sandbox.credits import Credit, CreditReturn, CreditTaker
from zhengcaidai.sandbox.engine import Engine
from zhengcaidai.sandbox.ledger import Booked
from zhengcaidai.sandbox.outbox import EventView, Outbox
from zhengcaidai.sandbox.service import Service
from zhengcaidai.sandbox.treasury_books import Payment, PaymentRow, PaymentState, PlanRow, ReturnRow

__all__ = ["PayRequest", "ReturnRequest", "Treasury", "treasury_routes"]


class PayRequest(Frozen):
    """Pay on a plan; what is left open is as the plan says, and the whole of what is left of it."""

    payment_id: Identifier | None = None
    """The key. None: the plan's next number."""
    amount_fen: PositiveFen | None = None
    account_number: Text | None = None
    """To try another account than the plan's."""
    value_date: date | None = None


class ReturnRequest(Frozen):
    """退汇; what is left open: the whole of what is left of the payment, on the payment's value date."""

    return_id: Identifier | None = None
    """The key. None: the payment's next number."""
    amount_fen: PositiveFen | None = None
    value_date: date | None = None


class _PaymentOrder(Frozen):
    key: Identifier
    plan_number: Identifier
    amount_fen: PositiveFen
    account_number: Text
    value_date: date


class _ReturnOrder(Frozen):
    key: Identifier
    payment_id: Identifier
    amount_fen: PositiveFen
    value_date: date


class Treasury:
    """The treasury's ledger. It shares the budget system's file."""

    def __init__(self, budget: Budget, engine: Engine, outbox: Outbox, bank: CreditTaker) -> None:
        self._ledger = budget.ledger
        self._engine = engine
        self._outbox = outbox
        self._bank = bank

    def submit_plan(self, plan: FundUsePlan) -> Booked:
        """用款计划, into the contract's account only. Raises NotFound; RuleBroken; Conflict: the number is taken."""

        def keep(session: Session) -> Booked:
            account = Account.model_validate_json(contract_row(session, plan.filing_number).account)
            if not same_account_number(account.number, plan.account_number):
                raise RuleBroken(
                    "用款计划的收款账号不是合同的回款账户。",
                    "The plan does not pay into the contract's collection account.",
                    where="account_number",
                    right=account.masked,
                    clause="kunming/3.2",
                )
            if session.get(PlanRow, plan.plan_number) is not None:
                raise Conflict(
                    f"用款计划 {plan.plan_number} 已存在。", f"The plan {plan.plan_number} exists.", where="plan_number"
                )
            row = PlanRow(plan_number=plan.plan_number, loan_id=plan.loan_id, content=plan.model_dump_json())
            session.add(row)
            return Booked(key=plan.key)

        return self._ledger.once("submit_plan", plan, Booked, keep, about=plan.loan_id)

    def pay(self, plan_number: str, request: PayRequest) -> Payment:
        """支付: the engine is asked first, and only its yes lets money leave.

        Raises NotFound; OutsideDown: no answer, nothing was paid; RuleBroken: more than the plan; Conflict.
        """
        with self._ledger.read() as session:
            plan = books.plan_of(session, plan_number)
            contract = contract_row(session, plan.filing_number)
            known = session.get(PaymentRow, request.payment_id) if request.payment_id else None
            order = _payment_order(session, plan, request, known)
        staff = _staff_of(contract.region)
        answer = (
            PaymentCheckAnswer(check_id=f"chk-{order.key}", allowed=known.state != PaymentState.STOPPED)
            if known
            else self._engine.check_payment(_check(plan, order, Account.model_validate_json(contract.account)), staff)
        )
        loan_id = answer.loan_id or plan.loan_id

        def book(session: Session) -> Booked:
            if answer.allowed:
                books.refuse_more_than_plan(session, plan, order.amount_fen)
                step = PostPayment(payment_id=order.key, **order.model_dump(exclude={"key"}))
                self._outbox.put(session, self._engine.step(loan_id, step, staff, f"post-{order.key}"))
            row = PaymentRow(
                payment_id=order.key,
                loan_id=loan_id,
                region=contract.region,
                state=PaymentState.PAID if answer.allowed else PaymentState.STOPPED,
                reason_zh=answer.zh,
                reason_en=answer.en,
                clause=answer.clause,
                **order.model_dump(exclude={"key"}),
            )
            session.add(row)
            return Booked(key=order.key)

        self._ledger.once("pay", order, Booked, book, about=loan_id)
        return self._booked(order.key)

    def return_payment(self, payment_id: str, request: ReturnRequest) -> Payment:
        """退汇, of all or of a part. Raises NotFound; Conflict: the payment was stopped, or less of it is left."""
        with self._ledger.read() as session:
            order = _return_order(session, books.payment_row(session, payment_id), request)

        def book(session: Session) -> Booked:
            row = books.payment_row(session, payment_id)
            left_fen = books.left_of_payment(session, row)
            if order.amount_fen > left_fen:
                raise _nothing_to_return(payment_id, left_fen)
            if order.amount_fen == left_fen:
                row.state = PaymentState.RETURNED
                session.add(row)
            returned = order.model_dump(exclude={"key"})
            session.add(ReturnRow(return_id=order.key, **returned))
            step = ReturnPayment(return_id=order.key, **returned)
            self._outbox.put(
                session, self._engine.step(row.loan_id, step, _staff_of(row.region), f"return-{order.key}")
            )
            return Booked(key=order.key)

        self._ledger.once("return_payment", order, Booked, book)
        return self._booked(payment_id)

    def payments(self, loan_id: str | None = None) -> list[Payment]:
        """All payments, or those of a loan."""
        with self._ledger.read() as session:
            return [books.payment_view(session, row) for row in books.payment_rows(session, loan_id=loan_id)]

    def plans(self, loan_id: str | None = None) -> list[FundUsePlan]:
        """All fund-use plans, or those of a loan."""
        return self._ledger.registered("submit_plan", FundUsePlan, about=loan_id)

    def tell_bank_again(self) -> None:
        """After a start: the bank may have missed what was booked in the moment of the last end."""
        for payment in self.payments():
            self._tell_bank(payment)

    def _booked(self, payment_id: str) -> Payment:
        self._outbox.wake()
        with self._ledger.read() as session:
            payment = books.payment_view(session, books.payment_row(session, payment_id))
        self._tell_bank(payment)
        return payment

    def _tell_bank(self, payment: Payment) -> None:
        if payment.state is PaymentState.STOPPED:
            return
        of_payment = payment.model_dump(include={"payment_id", "loan_id", "amount_fen", "value_date"})
        self._bank.credited(Credit.model_validate(of_payment))
        with self._ledger.read() as session:
            returns = books.returns_of(session, payment.payment_id)
        for row in returns:
            self._bank.credit_returned(CreditReturn.model_validate(row.model_dump(exclude={"value_date"})))


def treasury_routes(service: Service, treasury: Treasury, outbox: Outbox) -> None:
    """Plans and payments under `/budget`."""

    @service.port.post("/plans")
    def submit_plan(plan: FundUsePlan) -> Booked:
        return treasury.submit_plan(plan)

    @service.counter.post("/plans/{plan_number}/pay")
    def pay(plan_number: str, request: PayRequest) -> Payment:
        return treasury.pay(plan_number, request)

    @service.counter.post("/payments/{payment_id}/return")
    def return_payment(payment_id: str, request: ReturnRequest) -> Payment:
        return treasury.return_payment(payment_id, request)

    @service.control.get("/plans")
    def plans(loan_id: str | None = None) -> list[FundUsePlan]:
        return treasury.plans(loan_id)

    @service.control.get("/payments")
    def payments(loan_id: str | None = None) -> list[Payment]:
        return treasury.payments(loan_id)

    @service.control.get("/outbox")
    def events() -> list[EventView]:
        return outbox.events()


def _staff_of(region: str) -> Principal:
    return Principal(user_id="payment-run", organisation_id=treasury_of(region), role=Role.TREASURY)


def _check(plan: FundUsePlan, order: _PaymentOrder, account: Account) -> PaymentCheck:
    is_contracts_account = same_account_number(account.number, order.account_number)
    return PaymentCheck(
        check_id=f"chk-{order.key}",
        filing_number=plan.filing_number,
        amount_fen=order.amount_fen,
        account_number=order.account_number,
        account_name=account.name if is_contracts_account else "",
    )


def _payment_order(session: Session, plan: FundUsePlan, request: PayRequest, known: PaymentRow | None) -> _PaymentOrder:
    number = len(books.payment_rows(session, plan_number=plan.plan_number)) + 1
    # A repeat by its key means the same money, though by now less is left of the plan.
    left_fen = known.amount_fen if known else books.left_of_plan(session, plan)
    amount_fen = request.amount_fen or left_fen or plan.amount_fen
    if known is None:
        books.refuse_more_than_plan(session, plan, amount_fen)
    return _PaymentOrder(
        key=request.payment_id or f"{plan.plan_number}-{number}",
        plan_number=plan.plan_number,
        amount_fen=amount_fen,
        account_number=request.account_number or plan.account_number,
        value_date=request.value_date or plan.pay_on,
    )


def _return_order(session: Session, payment: PaymentRow, request: ReturnRequest) -> _ReturnOrder:
    known = session.get(ReturnRow, request.return_id) if request.return_id else None
    number = len(books.returns_of(session, payment.payment_id)) + 1
    amount_fen = request.amount_fen or (known.amount_fen if known else books.left_of_payment(session, payment))
    if amount_fen == 0:
        raise _nothing_to_return(payment.payment_id, 0)
    return _ReturnOrder(
        key=request.return_id or f"{payment.payment_id}-return-{number}",
        payment_id=payment.payment_id,
        amount_fen=amount_fen,
        value_date=request.value_date or payment.value_date,
    )


def _nothing_to_return(payment_id: str, left_fen: int) -> Conflict:
    return Conflict(
        f"付款 {payment_id} 可退 {left_fen} 分。",
        f"Of the payment {payment_id}, {left_fen} fen can be returned.",
        where="amount_fen",
        right=f"≤ {left_fen}",
    )
