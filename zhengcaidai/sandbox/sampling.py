"""样本制作: publishes samples at the start, fresh awards and contracts on request, wherever they must be known."""

from datetime import date
from threading import Lock

from pydantic import Field as PydanticField
from sqlmodel import Field, func, select

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import EnterpriseScale, Supplier
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier, PositiveFen
from zhengcaidai.messages.identifiers import uscc_check_character
from zhengcaidai.messages.procurement import Award, Contract, PaymentInstalment
from zhengcaidai.sandbox.budget import Budget
from zhengcaidai.sandbox.procurement import AwardRow, Procurement, ProcurementTable
from zhengcaidai.sandbox.receivables import Receivables
from zhengcaidai.sandbox.samples import ContractSample, PurchaserSample, Samples, SupplierSample, contract_of
from zhengcaidai.sandbox.service import Service

__all__ = ["ContractRequest", "FreshSample", "SampleMaker", "SampleRequest", "sample_routes"]


class SupplierRow(ProcurementTable, table=True):
    """A supplier that was invented on request."""

    supplier_id: str = Field(primary_key=True)
    content: str


class ContractRequest(Frozen):
    """The contract to be filed; what is left open is as in the award, and paid into the supplier's own account."""

    signed_on: date
    filed_on: date | None = None
    """None: on the day of signing."""
    filing_number: FilingNumber | None = None
    amount_fen: PositiveFen | None = None
    supplier_id: Identifier | None = None
    """Another supplier than the award's, or another amount: a forged contract."""
    collection_account: Account | None = None
    payments: tuple[PaymentInstalment, ...] = ()
    financing_bank_name: str | None = None


class SampleRequest(Frozen):
    """A fresh award, with a contract or without."""

    region: str = PydanticField(pattern=r"^[1-9]\d{5}$")
    issued_on: date
    amount_fen: PositiveFen = 100_000_000
    supplier_id: Identifier | None = None
    """None: the region's sample supplier."""
    fresh_supplier: bool = False
    """Invent a supplier: one that has never borrowed."""
    purchaser_id: Identifier | None = None
    contract: ContractRequest | None = None


class FreshSample(Frozen):
    """What was made: all that an application needs."""

    award: Award
    contract: Contract | None
    supplier: Supplier
    account: Account
    """The supplier's own account."""


