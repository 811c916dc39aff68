"""预算管理一体化系统: collection accounts, their locks and changes (luoyang/2.3, kunming/2.3.5, hanyang/4.1.4)."""

from pathlib import Path

from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from zhengcaidai.errors import Conflict, RuleBroken
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.orders import AccountLockOrder, AccountUpdate
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.service import Service, not_found

__all__ = ["Budget", "BudgetTable", "account_routes", "contract_row"]


class BudgetTable(SQLModel, registry=registry()):
    """Tables of the budget system and of the treasury behind it, which share one file."""


class BudgetContract(BudgetTable, table=True):
    """A contract's collection account and the loan to which it is locked."""

    filing_number: str = Field(primary_key=True)
    region: str
    account: str
    locked_to: str | None = None


class AccountState(Frozen):
    """A contract's account as the budget system shows it."""

    filing_number: FilingNumber
    region: str
    account: Account
    locked_to: Identifier | None


class Budget:
    """The budget system's ledger of accounts and locks."""

    def __init__(self, state_dir: Path) -> None:
        self.ledger = LedgerFile(state_dir / "budget.sqlite", BudgetTable.metadata)

    def contract_filed(self, contract: Contract) -> None:
        """Take over a filed contract; a known one stays as it is."""
        with self.ledger.write() as session:
            if session.get(BudgetContract, contract.filing_number) is None:
                account = contract.collection_account.model_dump_json()
                row = BudgetContract(filing_number=contract.filing_number, region=contract.region, account=account)
                session.add(row)

    def state(self, filing_number: str) -> AccountState:
        """Account and lock. Raises NotFound."""
        with self.ledger.read() as session:
            row = contract_row(session, filing_number)
            return AccountState(
                filing_number=row.filing_number,
                region=row.region,
                account=Account.model_validate_json(row.account),
                locked_to=row.locked_to,
            )

    def change_account(self, update: AccountUpdate) -> Booked:
        """账户变更. Raises NotFound; RuleBroken: locked to a loan that did not ask; Conflict: another old account."""

        def change(session: Session) -> Booked:
            row = contract_row(session, update.filing_number)
            if row.locked_to is not None and row.locked_to != update.loan_id:
                raise RuleBroken(
                    f"合同 {row.filing_number} 的账户已锁定于融资 {row.locked_to}，不得变更。",
                    f"The account of {row.filing_number} is locked to the loan {row.locked_to} and stays.",
                    where="filing_number",
                    right="由该笔融资提出 / a change asked for by that loan",
                    clause="luoyang/2.3",
                )
            if not Account.model_validate_json(row.account).same_as(update.old_account):
                raise Conflict(
                    "原账户与系统登记的账户不符。",
                    "The old account is not the one on record.",
                    where="old_account",
                    right="现登记账户 / the account on record",
                )
            row.account = update.new_account.model_dump_json()
            session.add(row)
            return Booked(key=update.key)

        return self.ledger.once("change_account", update, Booked, change, about=update.filing_number)

    def lock_account(self, order: AccountLockOrder) -> Booked:
        """账户锁定: one contract, one lock. Raises NotFound, Conflict."""

        def lock(session: Session) -> Booked:
            row = contract_row(session, order.filing_number)
            if row.locked_to not in (None, order.loan_id):
                raise Conflict(
                    f"合同 {row.filing_number} 的账户已锁定于另一笔融资。",
                    f"The account of {row.filing_number} is locked to another loan.",
                    where="filing_number",
                    right="一份合同只能锁定一次 / one contract, one lock",
                )
            if not Account.model_validate_json(row.account).same_as(order.account):
                raise Conflict(
                    "要求锁定的账户不是合同现行的收款账户。",
                    "The account to be locked is not the contract's collection account.",
                    where="account",
                    right="先变更账户再锁定 / change the account first",
                )
            row.locked_to = order.loan_id
            session.add(row)
            return Booked(key=order.key)

        return self.ledger.once("lock_account", order, Booked, lock, about=order.loan_id)

    def release_account(self, order: AccountLockOrder) -> Booked:
        """解除锁定; an account that is not locked stays so. Raises NotFound; Conflict: the lock is another loan's."""

        def release(session: Session) -> Booked:
            row = contract_row(session, order.filing_number)
            if row.locked_to not in (None, order.loan_id):
                raise Conflict(
                    f"合同 {row.filing_number} 的账户锁定于另一笔融资，不能由本笔解除。",
                    f"The account of {row.filing_number} is locked to another loan, which alone can release it.",
                    where="loan_id",
                )
            row.locked_to = None
            session.add(row)
            return Booked(key=order.key)

        return self.ledger.once("release_account", order, Booked, release, about=order.loan_id)


def contract_row(session: Session, filing_number: str) -> BudgetContract:
    """The contract's row. Raises NotFound."""
    row = session.get(BudgetContract, filing_number)
    if row is None:
        raise not_found(
            f"预算系统没有备案号 {filing_number}。", f"The budget system knows no contract {filing_number}."
        )
    return row


def account_routes(service: Service, budget: Budget) -> None:
    """Accounts and locks under `/budget`."""

    @service.port.get("/contracts/{filing_number}/account")
    def collection_account(filing_number: str) -> Account:
        return budget.state(filing_number).account

    @service.port.post("/account-changes")
    def change_account(update: AccountUpdate) -> Booked:
        return budget.change_account(update)

    @service.port.post("/locks")
    def lock_account(order: AccountLockOrder) -> Booked:
        return budget.lock_account(order)

    @service.port.post("/releases")
    def release_account(order: AccountLockOrder) -> Booked:
        return budget.release_account(order)

    @service.control.get("/contracts/{filing_number}")
    def contract(filing_number: str) -> AccountState:
        return budget.state(filing_number)
