"""中征应收账款融资服务平台: receivables, applications, deals, account changes (hanyang/4.1.3, hanyang/4.1.4)."""

from datetime import date, datetime, time
from pathlib import Path

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, select

from zhengcaidai.errors import Conflict
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.orders import AccountUpdate, ApplicationPush, DealSheet, EndReport
from zhengcaidai.messages.procurement import Award, Contract, ReceivableConfirmation, ReceivableStatus
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.service import Service, not_found

__all__ = ["Receivables", "create_receivables"]


class _Table(SQLModel, registry=registry()):
    pass


class Receivable(_Table, table=True):
    """应收账款 of one award; the filing number and the account come with the contract."""

    award_number: str = Field(primary_key=True)
    filing_number: str | None = Field(default=None, unique=True)
    status: str
    confirmed_on: date
    account: str | None = None
    deal_loan_id: str | None = None
    """The loan that has it as security, while one has."""


class ReceivableView(Frozen):
    """A receivable as the platform lists it."""

    award_number: str
    filing_number: str | None
    status: ReceivableStatus
    account: Account | None
    deal_loan_id: str | None


class StatusChange(Frozen):
    """What the platform shall say of a receivable from now on."""

    status: ReceivableStatus


class Receivables:
    """The platform's ledger."""

    def __init__(self, state_dir: Path) -> None:
        self.ledger = LedgerFile(state_dir / "receivables.sqlite", _Table.metadata)

    def award_published(self, award: Award) -> None:
        """The receivable of a new award; known ones stay as they are."""
        with self.ledger.write() as session:
            if session.get(Receivable, award.award_number) is None:
                status = ReceivableStatus.CONFIRMED.value
                session.add(Receivable(award_number=award.award_number, status=status, confirmed_on=award.issued_on))

    def contract_filed(self, contract: Contract) -> None:
        """The contract of an award is filed: its number and account become known."""
        with self.ledger.write() as session:
            row = session.get(Receivable, contract.award_number)
            if row is not None and row.filing_number is None:
                row.filing_number = contract.filing_number
                row.account = contract.collection_account.model_dump_json()
                session.add(row)

    def confirm(self, award_number: str) -> ReceivableConfirmation:
        """应收账款确认; a receivable that secures a loan already is pledged elsewhere for everybody who asks."""
        with self.ledger.read() as session:
            row = session.get(Receivable, award_number)
        if row is None:
            return ReceivableConfirmation(award_number=award_number, status=ReceivableStatus.UNKNOWN)
        status = ReceivableStatus(row.status)
        if row.deal_loan_id is not None:
            status = ReceivableStatus.PLEDGED_ELSEWHERE
        confirmed_at = datetime.combine(row.confirmed_on, time(9), SHANGHAI)
        return ReceivableConfirmation(
            award_number=award_number,
            status=status,
            confirmed_at=confirmed_at if status is ReceivableStatus.CONFIRMED else None,
            reference=f"AR-{award_number}",
        )

    def deal(self, sheet: DealSheet) -> Booked:
        """融资成交单. Raises NotFound, or Conflict: the receivable secures another loan."""

        def pledge(session: Session) -> Booked:
            row = _by_filing_number(session, sheet.filing_number)
            if row.deal_loan_id not in (None, sheet.loan_id):
                raise Conflict(
                    f"合同 {sheet.filing_number} 已由融资 {row.deal_loan_id} 成交。",
                    f"The contract {sheet.filing_number} already secures the loan {row.deal_loan_id}.",
                    where="filing_number",
                )
            row.deal_loan_id = sheet.loan_id
            session.add(row)
            return Booked(key=sheet.key)

        return self.ledger.once("report_deal", sheet, Booked, pledge, about=sheet.loan_id)

    def account_changed(self, update: AccountUpdate) -> Booked:
        """账户变更反馈 (hanyang/4.1.4). Raises NotFound."""

        def change(session: Session) -> Booked:
            row = _by_filing_number(session, update.filing_number)
            row.account = update.new_account.model_dump_json()
            session.add(row)
            return Booked(key=update.key)

        return self.ledger.once("report_account_change", update, Booked, change, about=update.filing_number)

    def ended(self, report: EndReport) -> Booked:
        """The loan has ended: the receivable is free again."""

        def free(session: Session) -> Booked:
            for row in session.exec(select(Receivable).where(Receivable.deal_loan_id == report.loan_id)):
                row.deal_loan_id = None
                session.add(row)
            return Booked(key=report.key)

        return self.ledger.once("report_end", report, Booked, free, about=report.loan_id)

    def view(self, award_number: str) -> ReceivableView:
        """The receivable as it stands. Raises NotFound."""
        with self.ledger.read() as session:
            row = session.get(Receivable, award_number)
        if row is None:
            raise not_found(f"没有中标编号 {award_number} 的应收账款。", f"No receivable of the award {award_number}.")
        return ReceivableView(
            award_number=row.award_number,
            filing_number=row.filing_number,
            status=ReceivableStatus(row.status),
            account=Account.model_validate_json(row.account) if row.account else None,
            deal_loan_id=row.deal_loan_id,
        )

    def set_status(self, award_number: str, status: ReceivableStatus) -> None:
        """Let the platform say something else of a receivable. Raises NotFound."""
        with self.ledger.write() as session:
            row = session.get(Receivable, award_number)
            if row is None:
                raise not_found(
                    f"没有中标编号 {award_number} 的应收账款。", f"No receivable of the award {award_number}."
                )
            row.status = status.value
            session.add(row)


