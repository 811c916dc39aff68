"""Limits and deadlines (时限与到期): the rules as data, the events they are computed from, and the result.

A loan keeps a `Timeline` (append-only) and the calendars it adopted. `zhengcaidai.rules.clocks.deadlines` turns them
into `Deadline`s; nothing about a limit is stored anywhere else.
"""

from datetime import date, time
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.calendars import DayKind, Holiday
from zhengcaidai.messages.parties import Principal, Role

__all__ = [
    "ClockId",
    "ClockRule",
    "ClockStatus",
    "CountReason",
    "CountedDay",
    "Deadline",
    "Explanation",
    "HeldTime",
    "LimitUnit",
    "Mark",
    "Milestone",
    "PausePeriod",
    "RuleOrigin",
    "RunOfClock",
    "StartCorrection",
    "Timeline",
]


class ClockId(StrEnum):
    """Which limit (时限)."""

    FINANCING = "financing"
    APPROVAL = "approval"
    DISBURSEMENT = "disbursement"
    CONTRACT_SIGNING = "contract_signing"
    CONTRACT_FILING = "contract_filing"
    ACCEPTANCE = "acceptance"
    """受理: the bank takes the application up or turns it down."""
    PRODUCT_PROMISE = "product_promise"
    PURCHASER_SIGN_OFF = "purchaser_sign_off"
    BANK_CONSENT = "bank_consent"
    OFFER_EXPIRY = "offer_expiry"
    MATERIALS_SUPPLEMENT = "materials_supplement"
    CONTRACT_WAIT = "contract_wait"
    CHANGE_DRAFT = "change_draft"
    """提交账户变更: the supplier prints, seals and hands in the form."""
    CHANGE_REFILE = "change_refile"
    """重新申请账户变更: after a refusal the parties go on, or the loan lapses."""
    TREASURY_PAYMENT = "treasury_payment"
    LOAN_REPAYMENT = "loan_repayment"

    @property
    def title_zh(self) -> str:
        """The limit's name as a clerk reads it."""
        return _CLOCK_TITLES[self][0]

    @property
    def title_en(self) -> str:
        """The limit's name in English."""
        return _CLOCK_TITLES[self][1]

    @property
    def is_of_account_change(self) -> bool:
        """It runs in the account change's own workflow, which also exists without a loan."""
        return self in (ClockId.CHANGE_DRAFT, ClockId.PURCHASER_SIGN_OFF, ClockId.BANK_CONSENT)


_CLOCK_TITLES = {
    ClockId.FINANCING: ("审批并放款", "approval and disbursement"),
    ClockId.APPROVAL: ("审批", "approval"),
    ClockId.DISBURSEMENT: ("放款", "disbursement"),
    ClockId.CONTRACT_SIGNING: ("签订采购合同", "contract signing"),
    ClockId.CONTRACT_FILING: ("合同备案", "contract filing"),
    ClockId.ACCEPTANCE: ("受理", "acceptance"),
    ClockId.PRODUCT_PROMISE: ("银行服务承诺", "the bank's own promise"),
    ClockId.PURCHASER_SIGN_OFF: ("采购人审核账户变更", "purchaser's sign-off"),
    ClockId.BANK_CONSENT: ("贷款银行同意账户变更", "lending bank's consent"),
    ClockId.OFFER_EXPIRY: ("授信要约有效期", "offer's validity"),
    ClockId.MATERIALS_SUPPLEMENT: ("补正材料", "supplementing materials"),
    ClockId.CONTRACT_WAIT: ("等待采购合同签订", "waiting for the signed contract"),
    ClockId.CHANGE_DRAFT: ("提交账户变更", "handing in the account change"),
    ClockId.CHANGE_REFILE: ("重新申请账户变更", "asking for the account change again"),
    ClockId.TREASURY_PAYMENT: ("支付合同款项", "payment under the contract"),
    ClockId.LOAN_REPAYMENT: ("归还贷款", "repayment of the loan"),
}


class LimitUnit(StrEnum):
    """How a limit is counted."""

    WORKING_DAY = "working_day"
    """工作日: the Nth working day after the start."""
    CALENDAR_DAY = "calendar_day"
    """日: every day counts; a last day of rest moves to the next working day (民法典 203)."""


class RuleOrigin(StrEnum):
    """Who set a limit: what the operator set is never shown as a region's text."""

    REGION = "region"
    """地方文件."""
    PRODUCT = "product"
    """银行产品的服务承诺."""
    PLATFORM = "platform"
    """平台运营方设定."""
    AGREEMENT = "agreement"
    """融资协议或采购合同约定."""
    NATIONAL_LAW = "national_law"
    """国家法律、行政法规."""


