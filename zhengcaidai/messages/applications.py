"""融资申请: what a supplier asks for, and how its loan began."""

from enum import StrEnum

from pydantic import Field

from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.identifiers import Mobile, Uscc

__all__ = ["Basis", "EnterpriseScale", "LoanApplication", "Supplier"]


class EnterpriseScale(StrEnum):
    """企业规模: 监狱企业 and 残疾人福利性单位 count as small (kunming/2.2.1)."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"
    PRISON = "prison"
    DISABLED_WELFARE = "disabled_welfare"

    @property
    def is_eligible(self) -> bool:
        """A small or medium supplier, or one that counts as small."""
        return self is not EnterpriseScale.LARGE


class Basis(StrEnum):
    """融资依据: what the loan is asked for on."""

    AWARD_NOTICE = "award_notice"
    """中标（成交）通知书: the contract is not signed yet (kunming/2.1, jilin/3.1)."""
    CONTRACT = "contract"
    """政府采购合同, filed (luoyang/2.2, hanyang/4.1.1)."""

    @property
    def title_zh(self) -> str:
        """The paper that the loan is asked for on."""
        return "中标（成交）通知书" if self is Basis.AWARD_NOTICE else "采购合同"


class Supplier(Frozen):
    """供应商 as it applies."""

    organisation_id: Identifier
    uscc: Uscc
    name: Text
    scale: EnterpriseScale
    mobile: Mobile


class LoanApplication(Frozen):
    """融资申请 (kunming/2.3.2, hanyang/4.1.3): bank, product, basis, amount, term, 征信查询授权."""

    loan_id: Identifier
    region: str = Field(pattern=r"^\d{6}$")
    supplier: Supplier
    bank_id: Identifier
    product_id: Identifier
    basis: Basis
    award_number: FilingNumber
    filing_number: FilingNumber | None = None
    amount_fen: PositiveFen
    term_days: int = Field(strict=True, gt=0, le=3660)
    credit_inquiry_authorisation: DocumentRef
    materials: tuple[DocumentRef, ...] = ()
    replaces: Identifier | None = None
    """The withdrawn loan whose materials were carried over to this bank."""