def _by_filing_number(session: Session, filing_number: str) -> Receivable:
    row = session.exec(select(Receivable).where(Receivable.filing_number == filing_number)).one_or_none()
    if row is None:
        raise not_found(f"没有备案号 {filing_number} 的合同。", f"No contract is filed under {filing_number}.")
    return row


def create_receivables(receivables: Receivables, token: SecretStr) -> FastAPI:
    """`/receivables`."""
    service = Service.named("中征应收账款融资服务平台 Receivables platform (sandbox)", token)
    ledger = receivables.ledger
    _control_routes(service, receivables)

    @service.port.get("/receivables/{award_number}/confirmation")
    def confirm_receivable(award_number: str) -> ReceivableConfirmation:
        return receivables.confirm(award_number)

    @service.port.post("/applications")
    def push_application(push: ApplicationPush) -> Booked:
        return ledger.register("push_application", push, about=push.application.loan_id)

    @service.port.post("/deals")
    def report_deal(sheet: DealSheet) -> Booked:
        return receivables.deal(sheet)

    @service.port.post("/account-changes")
    def report_account_change(update: AccountUpdate) -> Booked:
        return receivables.account_changed(update)

    @service.port.post("/ended")
    def report_end(report: EndReport) -> Booked:
        return receivables.ended(report)

    return service.finished()


def _control_routes(service: Service, receivables: Receivables) -> None:
    ledger = receivables.ledger

    @service.control.get("/receivables/{award_number}")
    def receivable(award_number: str) -> ReceivableView:
        return receivables.view(award_number)

    @service.control.put("/receivables/{award_number}/status")
    def set_status(award_number: str, change: StatusChange) -> ReceivableView:
        receivables.set_status(award_number, change.status)
        return receivables.view(award_number)

    @service.control.get("/applications")
    def applications(loan_id: str | None = None) -> list[ApplicationPush]:
        return ledger.registered("push_application", ApplicationPush, about=loan_id)

    @service.control.get("/deals")
    def deals(loan_id: str | None = None) -> list[DealSheet]:
        return ledger.registered("report_deal", DealSheet, about=loan_id)

    @service.control.get("/account-changes")
    def account_changes(filing_number: str | None = None) -> list[AccountUpdate]:
        return ledger.registered("report_account_change", AccountUpdate, about=filing_number)

    @service.control.get("/ended")
    def ended(loan_id: str | None = None) -> list[EndReport]:
        return ledger.registered("report_end", EndReport, about=loan_id)
