"""The collection account: whose it must be, when it may change, and where a purchaser may pay."""

from typing import Any

import pytest

from tests.rules.loans import AGREED, HANYANG, HUBEI, JILIN, KUNMING, LUOYANG, NAME, OLD, REGIONS, profile
from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.account_changes import CourtOrder
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.orders import PaymentCheck
from zhengcaidai.messages.records import LockState
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.accounts import ChangeGround, change_ground, check_holder, check_payment, is_change_needed

BOUND = frozenset({Stage.SIGNED, Stage.ACCOUNT_CHANGE})
UNBOUND = (None, Stage.SUBMITTED, Stage.VERIFIED, Stage.ACCEPTED, Stage.MATERIALS_REQUESTED, Stage.APPROVED)
ORDER, COURT = "（2026）云01执1号", "示例中级人民法院"


def lock(**changed: Any) -> LockState:
    given: dict[str, Any] = {
        "loan_id": "L1",
        "bank_id": "bank-1",
        "filing_number": "合备[2026]1号",
        "account": AGREED,
        "disbursed": False,
    }
    return LockState(**(given | changed))


def refusal(code: str, state: LockState | None, stage: Stage | None) -> RuleBroken:
    with pytest.raises(RuleBroken) as refused:
        change_ground(state, profile(code), loan_stage=stage)
    return refused.value


# — whose —


@pytest.mark.clause("hanyang/4.1.4#6")
@pytest.mark.parametrize(
    ("holder", "supplier"),
    [
        (NAME, NAME),
        ("武汉示例（集团）有限公司", "武汉示例(集团)有限公司"),
        ("武汉示例 有限公司", "武汉示例有限公司"),
    ],
)
def test_the_holder_is_the_supplier_whatever_the_brackets(holder: str, supplier: str) -> None:
    check_holder(AGREED.model_copy(update={"name": holder}), supplier, "420105", where="new_account.name")


