"""Money of a loan: its terms, what happens to it, how that is booked, and where it stands on a day."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from zhengcaidai.messages.base import MAX_FEN, AnnualRate, Frozen, Identifier, PositiveFen
from zhengcaidai.messages.malformed import Malformed

__all__ = [
    "DEFAULT_SWEEP_ORDER",
    "Bucket",
    "DayCount",
    "EntryKind",
    "Instalment",
    "LedgerEntry",
    "LoanTerms",
    "MoneyEvent",
    "MoneyEventKind",
    "MoneySource",
    "RepaymentMethod",
    "SignedFen",
    "Statement",
    "SumFen",
]

SignedFen = Annotated[int, Field(strict=True, ge=-MAX_FEN, le=MAX_FEN)]
"""分: an amount of money in integer fen; below zero only in an entry that reverses another."""

SumFen = Annotated[int, Field(strict=True, ge=0)]
"""分: a sum of amounts, or interest on one: zero or more, and not bounded by what a single amount may be."""

MAX_TERM_DAYS = 3660
"""Ten years: far above any procurement contract, and a bound on the number of instalments."""


class RepaymentMethod(StrEnum):
    """还款方式 (luoyang/2.4 asks for flexible ones)."""

    BULLET = "bullet"
    """到期一次还本付息: principal and interest at the due date."""
    INTEREST_MONTHLY = "interest_monthly"
    """按月付息到期还本: interest each month, principal at the due date."""
    EQUAL_INSTALMENTS = "equal_instalments"
    """等额本息: the same sum each month."""
    EQUAL_PRINCIPAL = "equal_principal"
    """等额本金: the same principal each month, and the interest on what was left."""
    ON_COLLECTION = "on_collection"
    """按回款还款: whenever the contract's money comes in; what is left, at the due date (kunming/2.3.6)."""

    @property
    def title_zh(self) -> str:
        """The method's name as it stands in an agreement."""
        return _METHOD_TITLES[self]

    @property
    def is_monthly(self) -> bool:
        """Something falls due each month, not only at the end."""
        return self in _MONTHLY


_METHOD_TITLES = {
    RepaymentMethod.BULLET: "到期一次还本付息",
    RepaymentMethod.INTEREST_MONTHLY: "按月付息到期还本",
    RepaymentMethod.EQUAL_INSTALMENTS: "等额本息",
    RepaymentMethod.EQUAL_PRINCIPAL: "等额本金",
    RepaymentMethod.ON_COLLECTION: "按回款还款",
}
_MONTHLY = frozenset(
    {RepaymentMethod.INTEREST_MONTHLY, RepaymentMethod.EQUAL_INSTALMENTS, RepaymentMethod.EQUAL_PRINCIPAL}
)


class DayCount(StrEnum):
    """计息基础: the actual days over 360, or over 365 where the agreement says so."""

    ACTUAL_360 = "actual_360"
    ACTUAL_365 = "actual_365"

    @property
    def year_days(self) -> int:
        """Days by which the annual rate is divided."""
        return 360 if self == DayCount.ACTUAL_360 else 365


class Bucket(StrEnum):
    """What a payment can be set against."""

    FEES = "fees"
    PENALTY = "penalty"
    INTEREST = "interest"
    PRINCIPAL = "principal"


DEFAULT_SWEEP_ORDER = (Bucket.FEES, Bucket.PENALTY, Bucket.INTEREST, Bucket.PRINCIPAL)
"""费用 → 罚息 → 利息 → 本金, as Article 561 of the Civil Code (民法典) has it where the agreement says nothing else."""


class LoanTerms(Frozen):
    """借款要素 as agreed and disbursed. `due_on` is the day as it stands, already moved off a rest day if agreed so."""

    principal_fen: PositiveFen
    annual_rate: AnnualRate
    penalty_rate: AnnualRate
    """罚息利率, a year: charged on overdue principal in place of `annual_rate`, so never below it."""
    penalty_on_interest: bool = False
    """复利: whether the penalty rate is charged on overdue interest as well."""
    day_count: DayCount = DayCount.ACTUAL_360
    method: RepaymentMethod
    disbursed_on: date
    due_on: date
    due_dates: tuple[date, ...] = ()
    """应还日 one by one, moved off days of rest; none: as the method and `payment_day` make them."""
    payment_day: int | None = Field(default=None, strict=True, ge=1, le=31)
    """每月还款日 of the monthly methods, a short month's last day if missing; none: the day of the disbursement."""
    sweep_order: tuple[Bucket, ...] = DEFAULT_SWEEP_ORDER

    @model_validator(mode="after")
    def _hang_together(self) -> Self:
        if not 0 < (self.due_on - self.disbursed_on).days <= MAX_TERM_DAYS:
            raise Malformed(
                f"到期日 {self.due_on} 应晚于放款日 {self.disbursed_on}，且不超过 {MAX_TERM_DAYS} 天。",
                f"The due date {self.due_on} must be after the disbursement on {self.disbursed_on}, by at most "
                f"{MAX_TERM_DAYS} days.",
                right="放款日之后的日期 / a date after the disbursement",
            )
        days = (self.disbursed_on, *self.due_dates, self.due_on)
        if self.due_dates and (self.due_dates[-1] != self.due_on or list(days[:-1]) != sorted(set(days))):
            raise Malformed(
                "应还日应逐日递增，晚于放款日，最后一日即到期日。",
                "Due dates follow one another, after the disbursement, and the last is the due date.",
                right="最后一日 = due_on / the last one = due_on",
            )
        if self.penalty_rate < self.annual_rate:
            raise Malformed(
                f"罚息利率 {self.penalty_rate} 不得低于借款利率 {self.annual_rate}。",
                f"The penalty rate {self.penalty_rate} replaces the annual rate {self.annual_rate} on what is overdue, "
                "and cannot be below it.",
                right="不低于借款利率 / at least the annual rate",
            )
        if sorted(self.sweep_order) != sorted(Bucket):
            raise Malformed(
                "扣款顺序应包含费用、罚息、利息、本金各一次。",
                "The sweep order must name fees, penalty, interest and principal once each.",
                right="fees, penalty, interest, principal",
            )
        return self


