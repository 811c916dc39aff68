"""样本数据: the source texts' own records where they give any, plainly invented ones elsewhere, marked as samples."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import Field

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Supplier
from zhengcaidai.messages.base import AnnualRate, FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.procurement import Award, BadRecord, Contract, PaymentInstalment
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.registers.files import parsed

__all__ = [
    "AwardSample",
    "BankSample",
    "ChangeFormSample",
    "Claim",
    "ContractSample",
    "DealSample",
    "PurchaserSample",
    "Samples",
    "SupplierSample",
    "contract_of",
    "load_samples",
]

_FILES = ("organisations", "hanyang", "kunming", "luoyang")


class SupplierSample(Frozen):
    """供应商 with the account into which its contracts are paid unless another is named."""

    region: str
    supplier: Supplier
    account: Account


class PurchaserSample(Frozen):
    """采购人."""

    region: str
    purchaser_id: Identifier
    name: Text


class BankSample(Frozen):
    """金融机构. The numbers of the accounts that it keeps for suppliers begin with `account_prefix`."""

    bank_id: Identifier
    bank_name: Text
    channel: Channel
    account_prefix: str


class ContractSample(Frozen):
    """A filed contract; what is left open is as in the award, and paid into the supplier's own account."""

    filing_number: str
    """`{award_number}` stands for the award's."""
    title: Text | None = None
    supplier_id: Identifier | None = None
    amount_fen: PositiveFen | None = None
    signed_on: date
    filed_on: date
    collection_account: Account | None = None
    payments: tuple[PaymentInstalment, ...] = ()
    financing_bank_name: str | None = None


class AwardSample(Frozen):
    """One or more awards that differ in their numbers only, with their contracts if these are filed."""

    award_numbers: tuple[FilingNumber, ...] = Field(min_length=1)
    project_name: Text
    region: str
    purchaser_id: Identifier
    supplier_id: Identifier
    amount_fen: PositiveFen
    issued_on: date
    contract: ContractSample | None = None


class Claim(Frozen):
    """虚假合同: an award and a contract that exist in an application only."""

    award_number: FilingNumber
    filing_number: FilingNumber
    supplier_id: Identifier
    amount_fen: PositiveFen


class ChangeFormSample(Frozen):
    """Hanyang's filled-in form: the new account is in another name than the supplier's, so the change is refused."""

    filing_number: FilingNumber
    new_account: Account


class DealSample(Frozen):
    """Hanyang's deal message: lender, amount, annual rate."""

    filing_number: FilingNumber
    lender_name: Text
    amount_fen: PositiveFen
    annual_rate: AnnualRate


class Samples(Frozen):
    """What one file holds, or all of them together."""

    note: Text
    """That these are samples, and where they are from."""
    suppliers: tuple[SupplierSample, ...] = ()
    purchasers: tuple[PurchaserSample, ...] = ()
    banks: tuple[BankSample, ...] = ()
    products: tuple[Product, ...] = ()
    awards: tuple[AwardSample, ...] = ()
    bad_records: tuple[BadRecord, ...] = ()
    forged: tuple[Claim, ...] = ()
    change_forms: tuple[ChangeFormSample, ...] = ()
    deals: tuple[DealSample, ...] = ()

    def supplier(self, supplier_id: str) -> SupplierSample:
        """The supplier of that organisation id. Raises KeyError."""
        return {each.supplier.organisation_id: each for each in self.suppliers}[supplier_id]

    def purchaser(self, purchaser_id: str) -> PurchaserSample:
        """The purchaser of that organisation id. Raises KeyError."""
        return {each.purchaser_id: each for each in self.purchasers}[purchaser_id]

    def bank(self, bank_id: str) -> BankSample:
        """The bank of that id. Raises KeyError."""
        return {each.bank_id: each for each in self.banks}[bank_id]

    def published(self) -> Iterator[tuple[Award, Contract | None]]:
        """Every sample award with its contract, if one is filed."""
        for sample in self.awards:
            for award_number in sample.award_numbers:
                award = self.award(sample, award_number)
                if sample.contract is None:
                    yield award, None
                else:
                    supplier = self.supplier(sample.contract.supplier_id or sample.supplier_id)
                    yield award, contract_of(award, sample.contract, supplier)

    def award(self, sample: AwardSample, award_number: str) -> Award:
        """One of the awards that the sample stands for."""
        supplier = self.supplier(sample.supplier_id).supplier
        return Award(
            award_number=award_number,
            project_name=sample.project_name,
            region=sample.region,
            purchaser_id=sample.purchaser_id,
            purchaser_name=self.purchaser(sample.purchaser_id).name,
            supplier_uscc=supplier.uscc,
            supplier_name=supplier.name,
            amount_fen=sample.amount_fen,
            issued_on=sample.issued_on,
        )


def contract_of(award: Award, sample: ContractSample, supplier: SupplierSample) -> Contract:
    """The award's contract with a supplier, which need not be the award's own if the sample is a forged one."""
    return Contract(
        filing_number=sample.filing_number.format(award_number=award.award_number),
        award_number=award.award_number,
        title=sample.title or f"{award.project_name}合同",
        region=award.region,
        purchaser_id=award.purchaser_id,
        purchaser_name=award.purchaser_name,
        supplier_uscc=supplier.supplier.uscc,
        supplier_name=supplier.supplier.name,
        amount_fen=sample.amount_fen or award.amount_fen,
        signed_on=sample.signed_on,
        filed_on=sample.filed_on,
        collection_account=sample.collection_account or supplier.account,
        payments=sample.payments,
        financing_bank_name=sample.financing_bank_name,
    )


@cache
def load_samples() -> Samples:
    """All sample files as one. Raises InvalidInput for a file that does not fit, with file, line and reason."""
    folder = files("zhengcaidai") / "sandbox" / "samples"
    parts = [parsed((folder / f"{name}.toml").read_text("utf-8"), f"{name}.toml", Samples) for name in _FILES]
    merged = {
        name: tuple(item for part in parts for item in getattr(part, name))
        for name in Samples.model_fields
        if name != "note"
    }
    return Samples.model_validate({"note": " ".join(part.note for part in parts)} | merged)
