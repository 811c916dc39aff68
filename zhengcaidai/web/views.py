"""What the API shows of loans, tasks and account changes (展示)."""

from collections.abc import Mapping
from datetime import date

from pydantic import AwareDatetime, Field

from zhengcaidai.messages.account_changes import ChangeEntry, ChangeStage, CourtOrder
from zhengcaidai.messages.accounts import Account, Caution
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Receipt
from zhengcaidai.messages.tasks import LoanView, Task, TaskId
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.identifiers import cautions_in
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.changes import ChangeDetail, ChangeSummary
from zhengcaidai.store.documents import LoanDocument
from zhengcaidai.store.queries import LoanDetail
from zhengcaidai.store.tables import TaskSubject
from zhengcaidai.store.tasks import OpenTask
from zhengcaidai.web.redaction import known_to, redacted

__all__ = [
    "Action",
    "ChangeItem",
    "ChangePage",
    "DocumentItem",
    "InboxItem",
    "LoanItem",
    "LoanPage",
    "NumberedTask",
    "StepAnswer",
    "action_path",
    "change_item",
    "change_page",
    "document_item",
    "inbox_item",
    "loan_item",
    "loan_page",
]


class LoanItem(LoanView):
    """A loan in a list."""

    stage_title: str
    as_of: date = Field(
        description="principal_fen、owed_fen、overdue 计至此日 / the day as of which principal_fen, owed_fen and overdue hold: "
        "in a list that of the loan's last change, of a single loan today"
    )


class NumberedTask(Task):
    """A task of a loan or an account change, with the number by which it is claimed or reminded of."""

    task_id: TaskId


class LoanPage(LoanItem):
    """One loan: where it stands, what it waits for, what is owed."""

    tasks: tuple[NumberedTask, ...]
    statement: Statement | None = Field(description="对账，计至 as_of 当日 / what is owed as of the day `as_of`")
    collection_account: Account | None
    """锁定的回款账户; its number in full only for those who pay into it or lend on it."""


class StepAnswer(Receipt):
    """回执, and what deserves a second look in what was said."""

    cautions: tuple[Caution, ...] = Field(description="提示，不影响办理 / a second look is due; nothing is refused")


class Action(Frozen):
    """One way to answer a task: where to post it."""

    action: str
    href: str


class InboxItem(Frozen):
    """待办: what is asked, until when, and where to answer; who of the organisation works on it."""

    task_id: TaskId
    subject: TaskSubject
    subject_id: Identifier
    task: Task
    actions: tuple[Action, ...]
    loan: LoanItem | None
    claimed_by: Identifier | None
    claimed_at: AwareDatetime | None
    claimed_from: Identifier | None
    reminded_by: Principal | None = Field(description="最近一次催办的单位和人 / who reminded of it last")
    reminded_at: AwareDatetime | None
    stands_in_for: Identifier | None = Field(
        description="认领人今日由您代办 / the colleague who has claimed it and for whom you stand in today"
    )


class DocumentItem(Frozen):
    """A document of a loan, and the step that brought it."""

    document: DocumentRef
    href: str
    sequence: int
    organisation_id: str
    at: AwareDatetime


class ChangeItem(Frozen):
    """An account change in a list; accounts are masked."""

    change_id: Identifier
    region: str
    filing_number: FilingNumber
    supplier_id: Identifier
    purchaser_id: Identifier
    loan_id: Identifier | None
    stage: ChangeStage
    stage_title: str
    old_account: str
    new_account: str
    updated_at: AwareDatetime


class ChangePage(ChangeItem):
    """One account change."""

    supplier_name: str
    purchaser_name: str
    consent_of_bank_id: Identifier | None
    court_order: CourtOrder | None
    accounts: tuple[Account, Account]
    """原账户, 拟变更账户; in full only for those who need them."""
    tasks: tuple[NumberedTask, ...]
    deadlines: tuple[Deadline, ...]
    cautions: tuple[Caution, ...] = Field(description="提示，不影响办理 / a second look is due; nothing is refused")
    scan: DocumentRef | None
    reason: Words | None
    entries: tuple[ChangeEntry, ...]
    form: str
    """合同账户变更申请, for printing."""