class MoneyEventKind(StrEnum):
    """What can happen to a loan's money."""

    RECEIVED = "received"
    """入账: money came into the locked account, or from the supplier."""
    RETURNED = "returned"
    """退汇、冲正: an earlier event is undone, wholly or in part, as of that event's own value date."""
    FEE_CHARGED = "fee_charged"
    """费用: a fee that the agreement allows falls due."""
    REFUNDED = "refunded"
    """退还余款: surplus was paid out to the supplier."""


class MoneySource(StrEnum):
    """Who reported it."""

    TREASURY = "treasury"
    SUPPLIER = "supplier"
    BANK = "bank"


class MoneyEvent(Frozen):
    """资金事项. `key` is the payment's own id: the same event told twice, by whomever, counts once."""

    kind: MoneyEventKind
    key: Identifier
    amount_fen: PositiveFen
    value_date: date
    """起息日: the day from which it counts; it may lie before the day it is told."""
    posted_at: AwareDatetime
    """入账时刻 at the system that reports it. Of two events on one value date, the earlier posted counts first."""
    returns: Identifier | None = None
    """Of a `returned` event: the key of what it undoes, which may not have arrived yet."""
    source: MoneySource

    @model_validator(mode="after")
    def _names_what_it_returns(self) -> Self:
        if (self.kind == MoneyEventKind.RETURNED) != (self.returns is not None) or self.returns == self.key:
            raise Malformed(
                "退汇应指明另一笔原付款，其他事项不得指明。",
                "A return names the other event that it undoes; every other event names none.",
                right="returns = 原付款编号 / the key of the payment returned",
            )
        return self

    def says_the_same_as(self, other: "MoneyEvent") -> bool:
        """Whether the two tell the same fact. Who told it, and when, may differ."""
        return (self.kind, self.key, self.amount_fen, self.value_date, self.returns) == (
            other.kind,
            other.key,
            other.amount_fen,
            other.value_date,
            other.returns,
        )


class EntryKind(StrEnum):
    """What an entry books. A reversal has the kind of the entry that it reverses."""

    ALLOCATION = "allocation"
    """扣款分配: money received, spread over fees, penalty, interest, principal and surplus."""
    CHARGE = "charge"
    """费用计收: `fees_fen` falls due."""
    REFUND = "refund"
    """余款退还: `surplus_fen` was paid out to the supplier."""


class LedgerEntry(Frozen):
    """分录: written once. One that reverses another has its amounts with the other sign, so sums need no exceptions."""

    sequence: int = Field(strict=True, ge=1)
    kind: EntryKind
    key: Identifier
    """The event that is booked."""
    cause: Identifier
    """The event on whose arrival this was written: its own, a return, or one with an earlier value date."""
    fees_fen: SignedFen = 0
    penalty_fen: SignedFen = 0
    interest_fen: SignedFen = 0
    principal_fen: SignedFen = 0
    surplus_fen: SignedFen = 0
    value_date: date
    posted_at: AwareDatetime
    reverses: int | None = None
    """The sequence of the entry reversed (冲销)."""

    @property
    def total_fen(self) -> int:
        """The money that the entry spreads."""
        return self.fees_fen + self.penalty_fen + self.interest_fen + self.principal_fen + self.surplus_fen


class Instalment(Frozen):
    """期供: what falls due on one day."""

    number: int = Field(strict=True, ge=1)
    due_on: date
    principal_fen: SumFen
    interest_fen: SumFen

    @property
    def total_fen(self) -> int:
        """Principal and interest together."""
        return self.principal_fen + self.interest_fen


class Statement(Frozen):
    """对账: where a loan stands at the end of a day, by what is known now."""

    as_of: date
    principal_fen: SumFen
    """未还本金."""
    interest_fen: SumFen
    """应收利息: accrued to the day (算头不算尾) and not paid."""
    penalty_fen: SumFen
    """应收罚息."""
    fees_fen: SumFen
    """应收费用."""
    over_refunded_fen: SumFen
    """多退余款: paid out to the supplier, then undone by a return; owed back."""
    owed_fen: SumFen
    """结清金额: what would settle the loan on the day."""
    received_fen: SumFen
    """Money received and not returned."""
    surplus_fen: SumFen
    """余款: of it, what the loan did not need."""
    refunded_fen: SumFen
    """Surplus paid out to the supplier."""
    surplus_held_fen: SumFen
    """Surplus still to be paid out."""
    settled: bool
    settled_on: date | None = None
    """The value date of the money that settled it."""
    overdue: bool
    overdue_since: date | None = None
    """The earliest due date that was not met; penalty counts from it."""
    overdue_fen: SumFen = 0
    """Principal and interest past their due date."""
    next_instalment: Instalment | None = None
    """What is still to be paid on the next due date, today included, on top of what is overdue."""
