"""合同账户变更 as its journal tells it: who may do what when, what each step does, what is waited for (hanyang/4.1.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from zhengcaidai.errors import RuleBroken, WrongParty, WrongStage
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages.account_changes import AccountChangeOrder, ChangeEntry, ChangeOutcome, ChangeStage
from zhengcaidai.messages.alarms import AlarmKey, Threshold
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import Deadline, Mark, Milestone, Timeline
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.steps import Step, TakenStep
from zhengcaidai.messages.tasks import Task
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.grounds import ground
from zhengcaidai.rules.precedents import is_repeat_of, second_told

__all__ = [
    "CHANGE_ALLOWED",
    "Change",
    "begun",
    "change_after",
    "change_tasks",
    "check_change",
    "organisation_in",
    "outcome_of",
]

CHANGE_ALLOWED: dict[type[Step], frozenset[ChangeStage]] = {
    changes.UploadScan: frozenset({ChangeStage.DRAFT}),
    changes.SubmitChange: frozenset({ChangeStage.DRAFT}),
    changes.ApproveChange: frozenset({ChangeStage.SUBMITTED}),
    changes.RefuseChange: frozenset({ChangeStage.SUBMITTED}),
    changes.ConsentToChange: frozenset({ChangeStage.AWAITING_CONSENT}),
    changes.RefuseConsent: frozenset({ChangeStage.AWAITING_CONSENT}),
    changes.CancelChange: frozenset({ChangeStage.DRAFT, ChangeStage.SUBMITTED}),
}
"""The stages of an account change in which a step is allowed."""


@dataclass(frozen=True, slots=True)
class Change:
    """Where one account change stands. Made by `begun`."""

    order: AccountChangeOrder
    stage: ChangeStage = ChangeStage.DRAFT
    sequence: int = 0
    keys: Mapping[str, Step] = field(default_factory=dict)
    """The step that each key stands for."""
    stage_entry: ChangeEntry | None = None
    """The line that brought the change into its stage."""
    scan: DocumentRef | None = None
    reason: Words | None = None
    decided_by: Principal | None = None
    consented: bool = False
    """The lending bank has said yes."""
    timeline: Timeline = field(default_factory=Timeline)
    alarms_sent: frozenset[str] = frozenset()
    breaches: int = 0
    adoptions: tuple[CalendarAdoption, ...] = ()

    def has_consent_of(self, bank_id: str) -> bool:
        """That very bank has said yes."""
        return self.consented and self.order.consent_of_bank_id == bank_id


def begun(order: AccountChangeOrder, at: datetime) -> Change:
    """Asked for: the form lies with the supplier, and its time to hand it in runs."""
    opened = Mark(milestone=Milestone.ACCOUNT_CHANGE_OPENED, at=at, holder=Role.SUPPLIER, reference=order.change_id)
    return Change(order=order, timeline=Timeline().with_mark(opened))


def organisation_in(change: Change, role: Role) -> str | None:
    """Whose turn it is when it is that role's turn."""
    order = change.order
    return {
        Role.SUPPLIER: order.supplier_id,
        Role.PURCHASER: order.purchaser_id,
        Role.BANK: order.consent_of_bank_id,
    }.get(role)


def check_change(change: Change, taken: TakenStep[Any]) -> None:
    """Raises WrongParty, WrongStage, RuleBroken or Conflict; a repeat of a step by its key, from its own party, passes."""
    step, by = taken.step, taken.by
    if by.role not in step.by_role or by.organisation_id != organisation_in(change, by.role):
        raise WrongParty(
            f"“{step.title_zh}”应由本次变更的{'、'.join(role.title_zh for role in step.by_role)}办理。",
            f"“{step.kind}” is for this change's {' or '.join(step.by_role)}.",
            where="role",
            right=" / ".join(step.by_role),
        )
    with second_told(change.stage_entry, by):
        if taken.key in change.keys and is_repeat_of(change.keys[taken.key], step):
            return
        _check_stage(change, step)
    if isinstance(step, changes.SubmitChange) and change.scan is None:
        raise RuleBroken(
            "请先打印变更申请、盖章并上传扫描件，再提交。",
            "Print the form, seal it and upload the scan before submitting.",
            where="scan",
            right="upload-scan",
            clause=ground("account_change_opened", change.order.region),
        )


def _check_stage(change: Change, step: Any) -> None:
    allowed = CHANGE_ALLOWED[type(step)]
    if change.stage not in allowed:
        in_order = [stage for stage in ChangeStage if stage in allowed]
        raise WrongStage(
            f"账户变更现处于“{change.stage.title_zh}”，不能“{step.title_zh}”。",
            f"The account change is {change.stage}; “{step.kind}” is possible when it is {', '.join(in_order)}.",
            where="stage",
            right=" / ".join(in_order),
        )


def change_after(change: Change, entry: ChangeEntry) -> Change:
    """The account change after one more line of its journal; the lines come in order, none twice."""
    if entry.sequence != change.sequence + 1:
        raise ValueError(f"line {entry.sequence} cannot follow line {change.sequence}")
    keys = dict(change.keys)
    if entry.key is not None and isinstance(entry.event, Step):
        keys[entry.key] = entry.event
    told = _effect(change, entry)
    stage_entry = change.stage_entry if told.stage is change.stage else entry
    return replace(told, sequence=entry.sequence, keys=keys, stage_entry=stage_entry)