def action_path(subject: TaskSubject, subject_id: str, kind: str) -> str:
    """Where a step is posted."""
    room = "loans" if subject is TaskSubject.LOAN else "account-changes"
    return f"/v1/{room}/{subject_id}/{kind.replace('_', '-')}"


def loan_item(view: LoanView) -> LoanItem:
    """A loan in a list."""
    return LoanItem(**dict(view), stage_title=Stage(view.stage).title_zh, as_of=shanghai_date(view.updated_at))


def loan_page(detail: LoanDetail, role: Role, statement: Statement | None) -> LoanPage:
    """One loan, as that party sees it; its money is that of the statement."""
    item = loan_item(detail.view)
    if statement is not None:
        money = {name: getattr(statement, name) for name in ("principal_fen", "owed_fen", "overdue", "as_of")}
        item = item.model_copy(update=money)
    return LoanPage(
        **dict(item),
        tasks=_numbered(detail.tasks),
        statement=statement,
        collection_account=redacted(detail.locked_account, known_to(role)),
    )


def _numbered(tasks: Mapping[TaskId, Task]) -> tuple[NumberedTask, ...]:
    return tuple(NumberedTask(task_id=task_id, **dict(task)) for task_id, task in tasks.items())


def inbox_item(open_task: OpenTask) -> InboxItem:
    """A task with the addresses that answer it."""
    subject, subject_id = open_task.subject, open_task.subject_id
    reminder = open_task.reminder
    return InboxItem(
        **dict(open_task.claim),
        reminded_by=reminder.reminded_by if reminder else None,
        reminded_at=reminder.reminded_at if reminder else None,
        stands_in_for=open_task.stands_in_for,
        subject=subject,
        subject_id=subject_id,
        task=open_task.task,
        actions=tuple(
            Action(action=kind, href=action_path(subject, subject_id, kind)) for kind in open_task.task.actions
        ),
        loan=loan_item(open_task.loan) if open_task.loan else None,
    )


def document_item(found: LoanDocument) -> DocumentItem:
    """A document of a loan."""
    return DocumentItem(
        document=found.document,
        href=f"/v1/documents/{found.document.sha256}",
        sequence=found.sequence,
        organisation_id=found.organisation_id,
        at=found.at,
    )


def change_item(found: ChangeSummary) -> ChangeItem:
    """An account change in a list."""
    return ChangeItem(
        change_id=found.change_id,
        region=found.region,
        filing_number=found.filing_number,
        supplier_id=found.supplier_id,
        purchaser_id=found.purchaser_id,
        loan_id=found.loan_id,
        stage=found.stage,
        stage_title=found.stage.title_zh,
        old_account=found.old_account,
        new_account=found.new_account,
        updated_at=found.updated_at,
    )


def change_page(detail: ChangeDetail, role: Role) -> ChangePage:
    """One account change, as that party sees it."""
    view, order = detail.view, detail.view.order
    return ChangePage(
        change_id=order.change_id,
        region=order.region,
        filing_number=order.filing_number,
        supplier_id=order.supplier_id,
        purchaser_id=order.purchaser_id,
        loan_id=order.loan_id,
        stage=view.stage,
        stage_title=view.stage.title_zh,
        old_account=order.old_account.masked,
        new_account=order.new_account.masked,
        updated_at=view.updated_at,
        supplier_name=order.supplier_name,
        purchaser_name=order.purchaser_name,
        consent_of_bank_id=order.consent_of_bank_id,
        court_order=order.court_order,
        accounts=redacted((order.old_account, order.new_account), known_to(role)),
        tasks=_numbered(detail.tasks),
        deadlines=view.deadlines,
        cautions=cautions_in({"new_account": order.new_account}),
        scan=view.scan,
        reason=view.reason,
        entries=redacted(view.entries, known_to(role)),
        form=f"/v1/account-changes/{order.change_id}/form.html",
    )
