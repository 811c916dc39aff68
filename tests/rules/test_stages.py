"""Who may do what, when: every step for every party and at every stage."""

import pytest

from tests.rules.loans import BANK, BUREAU, PARTIES, PURCHASER, SAMPLES, SUPPLIER, at_stage, by
from zhengcaidai.errors import WrongParty, WrongStage
from zhengcaidai.messages import steps
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Step
from zhengcaidai.rules.stages import ALLOWED, check_party, check_stage

ALL = frozenset(Stage)
ENDS = frozenset({Stage.SETTLED, Stage.REFUSED, Stage.REJECTED, Stage.WITHDRAWN, Stage.LAPSED})
BEFORE_MONEY = frozenset(
    {
        Stage.SUBMITTED,
        Stage.VERIFIED,
        Stage.ACCEPTED,
        Stage.MATERIALS_REQUESTED,
        Stage.APPROVED,
        Stage.SIGNED,
        Stage.ACCOUNT_CHANGE,
        Stage.ACCOUNT_LOCKED,
    }
)
POSSIBLE: dict[type[Step], set[Stage] | frozenset[Stage]] = {
    steps.Accept: {Stage.VERIFIED},
    steps.RequestMaterials: {Stage.ACCEPTED},
    steps.SupplyMaterials: {Stage.MATERIALS_REQUESTED},
    steps.Approve: {Stage.ACCEPTED, Stage.MATERIALS_REQUESTED},
    steps.Reject: {Stage.VERIFIED, Stage.ACCEPTED, Stage.MATERIALS_REQUESTED},
    steps.Sign: {Stage.APPROVED},
    steps.Withdraw: BEFORE_MONEY,
    steps.Resend: BEFORE_MONEY,
    steps.FileContract: {Stage.SIGNED},
    steps.RefileAccountChange: {Stage.ACCOUNT_CHANGE},
    steps.ReportDisbursement: {Stage.ACCOUNT_LOCKED, Stage.DISBURSED, Stage.REPAYING},
    steps.ReportNotPaidOut: {Stage.ACCOUNT_LOCKED},
    steps.RetryDisbursement: {Stage.ACCOUNT_LOCKED},
    steps.FileFundUsePlan: {Stage.DISBURSED, Stage.REPAYING},
    steps.ReportDelivery: {Stage.DISBURSED, Stage.REPAYING},
    steps.PostPayment: {Stage.DISBURSED, Stage.REPAYING, Stage.SETTLED},
    steps.ReturnPayment: {Stage.DISBURSED, Stage.REPAYING, Stage.SETTLED},
    steps.ReportStoppedPayment: {Stage.ACCOUNT_LOCKED, Stage.DISBURSED, Stage.REPAYING, Stage.SETTLED},
}
"""What is left out is possible at every stage that is no end."""
BANKS_STEPS: set[type[Step]] = {
    steps.Accept,
    steps.RequestMaterials,
    steps.Approve,
    steps.Reject,
    steps.ReportDisbursement,
    steps.ReportNotPaidOut,
    steps.RetryDisbursement,
    steps.PostPayment,
    steps.ReturnPayment,
    steps.SuspectFraud,
    steps.CorrectClockStart,
}
LENDING: set[type[Step]] = {
    steps.Accept,
    steps.RequestMaterials,
    steps.Approve,
    steps.Reject,
    steps.ReportDisbursement,
}
BORROWING: set[type[Step]] = {
    steps.SupplyMaterials,
    steps.Sign,
    steps.Withdraw,
    steps.Resend,
    steps.RefileAccountChange,
}


def test_the_table_knows_every_step() -> None:
    assert ALLOWED.keys() == set(STEPS) == SAMPLES.keys()


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_possible_at_its_stages_and_refused_at_every_other(step: type[Step], stage: Stage) -> None:
    loan = at_stage(stage)
    if stage in POSSIBLE.get(step, ALL - ENDS):
        check_stage(loan, SAMPLES[step])
        return
    with pytest.raises(WrongStage) as refused:
        check_stage(loan, SAMPLES[step])
    assert stage.title_zh in refused.value.zh
    assert refused.value.problem.where == "stage"
    assert refused.value.problem.right


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_its_own_partys_and_refused_to_every_other(step: type[Step], role: Role) -> None:
    loan = at_stage(Stage.REPAYING)
    if role in step.by_role and role is not Role.OPERATOR:
        check_party(loan, SAMPLES[step], PARTIES[role])
    elif role not in step.by_role:
        with pytest.raises(WrongParty) as refused:
            check_party(loan, SAMPLES[step], PARTIES[role])
        assert refused.value.problem.where == "role"
        assert set(str(refused.value.problem.right).split(" / ")) == set(step.by_role)


