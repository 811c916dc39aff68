"""Activities: the loan's dealings with the outside, one class a counterparty, its port given by the constructor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from activities.bank import BankActivities
from activities.notices import NoticeActivities
from activities.procurement import ProcurementActivities
from activities.receivables import ReceivablesActivities
from activities.records import RecordActivities
from activities.treasury import TreasuryActivities
from zhengcaidai.ports import (
    Bank,
    BudgetSystem,
    FinanceBureau,
    LoanRecords,
    ProcurementSystem,
    ReceivablesPlatform,
    RuleBook,
    Sms,
)

__all__ = ["Ports", "all_activities"]


@dataclass(frozen=True, slots=True)
class Ports:
    """One of each outside system that a worker deals with."""

    procurement: ProcurementSystem
    receivables: ReceivablesPlatform
    budget: BudgetSystem
    bank: Bank
    bureau: FinanceBureau
    sms: Sms
    records: LoanRecords
    rulebook: RuleBook


def all_activities(ports: Ports) -> list[Callable[..., Any]]:
    """Every activity, as a worker registers it."""
    rooms = (
        ProcurementActivities(ports.procurement),
        ReceivablesActivities(ports.receivables),
        TreasuryActivities(ports.budget),
        BankActivities(ports.bank),
        NoticeActivities(ports.sms, ports.bureau),
        RecordActivities(ports.records, ports.rulebook),
    )
    found: list[Callable[..., Any]] = []
    for room in rooms:
        members = (getattr(room, name) for name in dir(room) if not name.startswith("_"))
        found += [member for member in members if _is_activity(member)]
    return found


def _is_activity(member: object) -> bool:
    return getattr(member, "__temporal_activity_definition", None) is not None
