"""What a principal may see (数据权限), and of whose tasks it may remind: its own loans, a bureau its regions', the operator all."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlmodel import col

from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.store.tables import AccountChangeRow, LoanRow, TaskRow, TaskSubject

__all__ = ["Scope"]


@dataclass(frozen=True)
class Scope:
    """A principal's reach. `regions` are the GB/T 2260 codes that a bureau or treasury answers for, children included.

    The region tree is not known here, so the codes are given. A bureau or treasury without any sees nothing.
    """

    role: Role
    organisation_id: str
    regions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, principal: Principal, regions: frozenset[str] = frozenset()) -> "Scope":
        """The reach of a principal."""
        return cls(principal.role, principal.organisation_id, regions)

    def loans(self) -> ColumnElement[bool]:
        """Which rows of the loans table."""
        return self._rows_of(LoanRow)

    def changes(self) -> ColumnElement[bool]:
        """Which rows of the account changes table; a bank sees those that need its consent."""
        return self._rows_of(AccountChangeRow)

    def tasks(self) -> ColumnElement[bool]:
        """Which rows of the tasks table, whomever they await: those of the loans and the account changes."""
        subject_id = col(TaskRow.subject_id)
        loan = exists().where(col(LoanRow.loan_id) == subject_id, self.loans())
        change = exists().where(col(AccountChangeRow.change_id) == subject_id, self.changes())
        return or_(
            and_(col(TaskRow.subject) == TaskSubject.LOAN, loan),
            and_(col(TaskRow.subject) == TaskSubject.ACCOUNT_CHANGE, change),
        )

    def _rows_of(self, table: type[LoanRow] | type[AccountChangeRow]) -> ColumnElement[bool]:
        match self.role:
            case Role.SUPPLIER:
                return col(table.supplier_id) == self.organisation_id
            case Role.PURCHASER:
                return col(table.purchaser_id) == self.organisation_id
            case Role.BANK:
                return col(table.bank_id) == self.organisation_id
            case Role.FINANCE_BUREAU | Role.TREASURY:
                return col(table.region).in_(sorted(self.regions)) if self.regions else false()
            case Role.OPERATOR | Role.SYSTEM:
                return true()
