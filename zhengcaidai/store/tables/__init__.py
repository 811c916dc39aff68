"""Tables (表): one class a table, one module a subject; the migrations make exactly these."""

from zhengcaidai.store.tables.base import Row
from zhengcaidai.store.tables.catalogue import CalendarRow, CooperationRow, ProductRegionRow, ProductRow
from zhengcaidai.store.tables.changes import AccountChangeRow
from zhengcaidai.store.tables.documents import DocumentRow, LoanDocumentRow
from zhengcaidai.store.tables.loans import ClaimRow, DeadlineRow, EntryRow, LoanRow, LoanRulesRow
from zhengcaidai.store.tables.requests import IdempotencyRow, PaymentCheckRow, SmsRow
from zhengcaidai.store.tables.tasks import SubstituteRow, TaskRow, TaskSubject

__all__ = [
    "AccountChangeRow",
    "CalendarRow",
    "ClaimRow",
    "CooperationRow",
    "DeadlineRow",
    "DocumentRow",
    "EntryRow",
    "IdempotencyRow",
    "LoanDocumentRow",
    "LoanRow",
    "LoanRulesRow",
    "PaymentCheckRow",
    "ProductRegionRow",
    "ProductRow",
    "Row",
    "SmsRow",
    "SubstituteRow",
    "TaskRow",
    "TaskSubject",
]
