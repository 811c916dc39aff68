"""What every bank has, with or without a system: a head office that is told things, and accounts that it keeps (luoyang/2.1)."""

from sqlmodel import Field, Session, select

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.identifiers import Uscc
from zhengcaidai.messages.orders import BreachReport, EndReport
from zhengcaidai.sandbox.bank_books import BankTable
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.samples import BankSample
from zhengcaidai.sandbox.service import Service

__all__ = ["office_routes", "supplier_account"]

BREACH = "report_breach"
END = "report_end"


class SupplierAccountRow(BankTable, table=True):
    """回款账户 that the bank keeps for a supplier."""

    serial: int | None = Field(default=None, primary_key=True)
    supplier_uscc: str = Field(unique=True)


class AccountRequest(Frozen):
    """For whom the bank shall keep an account."""

    supplier_name: Text
    supplier_uscc: Uscc


def supplier_account(session: Session, bank: BankSample, name: str, uscc: str) -> Account:
    """The supplier's account at this bank, opened at the first question."""
    row = session.exec(select(SupplierAccountRow).where(SupplierAccountRow.supplier_uscc == uscc)).one_or_none()
    if row is None:
        row = SupplierAccountRow(supplier_uscc=uscc)
        session.add(row)
        session.flush()
    return Account(name=name, number=f"{bank.account_prefix}{row.serial:08d}", bank_name=bank.bank_name)


def office_routes(service: Service, bank: BankSample, ledger: LedgerFile) -> None:
    """The part of `/banks/{bank_id}` that an offline bank has too."""

    @service.port.post("/breaches")
    def report_breach(report: BreachReport) -> Booked:
        return ledger.register(BREACH, report, about=report.loan_id or report.change_id or report.key)

    @service.port.post("/ended")
    def report_end(report: EndReport) -> Booked:
        return ledger.register(END, report, about=report.loan_id)

    @service.control.get("/breaches")
    def breaches(loan_id: str | None = None) -> list[BreachReport]:
        return ledger.registered(BREACH, BreachReport, about=loan_id)

    @service.control.get("/ended")
    def ended(loan_id: str | None = None) -> list[EndReport]:
        return ledger.registered(END, EndReport, about=loan_id)

    @service.control.post("/accounts")
    def account(request: AccountRequest) -> Account:
        with ledger.write() as session:
            return supplier_account(session, bank, request.supplier_name, request.supplier_uscc)
