"""Documents: the reference under which a file is kept, and the content of every page that the engine prints (文书)."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import AnnualRate, FilingNumber, Frozen, Identifier, PositiveFen, Sha256, Text

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "AccountChangeForm",
    "DealSheetForm",
    "DocumentRef",
    "PrintedForm",
    "SettlementCertificate",
    "TextSource",
]

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
"""10 MiB: a sealed form photographed by a telephone stays well below it."""


class DocumentRef(Frozen):
    """附件: a stored file, known by its hash; `title` is what a person calls it, never a path."""

    sha256: Sha256
    media_type: str = Field(pattern=r"^[a-z]+/[a-z0-9.+-]{1,80}$")
    size_bytes: int = Field(strict=True, gt=0, le=MAX_DOCUMENT_BYTES)
    title: Text


class TextSource(Frozen):
    """出处: the text, where in it, and the clause of the register."""

    document: Text
    """Its number, or its title where it has none."""
    section: Text
    clause: Text

    def __str__(self) -> str:
        return f"{self.document} {self.section}（{self.clause}）"


class AccountChangeForm(Frozen):
    """合同账户变更申请: the fields of Hanyang's printed form (hanyang/4.1.4).

    Seal (公章), the handler's signature (经办人签字) and the date are no fields: they are made by hand on paper.
    """

    loan_number: Identifier
    region_code: str = Field(pattern=r"^\d{6}$")
    region_name: Text
    procurement_number: Text
    """采购单号."""
    contract_title: Text
    """采购合同名称."""
    filing_number: FilingNumber
    """合同备案号."""
    purchaser_name: Text
    supplier_name: Text
    old_account: Account
    """采购合同账户: where the contract pays today."""
    new_account: Account
    """拟变更账户: where it is to pay."""
    form_source: TextSource | None = None
    """The region's own text, if it has the form sealed and uploaded; elsewhere Hanyang's is the model."""
    change_source: TextSource | None = None
    """The region's own text on changing a contract's account, if it has one."""


class DealSheetForm(Frozen):
    """融资成交单 as it is printed: amount, annual rate, term, lender, contract filing number (hanyang/4.1.3)."""

    loan_number: Identifier
    filing_number: FilingNumber
    contract_title: Text
    supplier_name: Text
    purchaser_name: Text
    lender_name: Text
    amount_fen: PositiveFen
    annual_rate: AnnualRate
    term_days: int = Field(strict=True, gt=0, le=3660)
    disbursed_on: date
    due_on: date
    source: TextSource | None = None
    """The region's own text on telling the platform of a deal, if it has one."""

    @model_validator(mode="after")
    def _due_after_disbursement(self) -> Self:
        if self.due_on <= self.disbursed_on:
            raise ValueError(f"due_on {self.due_on} must be later than disbursed_on {self.disbursed_on}")
        return self


class SettlementCertificate(Frozen):
    """结清证明: principal, interest and fees are at zero and the collection account is released."""

    loan_number: Identifier
    filing_number: FilingNumber
    supplier_name: Text
    bank_name: Text
    amount_fen: PositiveFen
    """The principal that was disbursed."""
    disbursed_on: date
    settled_on: date
    released_account: Account
    """回款账户: it was locked to this loan."""
    released_on: date | None
    """解锁日期; later than `settled_on` where the payment was told of late, None while the budget system has not answered."""

    @model_validator(mode="after")
    def _settled_after_disbursement(self) -> Self:
        if self.settled_on < self.disbursed_on:
            raise ValueError(f"settled_on {self.settled_on} must not be earlier than disbursed_on {self.disbursed_on}")
        return self


PrintedForm = AccountChangeForm | DealSheetForm | SettlementCertificate
"""Everything that `zhengcaidai.documents.forms` can print."""