@pytest.mark.parametrize("step", STEPS)
def test_the_same_role_at_another_organisation_is_a_stranger(step: type[Step]) -> None:
    own = by(SAMPLES[step])
    stranger = own.model_copy(update={"organisation_id": "bureau-410300" if own is BUREAU else "stranger"})
    with pytest.raises(WrongParty) as refused:
        check_party(at_stage(Stage.REPAYING), SAMPLES[step], stranger)
    assert refused.value.problem.where == "organisation"


@pytest.mark.clause("kunming/1.1#1")
@pytest.mark.clause("jilin/2.1#1")
def test_the_finance_bureau_takes_no_part_in_the_lending() -> None:
    assert not [step for step in LENDING | BORROWING if Role.FINANCE_BUREAU in step.by_role]
    for step in LENDING | BORROWING:
        with pytest.raises(WrongParty):
            check_party(at_stage(Stage.ACCEPTED), SAMPLES[step], BUREAU)


@pytest.mark.clause("kunming/1.2#1")
@pytest.mark.parametrize("step", sorted(LENDING, key=repr))
def test_whether_to_lend_is_the_banks_alone_to_decide(step: type[Step]) -> None:
    assert step.by_role == (Role.BANK,)


@pytest.mark.clause("kunming/1.2#2")
@pytest.mark.clause("jilin/2.2#1")
@pytest.mark.parametrize("step", sorted(BORROWING, key=repr))
def test_borrowing_and_from_whom_is_the_suppliers_choice(step: type[Step]) -> None:
    assert step.by_role == (Role.SUPPLIER,)


@pytest.mark.clause("kunming/1.2#3")
@pytest.mark.clause("luoyang/annex#3")
@pytest.mark.parametrize("step", sorted(LENDING | BORROWING, key=repr))
def test_nobody_chooses_for_the_firm_or_decides_for_the_bank(step: type[Step]) -> None:
    loan = at_stage(Stage.ACCEPTED)
    for role, other in PARTIES.items():
        if role not in step.by_role:
            with pytest.raises(WrongParty):
                check_party(loan, SAMPLES[step], other)


@pytest.mark.clause("hanyang/a2-3#1")
@pytest.mark.clause("hubei/2.4#1")
def test_a_banks_identity_takes_the_banks_steps_only_on_its_own_loans() -> None:
    loan = at_stage(Stage.ACCEPTED)
    other_bank = BANK.model_copy(update={"organisation_id": "bank-2"})
    assert {step for step in STEPS if _may(step, BANK)} == BANKS_STEPS
    for step in BANKS_STEPS:
        with pytest.raises(WrongParty, match="not your organisation"):
            check_party(loan, SAMPLES[step], other_bank)


def _may(step: type[Step], who: Principal) -> bool:
    try:
        check_party(at_stage(Stage.ACCEPTED), SAMPLES[step], who)
    except WrongParty:
        return False
    return True


@pytest.mark.clause("hanyang/1#1")
@pytest.mark.parametrize("stage", sorted(BEFORE_MONEY - {Stage.ACCOUNT_LOCKED}))
def test_nothing_is_paid_out_before_the_account_is_locked(stage: Stage) -> None:
    with pytest.raises(WrongStage, match="账户已锁定"):
        check_stage(at_stage(stage), SAMPLES[steps.ReportDisbursement])


@pytest.mark.clause("kunming/2.3.6#1")
def test_the_fund_use_plan_is_the_purchasers_own_of_this_contract() -> None:
    loan, plan = at_stage(Stage.DISBURSED), SAMPLES[steps.FileFundUsePlan]
    check_party(loan, plan, PURCHASER)
    for other in (SUPPLIER, BANK, PURCHASER.model_copy(update={"organisation_id": "pur-2"})):
        with pytest.raises(WrongParty):
            check_party(loan, plan, other)
