"""Region profiles (地区规则): what a province's, city's or district's text asks, each value with its clause."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import Field, StringConstraints, field_validator

from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.clocks import ClockId, ClockRule
from zhengcaidai.messages.products import Channel

__all__ = [
    "Cap",
    "CapMeasure",
    "ClauseId",
    "ProductKind",
    "Provision",
    "ProvisionId",
    "RegionCode",
    "RegionProfile",
    "Sourced",
]

RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{5}$")]
"""行政区划代码 (GB/T 2260), six digits."""

ClauseId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(/[a-z0-9][a-z0-9.-]*)?$")]
"""A clause of the register, e.g. `kunming/4.2`."""

T = TypeVar("T")


class Sourced(Frozen, Generic[T]):
    """一项参数: a value, the clause that says so, and the region of the lineage that set it."""

    value: T
    clause: ClauseId
    set_by: RegionCode
    reading: str | None = None
    """本系统的理解, where the text leaves room."""


class ProvisionId(StrEnum):
    """规定: what is either in force in a region or not. The first word is its section in the region's file.

    Each is asked for by a rule, or by a paper that cites its source: whether a region's file has it shows in what is
    refused, or in the clause that is named. What is the same in every region is no provision: the authorisation that
    every application carries, the message to the supplier, the report of a late payment.
    """

    ACCOUNT_CHANGE_BY_SUPPLIER = "accounts.change_asked_by_supplier_approved_by_purchaser"
    """变更由供应商申请、采购人审核."""
    ACCOUNT_BANK_CONSENT = "accounts.bank_consent_after_pledge"
    """质押后未经贷款银行同意不得变更."""
    ACCOUNT_IMMUTABLE = "accounts.change_after_disbursement"
    """放款后不得变更, a court's freeze order excepted: its value is `court_order_only`, the others' is `true`."""
    ACCOUNT_SOLE = "accounts.no_other_account_is_paid"
    """不得支付到其他账户."""
    NO_COLLATERAL = "prohibits.collateral"
    """不得要求抵押."""
    NO_GUARANTEE = "prohibits.guarantee"
    """不得要求担保."""
    NO_EXTRA_FEES = "prohibits.extra_fees"
    """不得另行收取其他费用."""
    SME_ONLY = "requires.small_or_medium_supplier"
    """供应商为中小微企业."""
    BANK_REGISTRATION = "requires.bank_registration"
    """金融机构报备."""
    CONTRACT_VERIFICATION = "requires.contract_verification"
    """核对合同真实性."""
    SEALED_CHANGE_FORM = "requires.sealed_account_change_form"
    """账户变更申请加盖公章后上传."""
    DEAL_TO_PLATFORM = "notices.deal_reported_to_platform"
    """融资信息反馈平台."""
    COOPERATION_ENDED = "sanctions.bank_cooperation_ended"
    """财政部门可终止银行的融资业务合作资格."""
    FRAUD_REPORT = "notices.forged_contract_reported_to_bureau"
    """虚假合同融资报财政部门查处."""

    @property
    def section(self) -> str:
        """The table of the region's file in which it stands."""
        return self.value.partition(".")[0]

    @property
    def key(self) -> str:
        """Its key within that table."""
        return self.value.partition(".")[2]

    @property
    def in_force_as(self) -> bool | str:
        """The value that the region's file gives it."""
        return "court_order_only" if self is ProvisionId.ACCOUNT_IMMUTABLE else True


class Provision(Frozen):
    """一条规定 in force, with its clause and the region that set it."""

    provision: ProvisionId
    clause: ClauseId
    set_by: RegionCode
    reading: str | None = None


class CapMeasure(StrEnum):
    """What a loan's amount may not exceed."""

    AWARD_AMOUNT = "award_amount"
    """中标（成交）金额."""
    CONTRACT_AMOUNT = "contract_amount"
    """合同金额."""


class Cap(Frozen):
    """融资上限 for one basis: so many per cent of the award's or contract's amount."""

    basis: Basis
    measure: CapMeasure
    percent: Annotated[int, Field(ge=1, le=100)]
    clause: ClauseId
    set_by: RegionCode
    reading: str | None = None


class ProductKind(StrEnum):
    """What a region's platform offers; this engine carries contract loans."""

    CONTRACT_LOAN = "contract_loan"
    """合同融资贷."""
    TRANSACTION_FLOW_LOAN = "transaction_flow_loan"
    """信用流水贷."""
    E_GUARANTEE = "e_guarantee"
    """电子保函."""


_NEVER_ASKED_FOR = frozenset(
    {
        "accounts.agreed_before_contract_signing",
        "accounts.change_only_after_contract_filing",
        "notices.deal_sms_to_supplier",
        "notices.financing_policy_told_to_suppliers",
        "notices.late_payment_reported_to_bureau",
        "prohibits.extra_conditions",
        "requires.credit_inquiry_authorisation",
    }
)
"""Provisions of earlier versions that no rule read. Loans begun then have them in their histories, which must be read for
as long as the loans are: there they are left out, which changes nothing. In a region's file they are refused."""


class RegionProfile(Frozen):
    """地区规则 of one region, its parents' included. A loan keeps the version that it began under."""

    code: RegionCode
    name_zh: Text
    name_en: Text
    lineage: tuple[RegionCode, ...]
    """Province first, the region itself last."""
    valid_from: date
    valid_until: date | None = None
    """The last day on which a loan can begin under it; None = open."""
    version: Text
    """`530100@2022-09-29#3f2a91c0`: code, first day, and a hash of all that is in it."""
    bases: Sourced[tuple[Basis, ...]]
    channels: Sourced[tuple[Channel, ...]]
    products: Sourced[tuple[ProductKind, ...]]
    caps: tuple[Cap, ...]
    clocks: tuple[ClockRule, ...] = ()
    provisions: tuple[Provision, ...] = ()
    growth_city_percent: Sourced[int] | None = None
    """市级融资规模力争年增幅, per cent."""
    growth_county_percent: Sourced[int] | None = None
    """县区融资规模力争年增幅, per cent."""
    ban_years_min: Sourced[int] | None = None
    ban_years_max: Sourced[int] | None = None
    """违规供应商禁止参加政府采购活动的年数."""
    treasury: RegionCode | None = None
    """付款国库: the region above whose treasury pays for this one, which has none. None: its own does."""

    @field_validator("provisions", mode="before")
    @classmethod
    def _asked_for(cls, given: object) -> object:
        if not isinstance(given, list | tuple):
            return given
        return [each for each in given if not (isinstance(each, dict) and each.get("provision") in _NEVER_ASKED_FOR)]

    def provision(self, provision: ProvisionId) -> Provision | None:
        """The provision with its clause, or None where the region's text knows no such thing."""
        return next((each for each in self.provisions if each.provision is provision), None)

    def clock(self, clock: ClockId) -> ClockRule | None:
        """The region's limit of that name, or None."""
        return next((each for each in self.clocks if each.clock is clock), None)

    def cap(self, basis: Basis) -> Cap | None:
        """融资上限 for that basis; None where the basis is not allowed."""
        return next((each for each in self.caps if each.basis is basis), None)