@pytest.mark.clause("hanyang/4.1.4#6")
@pytest.mark.parametrize(
    ("holder", "supplier"),
    [
        pytest.param("山东中兴食品机械有限公司", "供应商1110411", id="hanyangs-own-sample"),
        pytest.param("示例供应商有限公司第一分公司", NAME, id="a-branch"),
        pytest.param("示例供应商", NAME, id="a-short-name"),
    ],
)
def test_an_account_of_another_holder_is_refused(holder: str, supplier: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_holder(AGREED.model_copy(update={"name": holder}), supplier, "420105", where="new_account.name")
    problem = refused.value.problem
    assert (problem.where, problem.right, problem.clause) == ("new_account.name", supplier, "hanyang/4.1.4")


# — when a change is needed —


@pytest.mark.clause("hanyang/4.1.4#1")
@pytest.mark.clause("hubei/3.1.4#1")
@pytest.mark.clause("jilin/4.2#1")
@pytest.mark.clause("kunming/2.3.4#2")
@pytest.mark.parametrize(
    ("in_contract", "needed"),
    [
        pytest.param(AGREED, False, id="the-same"),
        pytest.param(AGREED.model_copy(update={"number": "6222-0000-1111-2222"}), False, id="printed-with-hyphens"),
        pytest.param(AGREED.model_copy(update={"bank_name": "示例银行股份有限公司"}), False, id="bank-written-in-full"),
        pytest.param(OLD, True, id="another-account"),
        pytest.param(AGREED.model_copy(update={"number": "06222000011112222"}), True, id="leading-zero"),
    ],
)
def test_a_change_is_asked_for_only_if_the_contracts_account_is_not_the_lenders(
    in_contract: Account, needed: bool
) -> None:
    assert is_change_needed(in_contract, AGREED) is needed


# — what a change needs —


@pytest.mark.clause("hanyang/4.1.4#2")
@pytest.mark.clause("jilin/4.2#1")
@pytest.mark.parametrize("code", REGIONS)
@pytest.mark.parametrize("stage", UNBOUND)
def test_before_any_agreement_the_purchasers_approval_is_enough(code: str, stage: Stage | None) -> None:
    assert change_ground(None, profile(code), loan_stage=stage) == ChangeGround()


@pytest.mark.clause("kunming/3.4#2")
@pytest.mark.parametrize("stage", sorted(BOUND))
@pytest.mark.parametrize(
    ("code", "clause"),
    [
        (KUNMING, "kunming/3.4"),
        (LUOYANG, "luoyang/2.3"),
        (HANYANG, "hanyang/3"),
        (JILIN, "jilin/4.4"),
        (HUBEI, None),
    ],
)
def test_between_agreement_and_lock_the_only_change_is_the_loans_own(
    code: str, clause: str | None, stage: Stage
) -> None:
    """Else a supplier could move the account away in the days in which the lock is on its way."""
    problem = refusal(code, None, stage).problem
    assert (problem.where, problem.right, problem.clause) == ("contract", "refile-account-change", clause)


@pytest.mark.clause("hanyang/3#3")
@pytest.mark.clause("yanshi/5#1")
@pytest.mark.clause("jilin/4.4#1")
@pytest.mark.clause("luoyang/2.3#2")
@pytest.mark.parametrize("code", REGIONS)
def test_once_locked_the_lending_bank_consents_as_well(code: str) -> None:
    assert change_ground(lock(), profile(code), loan_stage=Stage.ACCOUNT_LOCKED) == ChangeGround("bank-1")


@pytest.mark.clause("kunming/2.3.5#3")
@pytest.mark.clause("jilin/4.4#1")
@pytest.mark.parametrize("stage", [Stage.DISBURSED, Stage.REPAYING])
@pytest.mark.parametrize(
    ("code", "clause"),
    [(KUNMING, "kunming/2.3.5"), (JILIN, "jilin/4.4")],
)
def test_after_disbursement_nobody_changes_the_account_where_the_text_says_so(
    code: str, clause: str, stage: Stage
) -> None:
    problem = refusal(code, lock(disbursed=True), stage).problem
    assert (problem.right, problem.clause) == ("record-court-freeze", clause)


@pytest.mark.clause("hanyang/3#3")
@pytest.mark.clause("luoyang/2.3#2")
@pytest.mark.parametrize("stage", [Stage.DISBURSED, Stage.REPAYING])
@pytest.mark.parametrize("code", [LUOYANG, HANYANG, HUBEI])
def test_elsewhere_the_lending_bank_is_asked_after_disbursement_as_before(code: str, stage: Stage) -> None:
    """Their texts forbid a change without the bank, not one with it; Kunming's rule is not dressed up as theirs."""
    assert change_ground(lock(disbursed=True), profile(code), loan_stage=stage) == ChangeGround("bank-1")


@pytest.mark.clause("kunming/2.3.5#3")
@pytest.mark.parametrize("code", REGIONS)
@pytest.mark.parametrize("stage", [Stage.DISBURSED, Stage.REPAYING])
def test_while_a_reopened_loan_waits_for_its_lock_nobody_moves_the_account(code: str, stage: Stage) -> None:
    assert refusal(code, None, stage).problem.where == "contract"


@pytest.mark.clause("kunming/2.3.5#4")
def test_a_courts_order_is_the_one_exception_and_the_bank_still_consents() -> None:
    frozen = lock(disbursed=True, court_order=ORDER, court=COURT)
    assert change_ground(frozen, profile(KUNMING), loan_stage=Stage.REPAYING) == ChangeGround(
        consent_of_bank_id="bank-1", court_order=CourtOrder(order_number=ORDER, court=COURT)
    )


@pytest.mark.clause("kunming/2.3.5#4")
@pytest.mark.parametrize("half", [{"court_order": ORDER}, {"court": COURT}])
def test_an_order_without_its_number_or_its_court_is_none(half: dict[str, str]) -> None:
    refusal(KUNMING, lock(disbursed=True, **half), Stage.REPAYING)


# — where the contract pays —


def payment(number: str) -> PaymentCheck:
    return PaymentCheck(check_id="CHK-1", filing_number="合备[2026]1号", amount_fen=150_000, account_number=number)


@pytest.mark.clause("kunming/3.2#3")
@pytest.mark.clause("kunming/2.3.6#2")
@pytest.mark.clause("luoyang/2.3#3")
@pytest.mark.parametrize(
    ("number", "allowed"),
    [
        (AGREED.number, True),
        ("6222-0000-1111-2222", True),
        (OLD.number, False),
        (f"0{AGREED.number}", False),
        (AGREED.number[:-1], False),
    ],
)
@pytest.mark.parametrize("disbursed", [False, True])
def test_while_an_account_is_locked_the_contract_pays_to_no_other(number: str, allowed: bool, disbursed: bool) -> None:
    answer = check_payment(payment(number), lock(disbursed=disbursed), profile(KUNMING))
    assert (answer.allowed, answer.loan_id, answer.check_id) == (allowed, "L1", "CHK-1")
    assert answer.zh
    assert answer.en
    assert AGREED.number not in f"{answer.zh}{answer.en}"


@pytest.mark.clause("kunming/3.2#3")
@pytest.mark.clause("luoyang/2.3#3")
@pytest.mark.parametrize("number", [AGREED.number, OLD.number])
@pytest.mark.parametrize(
    ("code", "clause"),
    [(KUNMING, "kunming/3.2"), (LUOYANG, "luoyang/2.3"), (HANYANG, "hanyang/1"), (HUBEI, None), (JILIN, None)],
)
def test_the_answer_names_the_clause_of_the_loans_own_region(code: str, clause: str | None, number: str) -> None:
    assert check_payment(payment(number), lock(), profile(code)).clause == clause


def test_a_contract_without_a_lock_pays_where_it_says() -> None:
    answer = check_payment(payment(OLD.number), None, None)
    assert (answer.allowed, answer.loan_id) == (True, None)
