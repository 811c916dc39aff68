"""网上银行核心: takes applications, disburses, books sweeps, each once for a key (kunming/2.3.2, 2.3.5, 2.3.6)."""

from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from zhengcaidai.errors import Conflict
from zhengcaidai.messages.base import Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.orders import (
    ApplicationPush,
    DisbursementOrder,
    DisbursementReceipt,
    SweepOrder,
)
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.steps import PostPayment
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.autopilot import Policy, PolicyMode, decide, policy_of, set_policy
from zhengcaidai.sandbox.bank_books import (
    BankTable,
    CreditReturnRow,
    CreditRow,
    DisbursementRow,
    LedgerView,
    book_entries,
    ledger_view,
)
from zhengcaidai.sandbox.bank_office import supplier_account
from zhengcaidai.sandbox.credits import Credit, CreditReturn
from zhengcaidai.sandbox.engine import Engine
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.outbox import EventView, Outbox
from zhengcaidai.sandbox.samples import BankSample
from zhengcaidai.sandbox.service import Service

__all__ = ["Bank", "bank_routes", "open_bank_ledger"]


class Deposit(Frozen):
    """存入: the supplier itself pays money into the locked account, to repay early."""

    payment_id: Identifier
    """The key."""
    loan_id: Identifier
    amount_fen: PositiveFen
    account_number: Text
    value_date: date

    @property
    def key(self) -> str:
        """The payment's own number."""
        return self.payment_id


def open_bank_ledger(state_dir: Path, bank_id: str) -> LedgerFile:
    """The bank's file."""
    return LedgerFile(state_dir / f"bank-{bank_id}.sqlite", BankTable.metadata)


