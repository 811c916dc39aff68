"""A deadline explains itself (时限说明), in Chinese and in English: start, rule, clause, calendar, and every day.

It cites the Civil Code where a day is not counted or the last day moves (law/civil-code-201, law/civil-code-203).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from zhengcaidai.messages.calendars import CalendarAdoption, DayKind
from zhengcaidai.messages.clocks import (
    CountedDay,
    CountReason,
    Deadline,
    Explanation,
    LimitUnit,
    Milestone,
    RuleOrigin,
)
from zhengcaidai.rules.clocks import calendar_of
from zhengcaidai.rules.counted_days import counted_days

__all__ = [
    "MILESTONES",
    "due_text_en",
    "due_text_zh",
    "explain",
    "provisional_text_en",
    "provisional_text_zh",
    "reason_en",
    "reason_zh",
    "steps_en",
    "steps_zh",
]

MILESTONES = {
    Milestone.AWARD_ISSUED: ("中标（成交）通知书发出", "award notice issued"),
    Milestone.CONTRACT_SIGNED: ("采购合同签订", "procurement contract signed"),
    Milestone.CONTRACT_FILED: ("合同备案", "contract filed"),
    Milestone.SUBMITTED: ("提交申请", "application submitted"),
    Milestone.VERIFIED: ("核验通过", "application verified"),
    Milestone.ACCEPTED: ("受理", "accepted"),
    Milestone.MATERIALS_REQUESTED: ("要求补正", "materials requested"),
    Milestone.MATERIALS_SUPPLIED: ("材料补齐", "materials supplied"),
    Milestone.DECIDED: ("审批结论作出", "decision made"),
    Milestone.OFFERED: ("授信要约发出", "offer made"),
    Milestone.AGREEMENT_SIGNED: ("融资协议签订", "loan agreement signed"),
    Milestone.CONTRACT_AWAITED: ("开始等待采购合同", "wait for the contract begun"),
    Milestone.CONTRACT_REPORTED: ("采购人报备合同", "contract reported"),
    Milestone.CONTRACT_CHECKED: ("采购合同已核对", "contract checked"),
    Milestone.ACCOUNT_CHANGE_OPENED: ("账户变更发起", "account change opened"),
    Milestone.ACCOUNT_CHANGE_FILED: ("账户变更申请提交", "account change filed"),
    Milestone.ACCOUNT_CHANGE_REFUSED: ("账户变更未获同意", "account change refused"),
    Milestone.PURCHASER_DECIDED: ("采购人审核完毕", "purchaser decided"),
    Milestone.BANK_CONSENT_ASKED: ("征求贷款银行同意", "bank's consent asked"),
    Milestone.BANK_CONSENT_GIVEN: ("贷款银行答复", "bank answered"),
    Milestone.ACCOUNT_LOCKED: ("账户锁定", "account locked"),
    Milestone.DISBURSED: ("放款", "disbursed"),
    Milestone.PAYMENT_DUE: ("交付，付款期限起算", "delivered, payment falls due"),
    Milestone.PAID: ("国库支付", "paid"),
    Milestone.REPAYMENT_AGREED: ("约定还款", "repayment agreed"),
    Milestone.REPAID: ("还款", "repaid"),
    Milestone.SETTLED: ("结清", "settled"),
    Milestone.ENDED: ("业务终止", "loan ended"),
}
"""事件名称."""

ORIGINS = {
    RuleOrigin.REGION: ("", ""),
    RuleOrigin.PRODUCT: ("，银行服务承诺", ", the bank's own promise"),
    RuleOrigin.PLATFORM: ("，平台设定，非地方文件要求", ", set by the platform, not by the region's text"),
    RuleOrigin.AGREEMENT: ("，文书载明的日期", ", the date that the document names"),
    RuleOrigin.NATIONAL_LAW: ("，国家规定", ", national law"),
}

KINDS = {
    DayKind.WORKING_DAY: ("工作日", "working day"),
    DayKind.MAKE_UP_WORKING_DAY: ("调休上班", "make-up working day"),
    DayKind.WEEKEND: ("周末", "weekend"),
    DayKind.HOLIDAY: ("放假", "holiday"),
}

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CIRCLED = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def explain(deadline: Deadline, calendars: tuple[CalendarAdoption, ...]) -> Explanation:
    """The deadline's own account of itself, under the calendar of the loan that it was counted with."""
    days = counted_days(deadline, calendar_of(deadline, calendars))
    return Explanation(
        clock=deadline.clock,
        clause=deadline.clause,
        calendar_version=deadline.calendar_version,
        days=days,
        text_zh=_text_zh(deadline, days),
        text_en=_text_en(deadline, days),
    )