class Milestone(StrEnum):
    """The events that start, pause, resume or end a clock (时限事件)."""

    AWARD_ISSUED = "award_issued"
    CONTRACT_SIGNED = "contract_signed"
    CONTRACT_FILED = "contract_filed"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    MATERIALS_REQUESTED = "materials_requested"
    MATERIALS_SUPPLIED = "materials_supplied"
    DECIDED = "decided"
    """审批结论: approved or rejected."""
    OFFERED = "offered"
    AGREEMENT_SIGNED = "agreement_signed"
    CONTRACT_AWAITED = "contract_awaited"
    """A loan on an award notice begins to wait for the signed procurement contract."""
    CONTRACT_REPORTED = "contract_reported"
    """The purchaser has said under what number the contract is filed; it is being looked up."""
    CONTRACT_CHECKED = "contract_checked"
    """The signed contract has come and the account written in it was read."""
    ACCOUNT_CHANGE_FILED = "account_change_filed"
    PURCHASER_DECIDED = "purchaser_decided"
    ACCOUNT_CHANGE_OPENED = "account_change_opened"
    ACCOUNT_CHANGE_REFUSED = "account_change_refused"
    """The purchaser or the bank refused, or the supplier took it back; it may be asked for again."""
    BANK_CONSENT_ASKED = "bank_consent_asked"
    BANK_CONSENT_GIVEN = "bank_consent_given"
    """The lending bank answered, with consent or without."""
    ACCOUNT_LOCKED = "account_locked"
    DISBURSED = "disbursed"
    PAYMENT_DUE = "payment_due"
    """Goods, works or services were delivered: the purchaser's time to pay begins."""
    PAID = "paid"
    REPAYMENT_AGREED = "repayment_agreed"
    """An instalment of the loan, with its own due date in `Mark.fixed_due_date`."""
    REPAID = "repaid"
    SETTLED = "settled"
    ENDED = "ended"
    """The loan ended early; every open clock ends with it."""


class Mark(Frozen):
    """时限事件记录: this happened then, and from then on the loan lies with `holder`."""

    milestone: Milestone
    at: AwareDatetime
    holder: Role | None = None
    """Who has to act next; None where the event leaves that as it was."""
    reference: str = ""
    """Ties an end to its start where clocks overlap: number of the instalment, plan or change. Empty = all."""
    fixed_due_date: date | None = None
    """A last day that the document itself names (repayment day, end of an offer); it goes before the rule's limit."""
    agreed_on: date | None = None
    """约定日: the day named, where `fixed_due_date` is the working day to which it has moved already."""


class RunOfClock(Frozen):
    """一次计时: of a clock that may have run before, or beside itself, which run is meant."""

    reference: str = ""
    instance: Annotated[int, Field(ge=1)] = 1


class StartCorrection(Frozen):
    """更正起算日: a clock's start was recorded wrongly; one person asks, another approves. An event of its own."""

    clock: ClockId
    reference: str = ""
    instance: Annotated[int, Field(ge=1)] = 1
    corrected_on: date
    reason: Text
    requested_by: Principal
    approved_by: Principal
    at: AwareDatetime

    @model_validator(mode="after")
    def _two_persons(self) -> "StartCorrection":
        if self.requested_by.user_id == self.approved_by.user_id:
            raise ValueError("起算日的更正须由另一人批准: a corrected start is approved by a second person")
        return self


class Timeline(Frozen):
    """时限事件: all that deadlines are computed from, apart from rules and calendars. Append-only."""

    marks: tuple[Mark, ...] = ()
    corrections: tuple[StartCorrection, ...] = ()

    def with_mark(self, mark: Mark) -> "Timeline":
        """The timeline and one event more; late and out-of-order events are welcome, `Mark.at` puts them in order."""
        return self.model_copy(update={"marks": (*self.marks, mark)})

    def with_correction(self, correction: StartCorrection) -> "Timeline":
        """The timeline and one correction more; of several for the same clock the last counts."""
        return self.model_copy(update={"corrections": (*self.corrections, correction)})


class ClockRule(Frozen):
    """时限规则: one limit of a region, a product, the platform, an agreement or a law."""

    clock: ClockId
    starts: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    """Any of these starts the clock."""
    ends: Annotated[tuple[Milestone, ...], Field(min_length=1)]
    """Any of these ends it; `Milestone.ENDED` always does."""
    limit_days: Annotated[int, Field(ge=1, le=3660)] | None
    """In `unit`; None where only the document fixes the day (`Mark.fixed_due_date`)."""
    limit_days_repeat: Annotated[int, Field(ge=1, le=3660)] | None = None
    """再次贷款: the limit when the supplier has had a loan disbursed before; None = the same."""
    unit: LimitUnit
    pauses_from: tuple[Milestone, ...] = ()
    resumes_on: tuple[Milestone, ...] = ()
    """Both empty: the clock runs through."""
    pause_clause: str | None = None
    close_of_business: time | None = None
    """业务时间结束: None = 24:00 of the last day (民法典 203)."""
    duty_of: Role
    """Who has to keep the limit."""
    clause: Text
    """Clause id, e.g. `kunming/4.2`; for product and platform the name of the promise or setting."""
    origin: RuleOrigin
    set_by: Text
    """Region code, product id, `platform`, … : the level the limit comes from."""
    remind_before_days: tuple[Annotated[int, Field(ge=1)], ...] = (1,)
    """Reminders this many working days before the last day."""
    confirmed_until: date | None = None
    """Until when the text behind it was last confirmed; a clock that starts later is provisional. None = no text."""
    tightens: ClockId | None = None
    """For a product's promise: the region's clock that it competes with; the earlier of the two counts."""

    @model_validator(mode="after")
    def _whole(self) -> "ClockRule":
        if bool(self.pauses_from) != bool(self.resumes_on):
            raise ValueError(f"{self.clock}: pauses_from and resumes_on go together")
        if self.limit_days is None and self.limit_days_repeat is not None:
            raise ValueError(f"{self.clock}: limit_days_repeat without limit_days")
        return self

    def limit_for(self, *, repeat: bool) -> int | None:
        """The limit in `unit` for a first or a repeat loan; None where only the document fixes the day."""
        return self.limit_days_repeat if repeat and self.limit_days_repeat is not None else self.limit_days