class SampleMaker:
    """Publishes in the procurement system, on the receivables platform and in the budget system."""

    def __init__(self, samples: Samples, procurement: Procurement, receivables: Receivables, budget: Budget) -> None:
        self._samples = samples
        self._procurement = procurement
        self._receivables = receivables
        self._budget = budget
        self._one_number_at_a_time = Lock()

    def publish_samples(self) -> None:
        """At the start: the samples, and to the other systems whatever they missed in the moment of the last end."""
        known = {award.award_number for award in self._procurement.awards(None)}
        for award, contract in self._samples.published():
            if award.award_number not in known:
                self._publish(award, contract)
        for record in self._samples.bad_records:
            self._procurement.list_bad_record(record)
        for award in self._procurement.awards(None):
            self._receivables.award_published(award)
        for contract in self._procurement.contracts(None):
            self._tell_filed(contract)

    def make(self, request: SampleRequest) -> FreshSample:
        """A fresh award, and its contract if one is asked for. Raises InvalidInput: unknown supplier or purchaser."""
        with self._one_number_at_a_time:
            serial = self._next_serial()
            supplier = self._supplier_for(request, serial)
            purchaser = self._purchaser_for(request)
            award = Award(
                award_number=f"S{request.region}-{request.issued_on.year}-{serial:06d}",
                project_name=f"示例项目{serial:06d}采购",
                region=request.region,
                purchaser_id=purchaser.purchaser_id,
                purchaser_name=purchaser.name,
                supplier_uscc=supplier.supplier.uscc,
                supplier_name=supplier.supplier.name,
                amount_fen=request.amount_fen,
                issued_on=request.issued_on,
            )
            self._publish(award, None)
        contract = self.file_contract(award.award_number, request.contract) if request.contract else None
        return FreshSample(award=award, contract=contract, supplier=supplier.supplier, account=supplier.account)

    def file_contract(self, award_number: str, request: ContractRequest) -> Contract:
        """合同备案 of an award. Raises NotFound; Conflict: the award has one, or the number is taken; InvalidInput."""
        award = self._procurement.award(award_number)
        if request.filed_on is not None and request.filed_on < request.signed_on:
            raise InvalidInput("备案日早于签订日。", "The contract is filed before it is signed.", where="filed_on")
        sample = ContractSample(
            filing_number=request.filing_number or f"{award_number}-C",
            signed_on=request.signed_on,
            filed_on=request.filed_on or request.signed_on,
            amount_fen=request.amount_fen,
            collection_account=request.collection_account,
            payments=request.payments,
            financing_bank_name=request.financing_bank_name,
        )
        supplier = self._supplier(request.supplier_id) if request.supplier_id else self._by_uscc(award.supplier_uscc)
        contract = contract_of(award, sample, supplier)
        self._procurement.file(contract)
        self._tell_filed(contract)
        return contract

    def _publish(self, award: Award, contract: Contract | None) -> None:
        self._procurement.publish(award)
        self._receivables.award_published(award)
        if contract is not None:
            self._procurement.file(contract)
            self._tell_filed(contract)

    def _tell_filed(self, contract: Contract) -> None:
        self._receivables.contract_filed(contract)
        self._budget.contract_filed(contract)

    def _next_serial(self) -> int:
        with self._procurement.ledger.read() as session:
            return session.exec(select(func.count()).select_from(AwardRow)).one() + 1

    def _suppliers(self) -> list[SupplierSample]:
        with self._procurement.ledger.read() as session:
            invented = [SupplierSample.model_validate_json(row.content) for row in session.exec(select(SupplierRow))]
        return [*self._samples.suppliers, *invented]

    def _supplier(self, supplier_id: str) -> SupplierSample:
        found = next((each for each in self._suppliers() if each.supplier.organisation_id == supplier_id), None)
        if found is None:
            raise InvalidInput(
                f"样本中没有供应商 {supplier_id}。", f"No sample supplier {supplier_id}.", where="supplier_id"
            )
        return found

    def _by_uscc(self, uscc: str) -> SupplierSample:
        return next(each for each in self._suppliers() if each.supplier.uscc == uscc)

    def _supplier_for(self, request: SampleRequest, serial: int) -> SupplierSample:
        if request.supplier_id is not None:
            return self._supplier(request.supplier_id)
        of_region = [each for each in self._samples.suppliers if each.region == request.region]
        if of_region and not request.fresh_supplier:
            return of_region[0]
        return self._invent_supplier(request.region, serial)

    def _invent_supplier(self, region: str, serial: int) -> SupplierSample:
        name = f"示例供应商{serial:06d}有限公司"
        body = f"91{region}MA9{serial:06d}"
        supplier = SupplierSample(
            region=region,
            supplier=Supplier(
                organisation_id=f"supplier-{region}-{serial:06d}",
                uscc=body + uscc_check_character(body),
                name=name,
                scale=EnterpriseScale.SMALL,
                mobile=f"138{serial:08d}",
            ),
            account=Account(name=name, number=f"8899{region}{serial:06d}", bank_name="示例结算银行"),
        )
        with self._procurement.ledger.write() as session:
            supplier_id = supplier.supplier.organisation_id
            session.add(SupplierRow(supplier_id=supplier_id, content=supplier.model_dump_json()))
        return supplier

    def _purchaser_for(self, request: SampleRequest) -> PurchaserSample:
        of_region = [each for each in self._samples.purchasers if each.region == request.region]
        if request.purchaser_id is None and of_region:
            return of_region[0]
        purchaser_id = request.purchaser_id or f"purchaser-{request.region}-1"
        known = next((each for each in self._samples.purchasers if each.purchaser_id == purchaser_id), None)
        return known or PurchaserSample(
            region=request.region, purchaser_id=purchaser_id, name=f"示例采购单位（{purchaser_id}）"
        )


def sample_routes(service: Service, samples: Samples, maker: SampleMaker) -> None:
    """The sandbox's own addresses under `/procurement`."""

    @service.control.get("/samples")
    def show_samples() -> Samples:
        return samples

    @service.control.post("/samples", status_code=201)
    def make_sample(request: SampleRequest) -> FreshSample:
        return maker.make(request)

    @service.control.post("/awards/{award_number}/contract", status_code=201)
    def file_contract(award_number: str, request: ContractRequest) -> Contract:
        return maker.file_contract(award_number, request)
