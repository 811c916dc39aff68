"""What is written to the application database, and asked of it."""

from pydantic import AwareDatetime

from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeEntry, ChangeStage
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.tasks import LoanView, Task
from zhengcaidai.messages.words import NoWords

__all__ = ["ChangeView", "ContractClaim", "LoanUpdate", "LockState"]


class LoanUpdate(Frozen):
    """All that changed in a loan since it was last recorded; written in one transaction, idempotent by sequence."""

    view: LoanView
    tasks: tuple[Task, ...]
    deadlines: tuple[Deadline, ...]
    entries: tuple[Entry, ...]
    locked_account: Account | None
    statement: Statement | None
    rules: RulesInForce | None = None
    """What the loan goes by, when it settles: should it be taken out of the files again, it goes on under the same."""


class ChangeView(Frozen):
    """An account change as it is listed."""

    order: AccountChangeOrder
    stage: ChangeStage
    tasks: tuple[Task, ...]
    scan: DocumentRef | None
    reason: NoWords
    entries: tuple[ChangeEntry, ...]
    deadlines: tuple[Deadline, ...]
    sequence: int
    updated_at: AwareDatetime


class ContractClaim(Frozen):
    """A contract is taken under finance by one loan; `replaces` hands it over from a withdrawn one."""

    loan_id: Identifier
    award_number: FilingNumber
    replaces: Identifier | None = None


class LockState(Frozen):
    """账户锁定: which loan holds the contract's account, and whether money has left the bank."""

    loan_id: Identifier
    bank_id: Identifier
    filing_number: FilingNumber
    account: Account
    disbursed: bool
    court_order: str | None = None
    court: str | None = None