class ClockStatus(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    """Ended in time."""
    MET_LATE = "met_late"
    """Ended after the limit."""
    BREACHED = "breached"
    """The limit is past and it has not ended: overdue now."""
    ENDED = "ended"
    """The loan ended before the clock did; whether it was late by then is in `breached_at`."""

    @property
    def is_open(self) -> bool:
        """The duty still stands."""
        return self in (ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.BREACHED)


class PausePeriod(Frozen):
    """停表: from the event that paused the clock to the one that resumed it; None = still paused."""

    paused_on: date
    resumed_on: date | None


class HeldTime(Frozen):
    """占用时间: on so many working days of the clock the loan lay with this party."""

    role: Role
    working_days: Annotated[int, Field(ge=0)]


class Deadline(Frozen):
    """到期: one clock of one loan, as it stands at one moment."""

    clock: ClockId
    reference: str
    instance: int
    """1 for the clock's first run under this reference, 2 when it was started again, …"""
    clause: str
    origin: RuleOrigin
    set_by: str
    duty_of: Role
    started_by: Milestone
    started_at: AwareDatetime
    """When the event happened that started it."""
    started_on: date
    """The day of that event in Shanghai, or the corrected one; it is not counted itself."""
    corrected: bool
    limit_days: int | None
    unit: LimitUnit
    due_date: date
    """最后一日. While paused: the last day if the pause had ended on the day it began, so never too late a date."""
    named_date: date | None = None
    """约定日, where a document names one and the last day has moved off it."""
    due_at: AwareDatetime
    """The moment from which it is late: the end of `due_date`, i.e. 00:00 of the next day, or the close of business."""
    provisional: bool
    """暂定: the count reaches into a year without a notice, or the rule's text was not confirmed for its start."""
    rule_confirmed_until: date | None
    """Given where the clock started after the last day for which the rule's text was confirmed."""
    calendar_version: str
    """The editions of the years that the count touches, joined by ` + `."""
    calendar_adopted_at: AwareDatetime
    """Which of the loan's calendars was used: fixed for ever once the clock is met or missed."""
    status: ClockStatus
    counted_days: int
    """Days counted so far, in `unit`, at most the limit."""
    pauses: tuple[PausePeriod, ...]
    closed_at: AwareDatetime | None
    breached_at: AwareDatetime | None
    """`due_at` when the limit was missed, whether the clock ended later or not."""
    holder_at_due: Role | None
    """Who held the loan when the limit passed; None while it has not."""
    held: tuple[HeldTime, ...]
    counts: bool
    """False for the later one of a region's limit and a product's promise on the same step."""
    remind_before_days: tuple[int, ...]
    version: str
    """Changes exactly when `due_at` does; unique among a loan's deadlines."""

    @property
    def is_breach(self) -> bool:
        """超时: the limit passed while the clock was open."""
        return self.breached_at is not None

    @property
    def name(self) -> str:
        """Which clock it is within its loan: stays the same when the deadline moves."""
        return f"{self.clock.value}:{self.reference}:{self.instance}"


class CountReason(StrEnum):
    """Why a day was counted or not."""

    START_DAY = "start_day"
    """起算日不计 (民法典 201)."""
    COUNTED = "counted"
    """计入."""
    REST_DAY = "rest_day"
    """周末或放假."""
    PAUSED = "paused"
    """停表."""
    MOVED = "moved"
    """The last calendar day was a day of rest, so the end moves on (民法典 203)."""
    FIXED = "fixed"
    """The day was named by the document itself."""


class CountedDay(Frozen):
    """一日: counted or not, and why."""

    date: date
    counted: bool
    reason: CountReason
    kind: DayKind
    holidays: tuple[Holiday, ...] = ()
    ordinal: int | None = None
    """计第几日, for counted days."""
    provisional: bool = False
    """The year has no notice yet."""


class Explanation(Frozen):
    """时限说明: start, rule, clause, calendar, and each day; `text_zh` and `text_en` say the same."""

    clock: ClockId
    clause: str
    calendar_version: str
    days: tuple[CountedDay, ...]
    text_zh: str
    text_en: str
