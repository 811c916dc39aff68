"""Two people act at once: the second is told who did what when; of another organisation, no person's name."""

import pytest

from tests.rules.asking import MAY, refusal
from tests.rules.loans import BANK, BUREAU, PARTIES, PATHS, SAMPLES, SUPPLIER, at_stage, lived, on, taken
from zhengcaidai.errors import Conflict, InvalidInput, Refusal, WrongStage
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.checks import is_repeat
from zhengcaidai.rules.loan import Loan

COLLEAGUE = BANK.model_copy(update={"user_id": "u-colleague"})
SECOND_AT_THE_BUREAU = BUREAU.model_copy(update={"user_id": "u-second"})
SAID_ZH, SAID_EN = "2026-05-15 09:00", "at 2026-05-15 09:00"


def second(loan: Loan, first: Step, who: Principal, then: Step | None = None) -> Refusal:
    """Somebody takes a step; what somebody else of the same organisation is told who takes it, or another, after that."""
    return refusal(on(loan, first, MAY), then or first, who=who)


def test_a_colleague_is_told_who_accepted_and_when() -> None:
    refused = second(at_stage(Stage.VERIFIED), steps.Accept(), COLLEAGUE)
    assert isinstance(refused, WrongStage)
    assert refused.zh.endswith(f"此前本单位 {BANK.user_id} 于 {SAID_ZH} 办理了“受理”。")
    assert refused.en.endswith(f"Before that, {BANK.user_id} of your organisation did “accept” {SAID_EN}.")
    assert (refused.problem.where, refused.problem.right) == ("stage", "verified")


def test_another_organisation_is_told_the_role_and_the_organisation_but_no_name() -> None:
    refused = second(at_stage(Stage.ACCEPTED), SAMPLES[steps.Reject], SUPPLIER, SAMPLES[steps.Withdraw])
    assert f"此前银行（{BANK.organisation_id}）于 {SAID_ZH} 办理了“拒绝”。" in refused.zh
    assert f"the bank ({BANK.organisation_id}) did “reject” {SAID_EN}" in refused.en
    assert BANK.user_id not in refused.zh + refused.en


def test_the_same_name_in_another_role_is_another_organisation() -> None:
    loan = on(
        at_stage(Stage.VERIFIED), steps.Accept(), MAY, who=SUPPLIER.model_copy(update={"organisation_id": "bank-1"})
    )
    assert SUPPLIER.user_id not in refusal(loan, steps.Accept()).zh


def test_what_the_engine_did_is_told_as_the_engines() -> None:
    refused = refusal(lived(*PATHS[Stage.VERIFIED]), SAMPLES[steps.Sign])
    assert "系统于 2026-03-02 11:00 将其转入此环节。" in refused.zh
    assert "The engine brought it there at 2026-03-02 11:00." in refused.en


def test_nobody_is_named_while_nothing_was_done() -> None:
    refused = refusal(lived(), steps.Accept())
    assert "于" not in refused.zh.partition("。")[2]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (steps.RecordCourtFreeze, steps.RecordCourtFreeze),
        (steps.SuspectFraud, steps.SuspectFraud),
        (steps.ReportTermination, steps.ReportTermination),
    ],
)
def test_what_stands_already_is_told_with_who_brought_it(first: type[Step], then: type[Step]) -> None:
    who = SAMPLES[first].by_role[0]
    refused = second(at_stage(Stage.REPAYING), SAMPLES[first], _colleague(who), SAMPLES[then])
    assert isinstance(refused, WrongStage | Conflict)
    assert SAID_ZH in refused.zh
    assert f"“{first.title_zh}”" in refused.zh
    assert SAID_EN in refused.en


def _colleague(role: str) -> Principal:
    own = next(each for each in PARTIES.values() if each.role == role)
    return own.model_copy(update={"user_id": "u-colleague"})


def test_a_question_that_was_answered_the_other_way_names_that_answer() -> None:
    suspected = on(at_stage(Stage.REPAYING), SAMPLES[steps.SuspectFraud], MAY)
    refused = second(suspected, SAMPLES[steps.ClearFraud], SECOND_AT_THE_BUREAU, SAMPLES[steps.ConfirmFraud])
    assert f"本单位 {BUREAU.user_id} " in refused.zh
    assert f"“{steps.ClearFraud.title_zh}”" in refused.zh


def test_a_freeze_that_was_lifted_names_who_lifted_it_and_an_unknown_one_nobody() -> None:
    frozen = on(at_stage(Stage.REPAYING), SAMPLES[steps.RecordCourtFreeze], MAY)
    lift = SAMPLES[steps.LiftCourtFreeze]
    refused = second(frozen, lift, SECOND_AT_THE_BUREAU)
    assert isinstance(refused, InvalidInput)
    assert f"本单位 {BUREAU.user_id} " in refused.zh
    other = lift.model_copy(update={"order_number": "（2026）示例执999号"})
    assert BUREAU.user_id not in refusal(on(frozen, lift, MAY), other).zh


def test_a_wrong_value_is_wrong_whoever_came_before() -> None:
    corrected = on(at_stage(Stage.REPAYING), SAMPLES[steps.CorrectClockStart], MAY)
    decided = on(corrected, SAMPLES[steps.DecideClockCorrection], MAY, who=SECOND_AT_THE_BUREAU)
    late = SAMPLES[steps.CorrectClockStart].model_copy(update={"corrected_on": MAY.date().replace(year=2027)})
    assert "此前" not in refusal(decided, late).zh


def test_a_number_known_with_other_content_names_who_used_it_first() -> None:
    plan = SAMPLES[steps.FileFundUsePlan]
    loan = on(at_stage(Stage.DISBURSED), plan, MAY)
    other = plan.model_copy(update={"amount_fen": 1})
    with pytest.raises(Conflict, match=SAID_ZH):
        is_repeat(loan, taken(other))
    another = other.model_copy(update={"plan_number": "ANOTHER"})
    assert not is_repeat(loan, taken(another))


def test_a_disbursement_reported_twice_names_the_first_report() -> None:
    report = SAMPLES[steps.ReportDisbursement]
    paid = on(at_stage(Stage.ACCOUNT_LOCKED), report, MAY)
    disbursed = on(paid, next(event for event in PATHS[Stage.DISBURSED] if isinstance(event, facts.Disbursed)), MAY)
    with pytest.raises(Conflict) as refused:
        is_repeat(disbursed, taken(report.model_copy(update={"bank_reference": "REF-2"}), COLLEAGUE))
    assert f"本单位 {BANK.user_id} 于 {SAID_ZH} 办理了“{report.title_zh}”" in refused.value.zh