def due_text_zh(deadline: Deadline) -> str:
    """`2026年9月24日24时`: the end of the last day."""
    at = "24时" if deadline.due_at.date() != deadline.due_date else deadline.due_at.strftime("%H:%M")
    return f"{deadline.due_date.year}年{_md_zh(deadline.due_date)}{at}"


def due_text_en(deadline: Deadline) -> str:
    """`24:00 on 24 Sep 2026`: the end of the last day."""
    at = "24:00" if deadline.due_at.date() != deadline.due_date else deadline.due_at.strftime("%H:%M")
    return f"{at} on {_md_en(deadline.due_date)} {deadline.due_date.year}"


def reason_zh(day: CountedDay) -> str:
    """`调休上班，计第1日`: what the day is and what follows from it."""
    return _reason_zh((day,))


def reason_en(day: CountedDay) -> str:
    """`make-up working day, counts as day 1`."""
    return _reason_en((day,))


def steps_zh(deadline: Deadline, days: Sequence[CountedDay], *, each_day: bool = False) -> tuple[str, ...]:
    """① 9月18日（周五）受理，当日不计 …: neighbouring days of one kind in one step, or one step a day."""
    return _steps(deadline, days, each_day, _ZH)


def steps_en(deadline: Deadline, days: Sequence[CountedDay], *, each_day: bool = False) -> tuple[str, ...]:
    """① Fri 18 Sep: accepted, the day itself is not counted …"""
    return _steps(deadline, days, each_day, _EN)


def _text_zh(deadline: Deadline, days: tuple[CountedDay, ...]) -> str:
    steps = " ".join(steps_zh(deadline, days))
    unit = "个工作日" if deadline.unit is LimitUnit.WORKING_DAY else "日"
    limit = "载明到期日" if deadline.limit_days is None else f"{deadline.limit_days}{unit}"
    text = (
        f"{deadline.clock.title_zh}：{limit}（{deadline.clause}{ORIGINS[deadline.origin][0]}），"
        f"自{deadline.started_on.year}年{_md_zh(deadline.started_on)}起。{steps} 截止{due_text_zh(deadline)}。"
        f"日历：{deadline.calendar_version}。"
    )
    if deadline.corrected:
        text += "起算日经更正。"
    if any(each.resumed_on is None for each in deadline.pauses) and deadline.closed_at is None:
        text += "现已停表，截止日为停表当日即恢复时的最早日期。"
    return text + provisional_text_zh(deadline, days)


def provisional_text_zh(deadline: Deadline, days: Sequence[CountedDay]) -> str:
    """Why the date may still move; empty if it may not."""
    text = ""
    if any(day.provisional for day in days):
        text += "暂定：所及年度的放假通知尚未发布，按法定节假日计算，通知发布后重算。"
    if deadline.rule_confirmed_until is not None:
        text += f"暂定：规则只复核到{deadline.rule_confirmed_until}，起算日在其后，请核对文件是否仍然有效。"
    return text


def _text_en(deadline: Deadline, days: tuple[CountedDay, ...]) -> str:
    steps = " ".join(steps_en(deadline, days))
    unit = "working day" if deadline.unit is LimitUnit.WORKING_DAY else "day"
    plural = "" if deadline.limit_days == 1 else "s"
    limit = "the date named" if deadline.limit_days is None else f"{deadline.limit_days} {unit}{plural}"
    text = (
        f"{deadline.clock.title_en[0].upper()}{deadline.clock.title_en[1:]}: {limit} "
        f"({deadline.clause}{ORIGINS[deadline.origin][1]}) from {_md_en(deadline.started_on)} "
        f"{deadline.started_on.year}. {steps}; due {due_text_en(deadline)}. Calendar: {deadline.calendar_version}."
    )
    if deadline.corrected:
        text += " The start date was corrected."
    if any(each.resumed_on is None for each in deadline.pauses) and deadline.closed_at is None:
        text += " Paused: the date shown is the earliest, as if the pause had ended on the day it began."
    why = provisional_text_en(deadline, days)
    return f"{text} {why}" if why else text


def provisional_text_en(deadline: Deadline, days: Sequence[CountedDay]) -> str:
    """Why the date may still move; empty if it may not."""
    reasons: list[str] = []
    if any(day.provisional for day in days):
        reasons.append(
            "Provisional: a year it reaches into has no notice yet; counted on the statutory rest days and to be"
            " counted again when the notice is out."
        )
    if deadline.rule_confirmed_until is not None:
        reasons.append(
            f"Provisional: the rule was confirmed until {deadline.rule_confirmed_until} and the clock starts later;"
            " check that the text still holds."
        )
    return " ".join(reasons)


