"""义务: what one sentence of a source text asks, what became of it, and the dated figures it fixes."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from zhengcaidai.messages.base import Frozen

__all__ = ["Bearer", "Duty", "DutyKind", "DutyStatus", "Line", "Parameter", "ParameterUnit", "Remark"]

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
"""One paragraph of a data file."""
DutyKey = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9]+([.-][a-z0-9]+)*#[1-9]\d*$")]
RuleName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z_]\w*(\.[a-z_]\w*)*(:[A-Za-z_]\w*(\.\w+)*)?$|^region:\d{6}/[\w.]+$"),
]
"""`package.module`, `package.module:attribute`, or `region:530100/clocks.financing.limit_days`."""
ParameterKey = Annotated[str, StringConstraints(pattern=r"^[a-z]\w*(\.[a-z]\w*)*$")]


class DutyKind(StrEnum):
    """What sort of thing a sentence asks (义务种类)."""

    DEADLINE = "deadline"
    LOCK = "lock"
    SIGN_OFF = "sign_off"
    REPORT = "report"
    PROHIBITION = "prohibition"
    OPEN_NORM = "open_norm"
    """开放性规范: asks for something good without saying how much, as 优惠利率 does."""
    PERMISSION = "permission"
    ELIGIBILITY = "eligibility"
    CAP = "cap"
    EVIDENCE = "evidence"
    DOCUMENT = "document"
    INFORMATION = "information"
    IDENTITY = "identity"
    PAYMENT = "payment"
    SANCTION = "sanction"
    COOPERATION = "cooperation"
    ORGANISATION = "organisation"
    """Work of offices outside any single loan."""
    STATEMENT = "statement"
    """Asks nothing: background, definition, imprint."""


class DutyStatus(StrEnum):
    """What became of a duty (落实情况)."""

    ENFORCED = "enforced"
    SHOWN = "shown"
    NOT_MODELLED = "not_modelled"

    @property
    def title_zh(self) -> str:
        """As a clerk reads it."""
        return _STATUS_TITLES[self]


_STATUS_TITLES = {
    DutyStatus.ENFORCED: "强制",
    DutyStatus.SHOWN: "展示",
    DutyStatus.NOT_MODELLED: "未建模",
}


class Bearer(StrEnum):
    """Whose duty it is (义务人)."""

    SUPPLIER = "supplier"
    PURCHASER = "purchaser"
    BANK = "bank"
    FINANCE_BUREAU = "finance_bureau"
    TREASURY = "treasury"
    AGENCY = "agency"
    """采购代理机构."""
    PLATFORM = "platform"
    CENTRAL_BANK = "central_bank"
    COURT = "court"
    ANYONE = "anyone"


class ParameterUnit(StrEnum):
    """What a parameter's number counts."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    PERCENT = "percent"
    YEAR = "year"


class Remark(Frozen):
    """附注: how a sentence is read, or why it is left out, in Chinese and English."""

    zh: Line
    en: Line


class Parameter(Frozen):
    """参数: a value that the text fixes, and the days on which it holds. `key` is its place in the region's file."""

    key: ParameterKey
    value: StrictBool | StrictInt | str
    unit: ParameterUnit | None = None
    valid_from: date
    valid_to: date | None = None
    """The last day; None while nothing has replaced it."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} is before valid_from {self.valid_from}")
        return self


class Duty(Frozen):
    """义务: one thing that a sentence asks, in our own words."""

    id: DutyKey
    kind: DutyKind
    status: DutyStatus
    bearer: Bearer
    duty_zh: Line
    duty_en: Line
    rule: RuleName | None = None
    """What carries it out, or where it is shown."""
    reading: Remark | None = None
    """本系统的理解, where the text leaves room."""
    other_readings: tuple[Remark, ...] = ()
    why: Remark | None = None
    """Why it is not modelled."""
    parameters: tuple[Parameter, ...] = Field(default=(), alias="parameter")

    @model_validator(mode="after")
    def _status_is_accounted_for(self) -> Self:
        if self.status is DutyStatus.NOT_MODELLED:
            if self.why is None:
                raise ValueError(f"{self.id} is not_modelled and needs `why`")
            if self.rule is not None or self.parameters:
                raise ValueError(f"{self.id} is not_modelled and cannot have a rule or parameters")
        elif self.rule is None:
            raise ValueError(f"{self.id} is {self.status} and needs `rule`")
        elif self.why is not None:
            raise ValueError(f"{self.id} is {self.status}: `why` is for not_modelled")
        if self.other_readings and self.reading is None:
            raise ValueError(f"{self.id} lists other readings but not ours: `reading` is missing")
        return self
