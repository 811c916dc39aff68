"""借款要素: what an offer becomes when it is paid out, and the days on which it is to be repaid (kunming/2.3.3, luoyang/2.4)."""

from datetime import date, timedelta

from zhengcaidai.messages.clocks import Milestone
from zhengcaidai.messages.facts import Disbursed
from zhengcaidai.messages.money import LoanTerms
from zhengcaidai.messages.orders import DisbursementOrder, DisbursementReceipt
from zhengcaidai.messages.steps import Approve, ReportDisbursement
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.schedules import due_dates
from zhengcaidai.rules.wording import yuan
from zhengcaidai.rules.working_days import WorkingDayCalendar, shanghai_date

__all__ = ["account_locked_on", "agreed_dates", "paid_out", "receipt_fault", "terms_of"]


def terms_of(offer: Approve, disbursed: Disbursed) -> LoanTerms:
    """借款要素: what was offered, as paid out (kunming/2.3.3)."""
    dates = disbursed.due_dates
    return LoanTerms(
        principal_fen=disbursed.amount_fen,
        annual_rate=offer.annual_rate,
        penalty_rate=offer.penalty_rate,
        day_count=offer.day_count,
        method=offer.method,
        disbursed_on=disbursed.value_date,
        due_on=dates[-1] if dates else disbursed.value_date + timedelta(days=offer.term_days),
        due_dates=dates,
    )


def agreed_dates(offer: Approve, disbursed: Disbursed) -> dict[date, date]:
    """约定还款日 by the day on which each falls due: the same day, or the day of rest from which it moved."""
    agreed = due_dates(terms_of(offer, disbursed.model_copy(update={"due_dates": ()})))
    return {day: max(each for each in agreed if each <= day) for day in disbursed.due_dates}


def account_locked_on(loan: Loan) -> date:
    """锁定日: nothing is paid out before it (hanyang/1)."""
    return max(shanghai_date(mark.at) for mark in loan.timeline.marks if mark.milestone is Milestone.ACCOUNT_LOCKED)


def receipt_fault(
    receipt: DisbursementReceipt, order: DisbursementOrder, *, locked_on: date, today: date
) -> Words | None:
    """回单不符: the bank's receipt must be for the amount that it was told to pay, valued between lock and today; None if it is."""
    if receipt.amount_fen != order.amount_fen:
        said, told = yuan(receipt.amount_fen), yuan(order.amount_fen)
        return Words(
            zh=f"银行回单金额 {said} 元与指令金额 {told} 元不符，须银行更正",
            en=f"the bank's receipt is for {said} yuan, the instruction for {told}: the bank must put it right",
        )
    if not locked_on <= receipt.value_date <= today:
        day = receipt.value_date
        return Words(
            zh=f"银行回单的起息日 {day} 不在账户锁定日 {locked_on} 至今天 {today} 之间，须银行更正",
            en=f"the bank's receipt is valued {day}, not between the lock on {locked_on} and today, {today}: the bank must put it right",
        )
    return None


def paid_out(
    offer: Approve,
    receipt: ReportDisbursement | DisbursementReceipt,
    calendar: WorkingDayCalendar,
    *,
    charges_fees: bool = True,
) -> Disbursed:
    """已放款, with the days on which it is to be repaid moved off days of rest (law/civil-code-203), and the agreed fees.

    `charges_fees`: False for loans of the time in which agreed fees were never charged.
    """
    plain = Disbursed(
        bank_reference=receipt.bank_reference, amount_fen=receipt.amount_fen, value_date=receipt.value_date
    )
    days = (calendar.working_day_on_or_after(day) for day in due_dates(terms_of(offer, plain)))
    fees_fen = offer.extra_fees_fen if charges_fees else 0
    return plain.model_copy(update={"due_dates": tuple(dict.fromkeys(days)), "fees_fen": fees_fen})