@dataclass(frozen=True, slots=True)
class _Wording:
    """One language's way to say a step."""

    span: Callable[[date, date, int], str]
    reason: Callable[[Sequence[CountedDay]], str]
    title: int
    comma: str


def _steps(deadline: Deadline, days: Sequence[CountedDay], each_day: bool, wording: _Wording) -> tuple[str, ...]:
    steps: list[str] = []
    for _, group in groupby(days, key=lambda day: _alike(day, each_day)):
        run = tuple(group)
        what = wording.reason(run)
        if run[0].reason is CountReason.START_DAY:
            what = f"{MILESTONES[deadline.started_by][wording.title]}{wording.comma}{what}"
        span = wording.span(run[0].date, run[-1].date, deadline.started_on.year)
        steps.append(f"{_circled(len(steps) + 1)} {span}{what}")
    return tuple(steps)


def _alike(day: CountedDay, each_day: bool) -> tuple[object, ...]:
    """What the days of one step have in common."""
    if each_day:
        return (day.date,)
    if day.reason is CountReason.PAUSED:
        return (day.date.year, day.reason)
    return (day.date.year, day.reason, day.kind, day.holidays)


def _circled(number: int) -> str:
    """① to ㊿, then plain numbers in brackets: Unicode has three runs of them."""
    for first, last, code in _CIRCLED:
        if first <= number <= last:
            return chr(code + number - first)
    return f"({number})"


def _md_zh(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _md_en(day: date) -> str:
    return f"{day.day} {MONTHS_EN[day.month - 1]}"


def _span_zh(first: date, last: date, year: int) -> str:
    prefix = "" if first.year == year else f"{first.year}年"
    text = f"{prefix}{_md_zh(first)}（周{WEEKDAYS_ZH[first.weekday()]}）"
    return text if first == last else f"{text}至{_md_zh(last)}（周{WEEKDAYS_ZH[last.weekday()]}）"


def _span_en(first: date, last: date, year: int) -> str:
    suffix = "" if first.year == year else f" {first.year}"
    text = f"{WEEKDAYS_EN[first.weekday()]} {_md_en(first)}{suffix}"
    return f"{text}: " if first == last else f"{text} to {WEEKDAYS_EN[last.weekday()]} {_md_en(last)}{suffix}: "


def _reason_zh(days: Sequence[CountedDay]) -> str:
    first, last = days[0], days[-1]
    name = "、".join(holiday.title_zh for holiday in first.holidays)
    kind = f"{name}{KINDS[first.kind][0]}"
    match first.reason:
        case CountReason.START_DAY:
            return "当日不计（民法典第201条）"
        case CountReason.COUNTED if first is last:
            return f"{kind}，计第{first.ordinal}日"
        case CountReason.COUNTED:
            return f"{kind}，计第{first.ordinal}至{last.ordinal}日"
        case CountReason.MOVED:
            return f"{kind}，末日顺延{'至此' if first.kind.is_working else ''}（民法典第203条）"
        case other:
            return _PLAIN_REASONS_ZH[other].format(kind=kind)


_PLAIN_REASONS_ZH = {
    CountReason.REST_DAY: "{kind}，不计",
    CountReason.PAUSED: "停表，不计",
    CountReason.FIXED: "{kind}，文书载明的到期日",
}


def _reason_en(days: Sequence[CountedDay]) -> str:
    first, last = days[0], days[-1]
    name = " and ".join(holiday.title_en for holiday in first.holidays)
    kind = f"{name} {KINDS[first.kind][1]}" if name else KINDS[first.kind][1]
    match first.reason:
        case CountReason.START_DAY:
            return "the day itself is not counted (Civil Code art. 201)"
        case CountReason.COUNTED if first is last:
            return f"{kind}, counts as day {first.ordinal}"
        case CountReason.COUNTED:
            are = f"{kind}s, count" if first.kind.is_working else f"{kind}, counts"
            return f"{are} as days {first.ordinal} to {last.ordinal}"
        case CountReason.MOVED:
            ended = first.kind.is_working
            return f"{kind}, {'the last day moves here' if ended else 'the last day moves on'} (Civil Code art. 203)"
        case other:
            return _PLAIN_REASONS_EN[other].format(kind=kind)


_PLAIN_REASONS_EN = {
    CountReason.REST_DAY: "{kind}, not counted",
    CountReason.PAUSED: "clock paused, not counted",
    CountReason.FIXED: "{kind}, the date that the document names",
}


_ZH = _Wording(span=_span_zh, reason=_reason_zh, title=0, comma="，")
_EN = _Wording(span=_span_en, reason=_reason_en, title=1, comma=", ")
