"""A clock's starts, pauses and ends are read off events, in whatever order these came in."""

from itertools import permutations

import pytest
from pydantic import ValidationError

from tests.rules.timelines import at, day, happened, rule_of
from zhengcaidai.messages.clocks import ClockId, ClockRule, Mark, Milestone, RuleOrigin, StartCorrection, Timeline
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.rules.runs import runs

APPROVAL = rule_of("410300", ClockId.APPROVAL)
SUPPLEMENT = ClockRule(
    clock=ClockId.MATERIALS_SUPPLEMENT,
    starts=(Milestone.MATERIALS_REQUESTED,),
    ends=(Milestone.MATERIALS_SUPPLIED, Milestone.DECIDED),
    limit_days=10,
    unit=APPROVAL.unit,
    duty_of=Role.SUPPLIER,
    clause="platform/materials_supplement",
    origin=RuleOrigin.PLATFORM,
    set_by="platform",
)
CLERK = Principal(user_id="clerk-1", organisation_id="bank-1", role=Role.BANK)
CHECKER = Principal(user_id="checker-1", organisation_id="bureau-1", role=Role.FINANCE_BUREAU)
ROUNDS = (
    (Milestone.ACCEPTED, "2026-03-02"),
    (Milestone.MATERIALS_REQUESTED, "2026-03-04"),
    (Milestone.MATERIALS_SUPPLIED, "2026-03-06"),
    (Milestone.MATERIALS_REQUESTED, "2026-03-09"),
)


def test_a_clock_that_has_not_started_has_no_run() -> None:
    assert runs(APPROVAL, happened((Milestone.SUBMITTED, "2026-03-02")), at("2026-03-03")) == ()


def test_each_round_of_materials_is_a_run_of_its_own() -> None:
    found = runs(SUPPLEMENT, happened(*ROUNDS), at("2026-03-10"))
    assert [(each.instance, each.started_on, each.closed_by) for each in found] == [
        (1, day("2026-03-04"), Milestone.MATERIALS_SUPPLIED),
        (2, day("2026-03-09"), None),
    ]


def test_the_same_rounds_pause_the_approval() -> None:
    (found,) = runs(APPROVAL, happened(*ROUNDS), at("2026-03-10"))
    assert [(each.paused_at, each.resumed_at) for each in found.pauses] == [
        (at("2026-03-04"), at("2026-03-06")),
        (at("2026-03-09"), None),
    ]


def test_a_second_request_while_paused_changes_nothing() -> None:
    twice = (*ROUNDS[:2], (Milestone.MATERIALS_REQUESTED, "2026-03-05"))
    assert runs(APPROVAL, happened(*twice), at("2026-03-10")) == runs(APPROVAL, happened(*ROUNDS[:2]), at("2026-03-10"))


def test_the_order_in_which_events_come_in_does_not_matter() -> None:
    expected = runs(APPROVAL, happened(*ROUNDS), at("2026-03-10"))
    for order in permutations(ROUNDS):
        assert runs(APPROVAL, happened(*order), at("2026-03-10")) == expected


def test_what_happens_later_is_not_seen() -> None:
    (found,) = runs(APPROVAL, happened(*ROUNDS, (Milestone.DECIDED, "2026-03-20")), at("2026-03-19 23:59"))
    assert found.closed_at is None


@pytest.mark.parametrize("end", [Milestone.DECIDED, Milestone.ENDED])
def test_a_decision_or_the_end_of_the_loan_closes_the_clock(end: Milestone) -> None:
    (found,) = runs(APPROVAL, happened(*ROUNDS, (end, "2026-03-20")), at("2026-03-20"))
    assert (found.closed_at, found.closed_by) == (at("2026-03-20"), end)
    assert found.is_cut_short is (end is Milestone.ENDED)


def test_overlapping_runs_are_told_apart_by_their_reference() -> None:
    ends = (Milestone.PAID, Milestone.SETTLED)
    rule = SUPPLEMENT.model_copy(update={"starts": (Milestone.PAYMENT_DUE,), "ends": ends})

    def mark(milestone: Milestone, on: str, reference: str = "") -> Mark:
        return Mark(milestone=milestone, at=at(on), reference=reference)

    marks = (
        mark(Milestone.PAYMENT_DUE, "2026-03-02", "plan-1"),
        mark(Milestone.PAYMENT_DUE, "2026-03-03", "plan-2"),
        mark(Milestone.PAID, "2026-03-04", "plan-2"),
    )
    found = {each.start.reference: each.closed_at for each in runs(rule, Timeline(marks=marks), at("2026-03-05"))}
    assert found == {"plan-1": None, "plan-2": at("2026-03-04")}
    settled = Timeline(marks=(*marks, mark(Milestone.SETTLED, "2026-03-05")))
    assert all(each.closed_at for each in runs(rule, settled, at("2026-03-05")))


def correction(on: str, when: str, by: Principal = CHECKER) -> StartCorrection:
    return StartCorrection(
        clock=ClockId.APPROVAL,
        corrected_on=day(on),
        reason="受理日登记有误",
        requested_by=CLERK,
        approved_by=by,
        at=at(when),
    )


def test_a_start_is_corrected_by_an_event_of_its_own() -> None:
    timeline = happened(*ROUNDS[:1]).with_correction(correction("2026-03-03", "2026-03-05"))
    (before,) = runs(APPROVAL, timeline, at("2026-03-04"))
    (after,) = runs(APPROVAL, timeline, at("2026-03-05"))
    assert (before.started_on, before.corrected) == (day("2026-03-02"), False)
    assert (after.started_on, after.corrected) == (day("2026-03-03"), True)
    assert after.start.at == at("2026-03-02")


def test_of_several_corrections_the_last_counts() -> None:
    timeline = happened(*ROUNDS[:1])
    for on in ("2026-03-03", "2026-03-04"):
        timeline = timeline.with_correction(correction(on, "2026-03-05"))
    (found,) = runs(APPROVAL, timeline, at("2026-03-06"))
    assert found.started_on == day("2026-03-04")


def test_nobody_approves_a_correction_of_his_own() -> None:
    with pytest.raises(ValidationError, match="另一人"):
        correction("2026-03-03", "2026-03-05", by=CLERK)