class Bank:
    """One online bank."""

    def __init__(self, sample: BankSample, ledger: LedgerFile, engine: Engine, outbox: Outbox) -> None:
        self._sample = sample
        self._file = ledger
        self._engine = engine
        self.outbox = outbox

    def take_application(self, push: ApplicationPush) -> Booked:
        """推送申请; on autopilot the decision follows by itself. Raises Conflict: for another bank."""
        self._refuse_other_bank(push.application.bank_id)

        def take(session: Session) -> Booked:
            policy = policy_of(session)
            if policy.mode is PolicyMode.AUTOPILOT:
                supplier = push.application.supplier
                account = supplier_account(session, self._sample, supplier.name, supplier.uscc)
                decide(session, policy, push, account, engine=self._engine, outbox=self.outbox)
            return Booked(key=push.key)

        booked = self._file.once("push_application", push, Booked, take, about=push.application.loan_id)
        self.outbox.wake()
        return booked

    def disburse(self, order: DisbursementOrder) -> DisbursementReceipt:
        """放款, value-dated on the day of the order. Raises Conflict: another bank's; paid out under another key."""
        self._refuse_other_bank(order.bank_id)

        def pay_out(session: Session) -> DisbursementReceipt:
            rows = session.exec(select(DisbursementRow)).all()
            if any(row.loan_id == order.loan_id for row in rows):
                raise Conflict(
                    f"融资 {order.loan_id} 已放款。",
                    f"The loan {order.loan_id} was disbursed before, under another key.",
                    where="loan_id",
                    right="一笔融资只放款一次 / one loan, one disbursement",
                )
            value_date = order.ordered_at.astimezone(SHANGHAI).date()
            receipt = DisbursementReceipt(
                key=order.key,
                bank_reference=f"FK{value_date:%Y%m%d}{len(rows) + 1:06d}",
                amount_fen=order.amount_fen,
                value_date=value_date,
            )
            row = DisbursementRow(loan_id=order.loan_id, account_number=order.to_account.number, **receipt.model_dump())
            session.add(row)
            return receipt

        return self._file.once("disburse", order, DisbursementReceipt, pay_out, about=order.loan_id)

    def sweep(self, order: SweepOrder) -> Booked:
        """扣款还贷. Raises Conflict, RuleBroken: the entries do not balance."""
        self._refuse_other_bank(order.bank_id)

        def book(session: Session) -> Booked:
            book_entries(session, order.loan_id, order.entries)
            return Booked(key=order.key)

        return self._file.once("sweep", order, Booked, book, about=order.loan_id)

    def deposit(self, deposit: Deposit) -> Booked:
        """Take money from the supplier and tell the engine. Raises Conflict."""
        staff = Principal(user_id="counter", organisation_id=self._sample.bank_id, role=Role.BANK)

        def take(session: Session) -> Booked:
            step = PostPayment.model_validate(deposit.model_dump(exclude={"loan_id"}))
            self.outbox.put(session, self._engine.step(deposit.loan_id, step, staff, f"deposit-{deposit.payment_id}"))
            session.add(CreditRow.model_validate(deposit.model_dump(exclude={"account_number"})))
            return Booked(key=deposit.payment_id)

        booked = self._file.once("deposit", deposit, Booked, take, about=deposit.loan_id)
        self.outbox.wake()
        return booked

    def credited(self, credit: Credit) -> None:
        """The treasury paid into the account of a loan; another bank's loan is not this bank's affair."""
        with self._file.write() as session:
            loan = select(DisbursementRow).where(DisbursementRow.loan_id == credit.loan_id)
            if session.exec(loan).one_or_none() and session.get(CreditRow, credit.payment_id) is None:
                session.add(CreditRow.model_validate(credit.model_dump()))

    def credit_returned(self, returned: CreditReturn) -> None:
        """The treasury took money back."""
        with self._file.write() as session:
            known = session.get(CreditReturnRow, returned.return_id)
            if known is None and session.get(CreditRow, returned.payment_id) is not None:
                session.add(CreditReturnRow.model_validate(returned.model_dump()))

    def policy(self) -> Policy:
        """How applications are answered."""
        with self._file.read() as session:
            return policy_of(session)

    def set_policy(self, policy: Policy) -> Policy:
        """From the next application on."""
        with self._file.write() as session:
            set_policy(session, policy)
        return policy

    def ledger(self, loan_id: str | None) -> LedgerView:
        """What was paid out, what came in, how it was spread."""
        with self._file.read() as session:
            return ledger_view(session, self._sample.bank_id, loan_id)

    def applications(self, loan_id: str | None) -> list[ApplicationPush]:
        """Applications in order of arrival."""
        return self._file.registered("push_application", ApplicationPush, about=loan_id)

    def _refuse_other_bank(self, bank_id: str) -> None:
        if bank_id != self._sample.bank_id:
            raise Conflict(
                f"本行为 {self._sample.bank_id}，不受理发往 {bank_id} 的请求。",
                f"This is {self._sample.bank_id}; the request is for {bank_id}.",
                where="bank_id",
                right=self._sample.bank_id,
            )


def bank_routes(service: Service, bank: Bank) -> None:
    """`/banks/{bank_id}`."""
    _control_routes(service, bank)

    @service.port.post("/applications")
    def push_application(push: ApplicationPush) -> Booked:
        return bank.take_application(push)

    @service.port.post("/disbursements")
    def disburse(order: DisbursementOrder) -> DisbursementReceipt:
        return bank.disburse(order)

    @service.port.post("/sweeps")
    def sweep(order: SweepOrder) -> Booked:
        return bank.sweep(order)


def _control_routes(service: Service, bank: Bank) -> None:
    @service.control.get("/ledger")
    def ledger(loan_id: str | None = None) -> LedgerView:
        return bank.ledger(loan_id)

    @service.control.get("/applications")
    def applications(loan_id: str | None = None) -> list[ApplicationPush]:
        return bank.applications(loan_id)

    @service.control.post("/deposits")
    def deposit(deposit: Deposit) -> Booked:
        return bank.deposit(deposit)

    @service.control.get("/policy")
    def policy() -> Policy:
        return bank.policy()

    @service.control.put("/policy")
    def set_policy(policy: Policy) -> Policy:
        return bank.set_policy(policy)

    @service.control.get("/outbox")
    def events() -> list[EventView]:
        return bank.outbox.events()
