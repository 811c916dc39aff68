"""采购网 / 电子化采购系统: awards, filed contracts, bad records, account changes (luoyang/2.2, hanyang/4.1.1)."""

from datetime import date
from pathlib import Path

from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from zhengcaidai.errors import Conflict, InvalidInput
from zhengcaidai.messages.orders import AccountUpdate
from zhengcaidai.messages.procurement import Award, BadRecord, Contract
from zhengcaidai.sandbox.ledger import Booked, LedgerFile
from zhengcaidai.sandbox.service import Service, not_found

__all__ = ["Procurement", "ProcurementTable", "procurement_routes"]


class ProcurementTable(SQLModel, registry=registry()):
    """Tables of the procurement system's file."""


class AwardRow(ProcurementTable, table=True):
    """中标（成交）通知书."""

    award_number: str = Field(primary_key=True)
    region: str = Field(index=True)
    content: str


class ContractRow(ProcurementTable, table=True):
    """合同备案: one an award."""

    filing_number: str = Field(primary_key=True)
    award_number: str = Field(unique=True)
    region: str = Field(index=True)
    content: str


class BadRecordRow(ProcurementTable, table=True):
    """不良行为记录."""

    id: int | None = Field(default=None, primary_key=True)
    supplier_uscc: str = Field(index=True)
    listed_on: date
    until: date
    content: str


class Procurement:
    """The procurement system's ledger."""

    def __init__(self, state_dir: Path) -> None:
        self.ledger = LedgerFile(state_dir / "procurement.sqlite", ProcurementTable.metadata)

    def publish(self, award: Award) -> None:
        """Publish an award; the same one again changes nothing. Raises Conflict: the number has another award."""
        with self.ledger.write() as session:
            known = session.get(AwardRow, award.award_number)
            if known is None:
                content = award.model_dump_json()
                session.add(AwardRow(award_number=award.award_number, region=award.region, content=content))
            elif Award.model_validate_json(known.content) != award:
                raise Conflict(
                    f"中标编号 {award.award_number} 已存在且内容不同。",
                    f"The award {award.award_number} exists with other content.",
                    where="award_number",
                )

    def file(self, contract: Contract) -> None:
        """合同备案; the same again changes nothing. Raises NotFound; Conflict: number or award has another contract."""
        with self.ledger.write() as session:
            if session.get(AwardRow, contract.award_number) is None:
                raise _no_award(contract.award_number)
            known = session.exec(
                select(ContractRow).where(
                    (col(ContractRow.award_number) == contract.award_number)
                    | (col(ContractRow.filing_number) == contract.filing_number)
                )
            ).first()
            if known is None:
                session.add(
                    ContractRow(
                        filing_number=contract.filing_number,
                        award_number=contract.award_number,
                        region=contract.region,
                        content=contract.model_dump_json(),
                    )
                )
            elif (known.filing_number, known.award_number) != (contract.filing_number, contract.award_number):
                raise Conflict(
                    f"中标编号 {known.award_number} 已有备案号为 {known.filing_number} 的合同。",
                    f"The award {known.award_number} has a contract already, filed under {known.filing_number}.",
                    where="award_number",
                )

    def list_bad_record(self, record: BadRecord) -> None:
        """Put a supplier on the list."""
        with self.ledger.write() as session:
            row = BadRecordRow(
                supplier_uscc=record.supplier_uscc,
                listed_on=record.listed_on,
                until=record.until,
                content=record.model_dump_json(),
            )
            twin = select(BadRecordRow).where(BadRecordRow.content == row.content)
            if session.exec(twin).first() is None:
                session.add(row)

    def award(self, award_number: str) -> Award:
        """The award. Raises NotFound."""
        with self.ledger.read() as session:
            row = session.get(AwardRow, award_number)
        if row is None:
            raise _no_award(award_number)
        return Award.model_validate_json(row.content)

    def contract(self, filing_number: str) -> Contract:
        """The filed contract. Raises NotFound."""
        with self.ledger.read() as session:
            row = session.get(ContractRow, filing_number)
        if row is None:
            raise _no_contract(filing_number)
        return Contract.model_validate_json(row.content)

    def bad_record(self, uscc: str, on: date) -> BadRecord:
        """The record in force on a day, the longest if there are several. Raises NotFound."""
        query = (
            select(BadRecordRow)
            .where(BadRecordRow.supplier_uscc == uscc, BadRecordRow.listed_on <= on, BadRecordRow.until >= on)
            .order_by(col(BadRecordRow.until).desc())
        )
        with self.ledger.read() as session:
            row = session.exec(query).first()
        if row is None:
            raise not_found("该供应商当日无不良行为记录。", "The supplier has no bad record in force on that day.")
        return BadRecord.model_validate_json(row.content)

    def account_changed(self, update: AccountUpdate) -> Booked:
        """The contract's collection account is now another one. Raises NotFound."""

        def change(session: Session) -> Booked:
            row = session.get(ContractRow, update.filing_number)
            if row is None:
                raise _no_contract(update.filing_number)
            contract = Contract.model_validate_json(row.content)
            changed = contract.model_copy(update={"collection_account": update.new_account})
            row.content = changed.model_dump_json()
            session.add(row)
            return Booked(key=update.key)

        return self.ledger.once("report_account_change", update, Booked, change, about=update.filing_number)

    def awards(self, region: str | None) -> list[Award]:
        """中标信息 of a region, or all (hanyang/4.1.2)."""
        with self.ledger.read() as session:
            rows = session.exec(select(AwardRow).order_by(col(AwardRow.award_number)))
            return [Award.model_validate_json(row.content) for row in rows if region in (None, row.region)]

    def contracts(self, region: str | None) -> list[Contract]:
        """合同备案信息 of a region, or all (hanyang/4.1.1)."""
        with self.ledger.read() as session:
            rows = session.exec(select(ContractRow).order_by(col(ContractRow.filing_number)))
            return [Contract.model_validate_json(row.content) for row in rows if region in (None, row.region)]


def procurement_routes(service: Service, procurement: Procurement) -> None:
    """`/procurement`."""

    @service.port.get("/awards/{award_number}")
    def award(award_number: str) -> Award:
        return procurement.award(award_number)

    @service.port.get("/contracts/{filing_number}")
    def contract(filing_number: str) -> Contract:
        return procurement.contract(filing_number)

    @service.port.get("/bad-records/{uscc}")
    def bad_record(uscc: str, on: date) -> BadRecord:
        return procurement.bad_record(uscc, on)

    @service.port.post("/account-changes")
    def report_account_change(update: AccountUpdate) -> Booked:
        return procurement.account_changed(update)

    @service.control.get("/awards")
    def awards(region: str | None = None) -> list[Award]:
        return procurement.awards(region)

    @service.control.get("/contracts")
    def contracts(region: str | None = None) -> list[Contract]:
        return procurement.contracts(region)

    @service.control.post("/bad-records")
    def list_bad_record(record: BadRecord) -> BadRecord:
        if record.until < record.listed_on:
            raise InvalidInput("截止日早于列入日。", "The record ends before it begins.", where="until")
        procurement.list_bad_record(record)
        return record


def _no_award(award_number: str) -> Exception:
    return not_found(f"没有中标编号 {award_number}。", f"There is no award {award_number}.")


def _no_contract(filing_number: str) -> Exception:
    return not_found(f"没有备案号 {filing_number} 的合同。", f"No contract is filed under {filing_number}.")
