"""合同账户变更: seal and scan, the purchaser's word, the bank's where pledged; who may do what when."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.loans import AGREED, BANK, BEGAN, BUREAU, NAME, OLD, PURCHASER, SCAN, SUPPLIER, TODAY
from zhengcaidai.errors import Conflict, Refusal, RuleBroken, WrongParty, WrongStage
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages.account_changes import CHANGE_STEPS, AccountChangeOrder, ChangeEntry, ChangeStage
from zhengcaidai.messages.alarms import Threshold
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.steps import Step, TakenStep
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.rules.account_changes import (
    Change,
    change_after,
    change_tasks,
    check_change,
    organisation_in,
    outcome_of,
)
from zhengcaidai.rules.alarms import due_alarms
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.wording import moment_words
from zhengcaidai.rules.working_days import calendar_in_force

UPLOAD, SUBMIT = changes.UploadScan(scan=SCAN), changes.SubmitChange()
APPROVE, REFUSE = changes.ApproveChange(), changes.RefuseChange(reason="合同已约定原账户")
CONSENT, REFUSE_CONSENT = changes.ConsentToChange(), changes.RefuseConsent(reason="未结清")
CANCEL, EXECUTED = changes.CancelChange(reason="不再需要"), changes.ChangeExecuted()
STEPS: dict[type[Step], Step] = {
    type(each): each for each in (UPLOAD, SUBMIT, APPROVE, REFUSE, CONSENT, REFUSE_CONSENT, CANCEL)
}
OWN = {Role.SUPPLIER: SUPPLIER, Role.PURCHASER: PURCHASER, Role.BANK: BANK}
CALENDARS = (CalendarAdoption(at=BEGAN, years=calendar_years(TODAY)),)
TIMED = tuple(rule for rule in platform_settings().clocks if rule.clock.is_of_account_change)


def order(*, pledged: bool = False) -> AccountChangeOrder:
    return AccountChangeOrder(
        change_id="AC1",
        region="420105",
        filing_number="合备[2026]1号",
        supplier_id="sup-1",
        supplier_name=NAME,
        purchaser_id="pur-1",
        purchaser_name="示例采购人",
        old_account=OLD,
        new_account=AGREED,
        consent_of_bank_id="bank-1" if pledged else None,
    )


def by(event: Frozen) -> Principal:
    return OWN[event.by_role[0]] if isinstance(event, Step) else SYSTEM


def line(change: Change, event: Frozen, key: str | None = None) -> ChangeEntry:
    moment = BEGAN + timedelta(hours=change.sequence)
    return ChangeEntry.model_validate(
        {"sequence": change.sequence + 1, "at": moment, "by": by(event), "event": event, "key": key}
    )


def after(*events: Frozen, pledged: bool = False) -> Change:
    change = Change(order=order(pledged=pledged))
    for number, event in enumerate(events, start=1):
        change = change_after(change, line(change, event, f"key-{number}"))
    return change


def taken(step: Step, who: Principal | None = None, key: str = "key-new") -> TakenStep[Any]:
    return TakenStep[Any](step=step, by=who or by(step), key=key)


DRAFT, SUBMITTED = after(UPLOAD), after(UPLOAD, SUBMIT)
AWAITING = after(UPLOAD, SUBMIT, APPROVE, pledged=True)
AT: dict[ChangeStage, Change] = {
    ChangeStage.DRAFT: DRAFT,
    ChangeStage.SUBMITTED: SUBMITTED,
    ChangeStage.AWAITING_CONSENT: AWAITING,
    ChangeStage.EXECUTING: after(UPLOAD, SUBMIT, APPROVE, CONSENT, pledged=True),
    ChangeStage.CHANGED: after(UPLOAD, SUBMIT, APPROVE, CONSENT, EXECUTED, pledged=True),
    ChangeStage.REFUSED: after(UPLOAD, SUBMIT, APPROVE, REFUSE_CONSENT, pledged=True),
    ChangeStage.CANCELLED: after(UPLOAD, CANCEL, pledged=True),
}
POSSIBLE = {
    changes.UploadScan: {ChangeStage.DRAFT},
    changes.SubmitChange: {ChangeStage.DRAFT},
    changes.ApproveChange: {ChangeStage.SUBMITTED},
    changes.RefuseChange: {ChangeStage.SUBMITTED},
    changes.ConsentToChange: {ChangeStage.AWAITING_CONSENT},
    changes.RefuseConsent: {ChangeStage.AWAITING_CONSENT},
    changes.CancelChange: {ChangeStage.DRAFT, ChangeStage.SUBMITTED},
}


@pytest.mark.parametrize("stage", ChangeStage)
@pytest.mark.parametrize("step", CHANGE_STEPS)
def test_a_step_is_possible_at_its_stages_and_refused_at_every_other(step: type[Step], stage: ChangeStage) -> None:
    change = AT[stage]
    assert change.stage is stage
    if step in (changes.ConsentToChange, changes.RefuseConsent) and change.order.consent_of_bank_id is None:
        return
    if stage in POSSIBLE[step]:
        check_change(change, taken(STEPS[step]))
    else:
        with pytest.raises(WrongStage, match=stage.title_zh):
            check_change(change, taken(STEPS[step]))


@pytest.mark.parametrize("step", CHANGE_STEPS)
def test_a_step_is_its_own_partys_and_of_its_own_organisation(step: type[Step]) -> None:
    change = AT[ChangeStage.AWAITING_CONSENT]
    strangers = [each for role, each in OWN.items() if role not in step.by_role] + [BUREAU]
    own = by(STEPS[step])
    for who in (*strangers, own.model_copy(update={"organisation_id": "another-1"})):
        with pytest.raises(WrongParty):
            check_change(change, taken(STEPS[step], who))


@pytest.mark.clause("hanyang/4.1.4#4")
@pytest.mark.clause("hubei/3.1.4#3")
def test_nothing_is_submitted_before_the_sealed_form_is_uploaded() -> None:
    with pytest.raises(RuleBroken) as refused:
        check_change(after(), taken(SUBMIT))
    assert (refused.value.problem.where, refused.value.problem.clause) == ("scan", "hanyang/4.1.4")
    check_change(DRAFT, taken(SUBMIT))
    assert SUBMITTED.scan == SCAN


@pytest.mark.clause("hanyang/3#1")
@pytest.mark.clause("hanyang/4.1.4#2")
@pytest.mark.clause("hubei/3.1.4#1")
@pytest.mark.clause("jilin/4.2#1")
def test_the_supplier_asks_and_the_purchaser_decides() -> None:
    approved = after(UPLOAD, SUBMIT, APPROVE)
    assert (approved.stage, approved.decided_by) == (ChangeStage.EXECUTING, PURCHASER)
    refused = after(UPLOAD, SUBMIT, REFUSE)
    assert (refused.stage, refused.decided_by, refused.reason) == (
        ChangeStage.REFUSED,
        PURCHASER,
        Words.quoted(REFUSE.reason),
    )
    for step in (APPROVE, REFUSE):
        with pytest.raises(WrongParty):
            check_change(SUBMITTED, taken(step, SUPPLIER))


@pytest.mark.clause("hanyang/3#3")
@pytest.mark.clause("yanshi/5#1")
def test_once_pledged_the_purchasers_approval_alone_changes_nothing() -> None:
    assert AWAITING.stage is ChangeStage.AWAITING_CONSENT
    assert outcome_of(AWAITING).account == OLD
    assert after(UPLOAD, SUBMIT, APPROVE, CONSENT, pledged=True).stage is ChangeStage.EXECUTING
    refused = outcome_of(after(UPLOAD, SUBMIT, APPROVE, REFUSE_CONSENT, pledged=True))
    assert (refused.stage, refused.account, refused.decided_by) == (ChangeStage.REFUSED, OLD, BANK)


def test_without_a_pledge_no_bank_has_a_say() -> None:
    assert organisation_in(SUBMITTED, Role.BANK) is None
    with pytest.raises(WrongParty):
        check_change(after(UPLOAD, SUBMIT, APPROVE), taken(CONSENT))


@pytest.mark.clause("hanyang/4.1.4#3")
@pytest.mark.parametrize("stage", ChangeStage)
def test_the_account_is_the_new_one_only_when_all_systems_have_been_told(stage: ChangeStage) -> None:
    outcome = outcome_of(AT[stage])
    assert outcome.account == (AGREED if stage is ChangeStage.CHANGED else OLD)
    assert outcome.stage is stage


def test_the_end_of_the_loan_stops_a_change_that_nobody_has_decided() -> None:
    why = Words(zh="贷款已终结", en="the loan has ended")
    stopped = after(UPLOAD, SUBMIT, changes.ChangeStopped(reason=why))
    assert (stopped.stage, stopped.reason) == (ChangeStage.CANCELLED, why)


def test_a_repeat_by_its_own_party_passes_and_by_another_does_not() -> None:
    check_change(SUBMITTED, taken(SUBMIT, key="key-2"))
    with pytest.raises(WrongParty):
        check_change(SUBMITTED, taken(SUBMIT, PURCHASER, key="key-2"))


def test_another_step_under_a_used_key_is_refused_and_never_answered_as_done() -> None:
    submitted = change_after(after(UPLOAD), line(after(UPLOAD), SUBMIT, "key-2"))
    check_change(submitted, taken(SUBMIT, key="key-2"))
    with pytest.raises(Conflict, match="另一内容"):
        check_change(submitted, taken(CANCEL, key="key-2"))


def test_the_lines_come_in_order_and_none_twice() -> None:
    twice = line(after(), UPLOAD)
    change = change_after(after(), twice)
    with pytest.raises(ValueError, match="line 1 cannot follow line 1"):
        change_after(change, twice)


# — what it waits for, and until when —


def timed(change: Change, hours: int = 24) -> tuple[Deadline, ...]:
    return deadlines(TIMED, change.timeline, CALENDARS, BEGAN + timedelta(hours=hours), repeat=False)


@pytest.mark.parametrize(
    ("stage", "role", "actions"),
    [
        (ChangeStage.DRAFT, Role.SUPPLIER, {"upload_scan", "submit_change"}),
        (ChangeStage.SUBMITTED, Role.PURCHASER, {"approve_change", "refuse_change"}),
        (ChangeStage.AWAITING_CONSENT, Role.BANK, {"consent_to_change", "refuse_consent"}),
        (ChangeStage.EXECUTING, Role.SYSTEM, set()),
    ],
)
def test_an_open_change_always_says_whom_it_waits_for(stage: ChangeStage, role: Role, actions: set[str]) -> None:
    (task,) = change_tasks(AT[stage], timed(AT[stage]))
    assert (task.role, set(task.actions)) == (role, actions)
    assert task.organisation_id == (organisation_in(AT[stage], role) or SYSTEM.organisation_id)
    assert task.zh
    assert task.en


@pytest.mark.parametrize("stage", [stage for stage in ChangeStage if stage.is_end])
def test_a_closed_change_waits_for_nobody(stage: ChangeStage) -> None:
    assert change_tasks(AT[stage], timed(AT[stage])) == ()


@pytest.mark.clause("hanyang/2#3")
def test_a_filed_change_is_the_purchasers_task_with_a_day_reminded_and_escalated() -> None:
    (task,) = change_tasks(SUBMITTED, timed(SUBMITTED))
    (deadline,) = timed(SUBMITTED)
    assert (task.clock, task.due_at) == (ClockId.PURCHASER_SIGN_OFF, deadline.due_at)
    assert (deadline.duty_of, deadline.clause, str(deadline.due_date)) == (
        Role.PURCHASER,
        "platform/purchaser_sign_off",
        "2026-03-09",
    )
    calendar, sent = calendar_in_force(CALENDARS), set[str]()
    said = []
    for hours in range(0, 24 * 9, 3):
        now = BEGAN + timedelta(hours=hours)
        for alarm in due_alarms(timed(SUBMITTED, hours), sent, calendar, now):
            sent.add(alarm.key)
            said.append(alarm.threshold)
    assert said[:3] == [Threshold.REMINDER, Threshold.REMINDER, Threshold.BREACH]
    assert set(said[3:]) == {Threshold.REPEAT}


@pytest.mark.parametrize("answer", [APPROVE, REFUSE])
def test_the_purchasers_answer_meets_its_limit_whether_yes_or_no(answer: Step) -> None:
    (deadline,) = timed(after(UPLOAD, SUBMIT, answer))
    assert deadline.status is ClockStatus.MET


@pytest.mark.parametrize("answer", [CONSENT, REFUSE_CONSENT])
def test_the_banks_answer_meets_its_limit_whether_yes_or_no(answer: Step) -> None:
    found = timed(after(UPLOAD, SUBMIT, APPROVE, answer, pledged=True))
    assert {each.clock: each.status for each in found} == {
        ClockId.PURCHASER_SIGN_OFF: ClockStatus.MET,
        ClockId.BANK_CONSENT: ClockStatus.MET,
    }


# — whatever anybody tries —


@given(tried=st.lists(st.sampled_from(list(STEPS.values())), max_size=12), pledged=st.booleans())
def test_whatever_is_tried_the_account_moves_only_with_every_consent_and_a_refusal_changes_nothing(
    tried: list[Step], pledged: bool
) -> None:
    change, agreed = Change(order=order(pledged=pledged)), set[Role]()
    for number, step in enumerate(tried):
        try:
            check_change(change, taken(step, key=f"key-{number}"))
        except Refusal:
            continue
        change = change_after(change, line(change, step, f"key-{number}"))
        agreed |= {by(step).role} if isinstance(step, changes.ApproveChange | changes.ConsentToChange) else set()
    needed = {Role.PURCHASER, Role.BANK} if pledged else {Role.PURCHASER}
    assert (change.stage is ChangeStage.EXECUTING) == (agreed == needed)
    assert len(change_tasks(change, timed(change))) == (0 if change.stage.is_end else 1)


def test_whoever_comes_second_is_told_who_decided_and_when() -> None:
    approved = after(UPLOAD, SUBMIT, APPROVE, pledged=True)
    moment = moment_words(BEGAN + timedelta(hours=2))
    colleague = PURCHASER.model_copy(update={"user_id": "u-colleague"})
    with pytest.raises(WrongStage) as refused:
        check_change(approved, taken(REFUSE, colleague))
    assert refused.value.zh.endswith(f"此前本单位 {PURCHASER.user_id} 于 {moment} 办理了“{APPROVE.title_zh}”。")
    with pytest.raises(WrongStage) as late:
        check_change(approved, taken(CANCEL))
    assert late.value.zh.endswith(f"此前采购人（{PURCHASER.organisation_id}）于 {moment} 办理了“{APPROVE.title_zh}”。")