def _effect(change: Change, entry: ChangeEntry) -> Change:
    match entry.event:
        case changes.UploadScan(scan=scan):
            return replace(change, scan=scan)
        case changes.SubmitChange():
            return _to(change, entry, ChangeStage.SUBMITTED, Milestone.ACCOUNT_CHANGE_FILED, Role.PURCHASER)
        case changes.ApproveChange():
            change = replace(change, decided_by=entry.by)
            if change.order.consent_of_bank_id is None:
                return _to(change, entry, ChangeStage.EXECUTING, Milestone.PURCHASER_DECIDED, Role.SYSTEM)
            change = _to(change, entry, ChangeStage.AWAITING_CONSENT, Milestone.PURCHASER_DECIDED, Role.BANK)
            return _marked(change, entry, Milestone.BANK_CONSENT_ASKED, Role.BANK)
        case changes.ConsentToChange():
            change = replace(change, consented=True)
            return _to(change, entry, ChangeStage.EXECUTING, Milestone.BANK_CONSENT_GIVEN, Role.SYSTEM)
        case changes.ConsentFoundNeeded(bank_id=bank_id, loan_id=loan_id, court_order=court_order):
            needed = {"consent_of_bank_id": bank_id, "loan_id": loan_id, "court_order": court_order}
            change = replace(change, order=change.order.model_copy(update=needed), consented=False)
            return _to(change, entry, ChangeStage.AWAITING_CONSENT, Milestone.BANK_CONSENT_ASKED, Role.BANK)
        case changes.LoanFound(loan_id=loan_id):
            return replace(change, order=change.order.model_copy(update={"loan_id": loan_id}))
        case changes.RefuseChange(reason=reason) | changes.RefuseConsent(reason=reason):
            by_purchaser = isinstance(entry.event, changes.RefuseChange)
            answered = Milestone.PURCHASER_DECIDED if by_purchaser else Milestone.BANK_CONSENT_GIVEN
            change = _marked(replace(change, decided_by=entry.by), entry, answered, Role.SUPPLIER)
            return _ended(change, entry, ChangeStage.REFUSED, Words.quoted(reason))
        case changes.CancelChange(reason=reason):
            return _ended(replace(change, decided_by=entry.by), entry, ChangeStage.CANCELLED, Words.quoted(reason))
        case changes.ChangeStopped(reason=reason):
            return _ended(change, entry, ChangeStage.CANCELLED, reason)
        case changes.ChangeExecuted():
            return _ended(change, entry, ChangeStage.CHANGED, None)
        case changes.ChangeAlarm(alarm_key=key):
            is_first = AlarmKey.read(key).threshold is Threshold.BREACH
            return replace(change, alarms_sent=change.alarms_sent | {key}, breaches=change.breaches + is_first)
        case changes.ChangeCalendar(calendar=calendar):
            adoption = CalendarAdoption(at=entry.at, years=(calendar,))
            return replace(change, adoptions=(*change.adoptions, adoption))
        case _:
            return change


def _marked(change: Change, entry: ChangeEntry, milestone: Milestone, holder: Role | None) -> Change:
    mark = Mark(milestone=milestone, at=entry.at, holder=holder, reference=change.order.change_id)
    return replace(change, timeline=change.timeline.with_mark(mark))


def _to(change: Change, entry: ChangeEntry, stage: ChangeStage, milestone: Milestone, holder: Role) -> Change:
    return _marked(replace(change, stage=stage), entry, milestone, holder)


def _ended(change: Change, entry: ChangeEntry, stage: ChangeStage, reason: Words | None) -> Change:
    return _marked(replace(change, stage=stage, reason=reason), entry, Milestone.ENDED, None)


def change_tasks(change: Change, deadlines: tuple[Deadline, ...]) -> tuple[Task, ...]:
    """What the account change waits for."""
    wanted: tuple[Role, tuple[type[Step], ...], str, str]
    match change.stage:
        case ChangeStage.DRAFT:
            wanted = (
                Role.SUPPLIER,
                (changes.UploadScan, changes.SubmitChange),
                "打印申请、盖章、上传并提交",
                "print, seal, upload and submit the form",
            )
        case ChangeStage.SUBMITTED:
            wanted = (
                Role.PURCHASER,
                (changes.ApproveChange, changes.RefuseChange),
                "审核账户变更",
                "sign off the account change",
            )
        case ChangeStage.AWAITING_CONSENT:
            wanted = (
                Role.BANK,
                (changes.ConsentToChange, changes.RefuseConsent),
                "是否同意账户变更",
                "consent to the account change",
            )
        case ChangeStage.EXECUTING:
            wanted = (Role.SYSTEM, (), "预算系统变更账户并反馈平台", "changing the account and telling the platforms")
        case _:
            return ()
    role, steps, zh, en = wanted
    deadline = next((each for each in deadlines if each.status.is_open), None)
    return (
        Task(
            actions=tuple(step.name() for step in steps),
            role=role,
            organisation_id=organisation_in(change, role) or SYSTEM.organisation_id,
            zh=zh,
            en=en,
            clause=ground("consent_to_change" if role is Role.BANK else "account_change_opened", change.order.region),
            clock=deadline.clock if deadline else None,
            due_at=deadline.due_at if deadline else None,
            provisional=deadline.provisional if deadline else False,
        ),
    )


def outcome_of(change: Change) -> ChangeOutcome:
    """How it ended: the contract's account from here on."""
    order = change.order
    return ChangeOutcome(
        change_id=order.change_id,
        stage=change.stage,
        account=order.new_account if change.stage is ChangeStage.CHANGED else order.old_account,
        decided_by=change.decided_by,
        reason=change.reason,
    )
