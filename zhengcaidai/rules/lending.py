"""借款要素: what an offer becomes when it is paid out, and the days on which it is to be repaid (kunming/2.3.3, luoyang/2.4)."""

from datetime import timedelta

from zhengcaidai.messages.facts import Disbursed
from zhengcaidai.messages.money import LoanTerms
from zhengcaidai.messages.orders import DisbursementReceipt
from zhengcaidai.messages.steps import Approve, ReportDisbursement
from zhengcaidai.rules.schedules import due_dates
from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["paid_out", "terms_of"]


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


def paid_out(
    offer: Approve, receipt: ReportDisbursement | DisbursementReceipt, calendar: WorkingDayCalendar
) -> Disbursed:
    """已放款, with the days on which it is to be repaid moved off days of rest (law/civil-code-203)."""
    plain = Disbursed(
        bank_reference=receipt.bank_reference, amount_fen=receipt.amount_fen, value_date=receipt.value_date
    )
    days = (calendar.working_day_on_or_after(day) for day in due_dates(terms_of(offer, plain)))
    return plain.model_copy(update={"due_dates": tuple(dict.fromkeys(days))})
