"""What each line of the journal does to a loan; the whole life of a loan as a fold."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.ledgers import is_balanced
from tests.rules.loans import (
    AGREED,
    BANK,
    BEGAN,
    BUREAU,
    DISBURSED,
    OLD,
    PATHS,
    SAMPLES,
    SCAN,
    SIGN,
    application,
    at_stage,
    award,
    by,
    contract,
    ended,
    folded,
    journal,
    lived,
    offer,
    on,
    paid,
    returned,
    rules,
    taken,
    verified,
)
from tests.rules.timelines import at
from zhengcaidai.errors import Refusal
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, Milestone
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import MoneyEventKind
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.checks import check, is_repeat
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.effects import after, opened
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.stages import ALLOWED

MAY = at("2026-05-15 09:00")
ORDERED = facts.DisbursementOrdered(key="L1:disburse", amount_fen=200_000)
REFUSED = facts.DisbursementRefused(reason=Words.quoted("额度用尽"))
ON_AWARD = application(basis=Basis.AWARD_NOTICE, filing_number=None)


def milestones(loan: Loan) -> list[Milestone]:
    return [mark.milestone for mark in loan.timeline.marks]


def holder(loan: Loan) -> Role | None:
    return next((mark.holder for mark in reversed(loan.timeline.marks) if mark.holder is not None), None)


# — the fold —


def test_a_journal_begins_with_the_application() -> None:
    with pytest.raises(TypeError, match="not with accept"):
        opened(Entry(sequence=1, at=BEGAN, by=BANK, event=steps.Accept()))


@pytest.mark.parametrize("sequence", [1, 2, 4])
def test_the_lines_come_in_order_and_none_twice(sequence: int) -> None:
    with pytest.raises(ValueError, match=f"line {sequence} cannot follow line 2"):
        after(at_stage(Stage.VERIFIED), Entry(sequence=sequence, at=BEGAN, by=BANK, event=steps.Accept()))


@pytest.mark.parametrize("stage", Stage)
def test_replaying_a_journal_gives_the_same_loan(stage: Stage) -> None:
    entries = journal(*PATHS[stage])
    stored = tuple(Entry.model_validate_json(entry.model_dump_json()) for entry in entries)
    assert folded(stored) == folded(entries) == at_stage(stage)


MATERIALS = SAMPLES[steps.RequestMaterials]


@pytest.mark.parametrize(
    ("events", "stages", "lies_with"),
    [
        pytest.param(
            (verified(contract()), steps.Accept(), MATERIALS, SAMPLES[steps.SupplyMaterials], offer(), SIGN),
            ["verified", "accepted", "materials_requested", "accepted", "approved", "signed"],
            Role.SYSTEM,
            id="two-rounds-of-materials",
        ),
        pytest.param(
            (verified(), steps.Accept(), offer(), SIGN),
            ["verified", "accepted", "approved", "signed"],
            Role.PURCHASER,
            id="on-an-award-notice-the-purchaser-is-next",
        ),
        pytest.param(PATHS[Stage.ACCOUNT_CHANGE][4:], ["account_change"], Role.SUPPLIER, id="the-account-differs"),
        pytest.param(
            PATHS[Stage.REPAYING][4:], ["account_locked"] * 2 + ["disbursed", "repaying"], Role.PURCHASER, id="lent"
        ),
    ],
)
def test_each_step_moves_the_loan_on(events: tuple[Frozen, ...], stages: list[str], lies_with: Role) -> None:
    start = PATHS[Stage.ACCOUNT_CHANGE][:4] if len(events) == 1 else PATHS[Stage.ACCOUNT_LOCKED][:4]
    before = () if isinstance(events[0], facts.Verified) else start
    *_, last = told = list(accumulate(journal(*before, *events)[len(before) + 1 :], after, initial=lived(*before)))
    assert [loan.stage.value for loan in told[1:]] == stages
    assert holder(last) is lies_with


@pytest.mark.parametrize(
    ("event", "stage", "reason"),
    [
        (PATHS[Stage.REFUSED][-1], Stage.REFUSED, "查无此标；在名单内"),
        (SAMPLES[steps.Reject], Stage.REJECTED, "授信额度用尽"),
        (SAMPLES[steps.Withdraw], Stage.WITHDRAWN, "另筹资金"),
        (SAMPLES[steps.Resend], Stage.WITHDRAWN, "换一家"),
        (PATHS[Stage.LAPSED][-1], Stage.LAPSED, "到期未签"),
        (SAMPLES[steps.ReportTermination], Stage.LAPSED, "供方停产"),
    ],
)
def test_an_early_end_has_its_reason_and_ends_every_clock(event: Frozen, stage: Stage, reason: str) -> None:
    loan = on(at_stage(Stage.ACCEPTED), event, MAY)
    assert (loan.stage, loan.end_reason) == (stage, reason)
    assert milestones(loan)[-1] is Milestone.ENDED


def test_sent_on_the_loan_remembers_where_to() -> None:
    assert on(at_stage(Stage.ACCEPTED), SAMPLES[steps.Resend], MAY).resent_to == "L2"


@pytest.mark.clause("kunming/1.2#1")
@pytest.mark.clause("luoyang/3.2")
def test_a_breach_is_recorded_and_decides_nothing() -> None:
    loan = at_stage(Stage.ACCEPTED)
    late = at("2026-03-20 09:00")
    breached = on(loan, facts.Breached(deadline=_financing(loan), alarm_key="financing/breach"), late)
    assert (breached.stage, breached.offer) == (Stage.ACCEPTED, None)
    assert [each.clock for each in breached.breaches] == [ClockId.FINANCING]
    assert on(breached, offer(), late).stage is Stage.APPROVED


def _financing(loan: Loan) -> Deadline:
    adopted = (CalendarAdoption(at=BEGAN, years=calendar_years(date(2026, 3, 2))),)
    (found,) = deadlines(rules().profile.clocks, loan.timeline, adopted, at("2026-03-20"), repeat=False)
    return found


@pytest.mark.clause("kunming/1.2#1")
@pytest.mark.parametrize("stage", Stage)
def test_only_the_banks_own_approval_approves(stage: Stage) -> None:
    loan = at_stage(stage)
    for kind, step in SAMPLES.items():
        if stage in ALLOWED[kind] and kind is not steps.Approve:
            assert on(loan, step, MAY).offer == loan.offer


def test_materials_are_added_each_once() -> None:
    more = SCAN.model_copy(update={"sha256": "b" * 64})
    asked = lived(*PATHS[Stage.MATERIALS_REQUESTED], asked=application(materials=(SCAN,)))
    assert on(asked, steps.SupplyMaterials(documents=(SCAN, more)), MAY).materials == (SCAN, more)


# — contract and account —


def test_a_contract_that_proves_wrong_is_asked_for_again_and_the_right_one_is_kept() -> None:
    waiting = lived(*PATHS[Stage.SIGNED], asked=ON_AWARD)
    reported = on(waiting, SAMPLES[steps.FileContract], MAY)
    assert reported.contract_reported == "合备[2026]1号"
    wrong = on(reported, facts.ContractNotFound(filing_number="合备[2026]1号", reason=Words.quoted("查无此合同")), MAY)
    assert (wrong.contract_reported, wrong.contract) == (None, None)
    right = on(reported, facts.ContractChecked(contract=contract()), MAY)
    assert (right.contract_reported, right.contract) == (None, contract())
    assert {Milestone.CONTRACT_SIGNED, Milestone.CONTRACT_FILED} <= set(milestones(right))


def test_dates_from_long_ago_time_nothing() -> None:
    old = lived(verified(contract(signed_on=date(1926, 1, 1)), award=award(issued_on=date(1926, 1, 1))))
    assert milestones(old) == [Milestone.SUBMITTED, Milestone.CONTRACT_FILED, Milestone.VERIFIED]


def test_a_change_that_succeeds_moves_the_contracts_account() -> None:
    changed = on(at_stage(Stage.ACCOUNT_CHANGE), ended(ChangeStage.CHANGED), MAY)
    assert changed.contract is not None
    assert (changed.contract.collection_account, changed.change_id) == (AGREED, None)


@pytest.mark.parametrize("outcome", [ChangeStage.REFUSED, ChangeStage.CANCELLED])
def test_a_change_that_is_refused_leaves_the_account_and_asks_the_supplier_again(outcome: ChangeStage) -> None:
    refused = on(at_stage(Stage.ACCOUNT_CHANGE), ended(outcome, OLD), MAY)
    assert refused.contract is not None
    assert (refused.contract.collection_account, refused.change_id) == (OLD, None)
    assert (holder(refused), milestones(refused)[-1]) == (Role.SUPPLIER, Milestone.ACCOUNT_CHANGE_REFUSED)
    assert on(refused, SAMPLES[steps.RefileAccountChange], MAY).change_ended is None


@pytest.mark.clause("kunming/2.3.5#4")
def test_after_a_courts_order_the_lock_moves_with_the_contracts_account() -> None:
    moved = on(at_stage(Stage.REPAYING), ended(ChangeStage.CHANGED, OLD, "AC-court"), MAY)
    assert moved.contract is not None
    assert (moved.locked_account, moved.contract.collection_account) == (OLD, OLD)


@pytest.mark.parametrize("stage", [Stage.ACCOUNT_LOCKED, Stage.DISBURSED, Stage.REPAYING, Stage.SETTLED])
@pytest.mark.parametrize("outcome", [ChangeStage.REFUSED, ChangeStage.CANCELLED])
def test_a_change_beside_the_loan_that_fails_starts_no_clock_of_the_loans(stage: Stage, outcome: ChangeStage) -> None:
    """Else the time to ask again would run out, and with it a loan that is long paid out."""
    loan = at_stage(stage)
    untouched = on(loan, ended(outcome, OLD, "AC-beside"), MAY)
    assert (untouched.timeline, untouched.stage, untouched.locked_account) == (loan.timeline, stage, AGREED)
    assert untouched.change_ended is None
    own = on(at_stage(Stage.ACCOUNT_CHANGE), ended(outcome, OLD, "AC-beside"), MAY)
    assert (own.change_id, own.change_ended) == ("AC1", None)


@pytest.mark.parametrize(
    ("progress", "lies_with"),
    [
        (ChangeStage.SUBMITTED, Role.PURCHASER),
        (ChangeStage.AWAITING_CONSENT, Role.BANK),
        (ChangeStage.EXECUTING, Role.SYSTEM),
        (ChangeStage.DRAFT, Role.SUPPLIER),
    ],
)
def test_the_loan_lies_with_whom_its_change_lies(progress: ChangeStage, lies_with: Role) -> None:
    told = facts.AccountChangeProgressed(change_id="AC1", stage=progress)
    assert holder(on(at_stage(Stage.ACCOUNT_CHANGE), told, MAY)) is lies_with
    anothers = told.model_copy(update={"change_id": "AC9"})
    assert on(at_stage(Stage.ACCOUNT_CHANGE), anothers, MAY).timeline == at_stage(Stage.ACCOUNT_CHANGE).timeline


# — disbursement —


def test_the_loans_terms_are_the_offers_from_the_day_of_value() -> None:
    loan = at_stage(Stage.DISBURSED)
    assert loan.terms is not None
    assert (loan.terms.principal_fen, loan.terms.annual_rate) == (200_000, offer().annual_rate)
    assert (loan.terms.disbursed_on, loan.terms.due_on) == (date(2026, 3, 2), date(2026, 8, 29))
    assert (loan.ordered, loan.disbursement_refusal) == (None, None)


@pytest.mark.clause("kunming/2.3.5#1")
@pytest.mark.clause("kunming/4.2#1")
def test_in_good_time_is_before_the_financing_clock_runs_out_which_disbursement_stops() -> None:
    locked = at_stage(Stage.ACCOUNT_LOCKED)
    assert _financing(locked).status is ClockStatus.BREACHED
    assert _financing(on(locked, DISBURSED, at("2026-03-09 23:59"))).status is ClockStatus.MET
    assert _financing(on(locked, DISBURSED, at("2026-03-10 00:01"))).status is ClockStatus.MET_LATE


def test_a_reported_disbursement_takes_effect_by_the_line_that_follows_it() -> None:
    locked = at_stage(Stage.ACCOUNT_LOCKED)
    reported = on(locked, SAMPLES[steps.ReportDisbursement], MAY)
    assert reported.ledger is None
    assert on(reported, DISBURSED, MAY).ledger == on(locked, DISBURSED, MAY).ledger


def test_nothing_is_disbursed_without_an_offer() -> None:
    with pytest.raises(ValueError, match="without an offer"):
        on(at_stage(Stage.VERIFIED), DISBURSED, MAY)


def test_a_refused_instruction_waits_for_the_bank_and_can_be_given_again() -> None:
    refused = lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, REFUSED)
    assert (refused.ordered, refused.disbursement_refusal) == (None, REFUSED.reason)
    assert on(refused, SAMPLES[steps.RetryDisbursement], MAY).disbursement_refusal is None


@pytest.mark.parametrize(
    ("meanwhile", "stage"),
    [
        ((SAMPLES[steps.ReportTermination],), Stage.LAPSED),
        ((SAMPLES[steps.SuspectFraud], SAMPLES[steps.ConfirmFraud]), Stage.REFUSED),
    ],
)
def test_a_contract_that_fell_while_the_bank_was_paying_out_ends_the_loan_if_the_bank_then_refuses(
    meanwhile: tuple[Step, ...], stage: Stage
) -> None:
    path = (*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, *meanwhile)
    assert lived(*path).stage is Stage.ACCOUNT_LOCKED
    assert lived(*path, REFUSED).stage is stage
    assert lived(*path, DISBURSED).stage is Stage.DISBURSED


# — overlays —


@pytest.mark.clause("hanyang/3#4")
def test_confirmed_fraud_ends_a_loan_not_paid_out_and_stays_on_one_that_is() -> None:
    suspicion = (SAMPLES[steps.SuspectFraud], SAMPLES[steps.ConfirmFraud])
    assert lived(*PATHS[Stage.APPROVED], *suspicion).stage is Stage.REFUSED
    lent = lived(*PATHS[Stage.REPAYING], *suspicion)
    assert (lent.stage, lent.is_fraud_feared, lent.is_held) == (Stage.REPAYING, True, True)


@pytest.mark.parametrize(
    ("step", "undone"),
    [
        (SAMPLES[steps.RecordCourtFreeze], SAMPLES[steps.LiftCourtFreeze]),
        (SAMPLES[steps.SuspectFraud], SAMPLES[steps.ClearFraud]),
    ],
)
def test_a_hold_stands_until_it_is_lifted_and_moves_no_stage(step: Step, undone: Step) -> None:
    held = on(at_stage(Stage.ACCOUNT_LOCKED), step, MAY)
    assert (held.is_held, held.stage) == (True, Stage.ACCOUNT_LOCKED)
    assert not on(held, undone, MAY).is_held


def test_a_contract_that_ends_after_the_money_left_leaves_the_debt() -> None:
    loan = on(at_stage(Stage.REPAYING), SAMPLES[steps.ReportTermination], MAY)
    assert (loan.stage, loan.terminated) == (Stage.REPAYING, "供方停产")


@pytest.mark.parametrize("approve", [True, False])
def test_a_corrected_start_takes_effect_when_a_second_person_approves(approve: bool) -> None:
    waiting = on(at_stage(Stage.ACCEPTED), SAMPLES[steps.CorrectClockStart], MAY)
    assert waiting.timeline.corrections == ()
    decision = SAMPLES[steps.DecideClockCorrection].model_copy(update={"approve": approve})
    decided = on(waiting, decision, MAY)
    assert decided.correction is None
    found = [(each.clock, each.requested_by, each.approved_by) for each in decided.timeline.corrections]
    assert found == ([(ClockId.FINANCING, BANK, BUREAU)] if approve else [])


def test_what_the_engine_only_records_changes_nothing_else() -> None:
    loan = at_stage(Stage.REPAYING)
    moved = facts.DeadlineMoved(clock=ClockId.LOAN_REPAYMENT, old_due_at=MAY, new_due_at=MAY, provisional=False)
    refused = facts.DeliveryRefused(what=Words(zh="短信", en="text message"), reason=Words.quoted("号码停用"))
    assert on(loan, refused, MAY) == on(loan, moved, MAY)


# — settled, and reopened —


def test_a_settled_loan_releases_its_lock_and_a_returned_payment_locks_it_again() -> None:
    released = on(at_stage(Stage.SETTLED), facts.LockReleased(), MAY)
    assert released.lock_released
    back = on(released, returned(300_000, "P0"), MAY)
    reopened = on(back, facts.Reopened(owed_fen=200_000), MAY)
    relocked = on(reopened, facts.AccountLocked(account=AGREED), MAY)
    assert (relocked.stage, relocked.lock_released, relocked.locked_account) == (Stage.REPAYING, False, AGREED)


# — whatever happens —

_MONEY: list[Step] = [
    *(
        paid(amount, f"P{number}", day)
        for number, amount in enumerate((1, 70_000, 150_000, 400_000))
        for day in ("2026-03-20", "2026-05-10")
    ),
    *(returned(amount, f"P{number}", f"R{number}{amount}") for number in range(4) for amount in (1, 70_000)),
    SAMPLES[steps.ReportDeduction],
]


@given(told=st.lists(st.sampled_from(_MONEY), max_size=12))
def test_money_in_any_order_stays_balanced_and_replays_to_the_same_loan(told: list[Step]) -> None:
    loan, lines = at_stage(Stage.DISBURSED), list[Entry]()
    for number, step in enumerate(told):
        asked = taken(step, key=f"m-{number}")
        try:
            if is_repeat(loan, asked):
                continue
            check(loan, asked, rules(), MAY)
        except Refusal:
            continue
        entry = Entry.model_validate(
            {"sequence": loan.sequence + 1, "at": MAY + timedelta(minutes=number), "by": by(step), "event": step}
        )
        lines.append(entry)
        loan = after(loan, entry)
    assert loan.ledger is not None
    assert is_balanced(loan.ledger)
    owed = loan.statement(MAY.date())
    assert owed is not None
    received = sum(each.amount_fen for each in loan.ledger.bookings if each.event.kind is MoneyEventKind.RECEIVED)
    assert owed.received_fen == received
    again = at_stage(Stage.DISBURSED)
    for entry in lines:
        again = after(again, entry)
    assert again == loan
