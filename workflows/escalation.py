"""Escalation 超时督办: what a loan's clock says at a reminder, a breach and its repetitions. A time-out never approves anything."""

from temporalio import workflow

from activities.bank import BankActivities
from activities.notices import NoticeActivities
from workflows.loan_book import LoanBook
from workflows.outside import Outside
from workflows.since import Since
from zhengcaidai.messages import facts
from zhengcaidai.messages.alarms import Alarm, AlarmKey, Threshold
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.orders import BreachReport, OverdueReport
from zhengcaidai.messages.words import Words
from zhengcaidai.rules import errands
from zhengcaidai.rules.alarms import breach_report
from zhengcaidai.rules.dues import promised_fen

__all__ = ["sound", "tell_breach"]

_LAPSING = {
    ClockId.OFFER_EXPIRY: Words(zh="要约到期未签约", en="the offer expired unsigned"),
    ClockId.CONTRACT_WAIT: Words(zh="等待采购合同逾期", en="the procurement contract did not come in time"),
    ClockId.CHANGE_REFILE: Words(
        zh="账户变更未获同意，逾期未重新申请",
        en="the account change was refused and not asked for again in time",
    ),
}
"""Limits that end the application when they pass; every other time-out only escalates."""


def sound(alarm: Alarm, book: LoanBook, outside: Outside) -> None:
    """Record a reminder, a breach or its repetition; tell bank and bureau of a breach (luoyang/3.1)."""
    now, deadline = workflow.now(), alarm.deadline
    if alarm.threshold is Threshold.BREACH:
        at_nine = Since.TELEPHONES_ARE_TOLD_AT_NINE.holds()
        book.append(facts.Breached(deadline=deadline, alarm_key=alarm.key, told_at_nine=at_nine), now)
    else:
        reminded = facts.Reminded(
            clock=deadline.clock,
            alarm_key=alarm.key,
            due_at=deadline.due_at,
            duty_of=deadline.duty_of,
            first_of_breach=_is_first_repetition(alarm, book),
        )
        book.append(reminded, now)
    if alarm.threshold is not Threshold.REMINDER:
        _report(alarm, book, outside)
    if alarm.threshold is Threshold.BREACH and deadline.status.is_open and _ends_with(deadline.clock):
        book.append(facts.ApplicationLapsed(clock=deadline.clock, reason=_LAPSING[deadline.clock]), now)


def tell_breach(report: BreachReport, outside: Outside, *, is_online: bool) -> None:
    """超时通报 to the finance bureau and, where the bank has a system, its head office."""
    outside.send(NoticeActivities.breach, report, errands.breach_to_bureau(report.clock))
    if is_online:
        outside.send(BankActivities.breached, report, errands.breach_to_bank(report.clock))


def _is_first_repetition(alarm: Alarm, book: LoanBook) -> bool:
    """Of a breach that nobody's telephone was told of yet."""
    version = alarm.deadline.version
    told = [entry.event for entry in book.journal if isinstance(entry.event, facts.Breached | facts.Reminded)]
    of_this = [each for each in told if AlarmKey.read(each.alarm_key).version == version]
    breach = next((each for each in of_this if isinstance(each, facts.Breached)), None)
    repeated = any(AlarmKey.read(each.alarm_key).threshold is Threshold.REPEAT for each in of_this)
    return alarm.threshold is Threshold.REPEAT and breach is not None and breach.told_at_nine and not repeated


def _ends_with(clock: ClockId) -> bool:
    if clock is ClockId.CONTRACT_WAIT:
        return not Since.LATE_CONTRACT_ENDS_NOTHING.holds()
    return clock in _LAPSING


def _report(alarm: Alarm, book: LoanBook, outside: Outside) -> None:
    loan, application = book.loan, book.loan.application
    key = f"{loan.loan_id}:breach:{loan.sequence}"
    if alarm.deadline.clock is ClockId.TREASURY_PAYMENT:
        _report_late_payment(alarm, key, book, outside)
        return
    report = breach_report(
        alarm,
        key=key,
        loan_id=loan.loan_id,
        region=application.region,
        bank_id=application.bank_id,
        at=workflow.now(),
    )
    tell_breach(report, outside, is_online=book.is_online)


def _report_late_payment(alarm: Alarm, key: str, book: LoanBook, outside: Outside) -> None:
    loan, deadline, contract = book.loan, alarm.deadline, book.loan.contract
    if contract is None:
        return
    report = OverdueReport(
        key=key,
        loan_id=loan.loan_id,
        region=loan.application.region,
        filing_number=contract.filing_number,
        purchaser_id=contract.purchaser_id,
        due_on=deadline.due_date,
        amount_fen=promised_fen(contract, deadline.reference),
        reported_at=workflow.now(),
    )
    outside.send(NoticeActivities.late_payment, report, errands.LATE_PAYMENT_TO_BUREAU)
