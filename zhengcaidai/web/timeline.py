"""The timeline of a loan (时间线): each line of its journal with a title and a note that a person reads."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import AwareDatetime

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.journal import Entry, Event
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.notices import yuan
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.web.redaction import Sensitive, redacted

__all__ = ["TimelineEntry", "timeline_entry"]


class TimelineEntry(Frozen):
    """流水一行: what, by whom, when; `event` is the line itself."""

    sequence: int
    at: AwareDatetime
    kind: str
    role: Role
    organisation_id: Identifier
    user_id: Identifier
    title_zh: str
    title_en: str
    note_zh: str
    event: Event


def timeline_entry(entry: Entry, known: frozenset[Sensitive]) -> TimelineEntry:
    """A line of the journal, its account and telephone numbers masked unless they are known to the reader anyway."""
    event: Any = redacted(entry.event, known)
    return TimelineEntry.model_construct(
        sequence=entry.sequence,
        at=entry.at,
        kind=event.kind,
        role=entry.by.role,
        organisation_id=entry.by.organisation_id,
        user_id=entry.by.user_id,
        title_zh=_title_zh(event),
        title_en=event.kind.replace("_", " "),
        note_zh="，".join(_notes(event)),
        event=event,
    )


def _title_zh(event: Any) -> str:
    if isinstance(event, Step):
        return event.title_zh
    return (type(event).__doc__ or event.kind).partition(":")[0]


def _notes(event: Any) -> list[str]:
    notes = []
    for name, value in event:
        say = _WORDS.get(name)
        if say is not None and value not in (None, "", ()):
            notes.append(say(value))
    return notes


def _moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f}%"


def _application(application: LoanApplication) -> str:
    return f"{yuan(application.amount_fen)} 元，{application.term_days} 天，{application.award_number}"


def _deadline(deadline: Deadline) -> str:
    holder = f"，到期时在{deadline.holder_at_due.title_zh}" if deadline.holder_at_due else ""
    return f"{deadline.clock.title_zh}（{deadline.clause}）应于 {_moment(deadline.due_at)}{holder}"


def _clock(clock: ClockId) -> str:
    return clock.title_zh


def _account(account: Account) -> str:
    return account.masked


def _problem(problem: Problem) -> str:
    return problem.zh


_WORDS: dict[str, Callable[[Any], str]] = {
    "application": _application,
    "deadline": _deadline,
    "clock": _clock,
    "account": _account,
    "problem": _problem,
    "award": lambda award: f"中标（成交）通知书 {award.award_number}",
    "contract": lambda contract: f"合同 {contract.filing_number}",
    "calendar": lambda calendar: calendar.version,
    "outcome": lambda outcome: outcome.stage.title_zh,
    "stage": lambda stage: stage.title_zh,
    "items": "、".join,
    "reasons": "；".join,
    "documents": lambda documents: "、".join(document.title for document in documents),
    "amount_fen": lambda amount: f"{yuan(amount)} 元",
    "received_fen": lambda amount: f"收回 {yuan(amount)} 元",
    "surplus_fen": lambda amount: f"余款 {yuan(amount)} 元",
    "released_fen": lambda amount: f"退还余款 {yuan(amount)} 元",
    "owed_fen": lambda amount: f"尚欠 {yuan(amount)} 元",
    "annual_rate": lambda rate: f"年利率 {_percent(rate)}",
    "term_days": lambda days: f"{days} 天",
    "due_at": lambda moment: f"至 {_moment(moment)}",
    "old_due_at": lambda moment: f"原 {_moment(moment)}",
    "new_due_at": lambda moment: f"现 {_moment(moment)}",
    "filing_number": str,
    "agreement_number": str,
    "plan_number": str,
    "payment_id": str,
    "return_id": str,
    "check_id": str,
    "bank_reference": str,
    "order_number": str,
    "court": str,
    "account_masked": str,
    "new_loan_id": lambda loan_id: f"新编号 {loan_id}",
    "change_id": str,
    "what": str,
    "step": str,
    "note": str,
    "reason": str,
}
"""What of a line is worth saying, and how."""
