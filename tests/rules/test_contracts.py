"""Is the contract that the purchaser reports the one that the award promised?"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.rules.loans import BEGAN, OLD, SIGN, TODAY, application, award, contract, lived, offer, on, rules, verified
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.applications import Basis
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline, Milestone
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.accounts import is_change_needed
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.contracts import alterations, contract_faults, names_another_lender
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.working_days import shanghai_date

ON_AWARD = application(basis=Basis.AWARD_NOTICE, filing_number=None)


def waiting() -> Loan:
    """A signed loan on an award notice."""
    return lived(verified(), steps.Accept(), offer(), SIGN, asked=ON_AWARD)


@pytest.mark.clause("kunming/2.3.4#2")
def test_the_awards_own_contract_is_taken_whatever_account_it_names() -> None:
    for filed in (contract(), contract(collection_account=OLD)):
        assert contract_faults(filed, waiting()) is None
    agreed = offer().designated_account
    assert not is_change_needed(contract().collection_account, agreed)
    assert is_change_needed(contract(collection_account=OLD).collection_account, agreed)


@pytest.mark.clause("luoyang/2.5#2")
@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"award_number": "ZB-2"}, "合同不属于该中标（成交）通知书"),
        ({"supplier_uscc": "91530100MA6KM0001M"}, "合同的供应商与申请人不一致"),
        ({"purchaser_id": "pur-2"}, "合同的采购人与中标（成交）通知书不一致"),
        ({"amount_fen": 199_999}, "合同金额低于贷款金额"),
    ],
)
def test_a_contract_that_is_another_or_too_small_is_not_taken(changed: dict[str, Any], fault: str) -> None:
    found = contract_faults(contract(**changed), waiting())
    assert found is not None
    assert (found.zh, found.en.isascii()) == (fault, True)


def test_a_contract_as_large_as_the_loan_is_large_enough() -> None:
    assert contract_faults(contract(amount_fen=200_000), waiting()) is None


def test_a_number_that_nobody_has_filed_is_told_so() -> None:
    assert contract_faults(None, waiting()) == Words(
        zh="采购系统查无该备案合同", en="the procurement system has no such filed contract"
    )


def test_all_faults_are_told_at_once() -> None:
    wrong: Contract = contract(award_number="ZB-2", purchaser_id="pur-2")
    found = contract_faults(wrong, waiting())
    assert found is not None
    assert (found.zh.count("；"), found.en.count("; ")) == (1, 1)


@pytest.mark.parametrize("is_found", [True, False])
def test_the_purchasers_time_stands_still_while_the_contract_it_reported_is_looked_up(is_found: bool) -> None:
    """A procurement system that is down for weeks is not the purchaser's delay; a wrong number gives no new month."""
    loan = waiting()
    (awaited,) = [mark for mark in loan.timeline.marks if mark.milestone is Milestone.CONTRACT_AWAITED]
    reported = on(loan, steps.FileContract(filing_number="合备[2026]1号"), awaited.at + timedelta(days=20))
    answered = awaited.at + timedelta(days=60)
    unknown = facts.ContractNotFound(filing_number="合备[2026]1号", reason=Words.quoted("查无"))
    told = on(reported, facts.ContractChecked(contract=contract()) if is_found else unknown, answered)
    (before,), (asked,), (after,) = (_waits(each, answered) for each in (loan, reported, told))
    assert before.status is ClockStatus.BREACHED
    assert (asked.status, asked.is_breach) == (ClockStatus.PAUSED, False)
    assert after.status is (ClockStatus.MET if is_found else ClockStatus.RUNNING)
    assert after.due_date <= shanghai_date(answered) + timedelta(days=13)


def _waits(loan: Loan, now: datetime) -> tuple[Deadline, ...]:
    timed = tuple(rule for rule in rules().platform_clocks if rule.clock is ClockId.CONTRACT_WAIT)
    adopted = (CalendarAdoption(at=BEGAN, years=calendar_years(TODAY)),)
    return deadlines(timed, loan.timeline, adopted, now, repeat=False)


@pytest.mark.clause("luoyang/2.5#2")
@pytest.mark.clause("hanyang/3#4")
@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"purchaser_id": "pur-2"}, "another purchaser"),
        ({"region": "410300"}, "another region"),
        ({"amount_fen": 330_001}, "more than a tenth"),
    ],
)
def test_a_contract_that_says_otherwise_than_its_award_was_altered(changed: dict[str, Any], says: str) -> None:
    [found] = alterations(award(), contract(**changed))
    assert says in found.en
    assert "合同" in found.zh


@pytest.mark.clause("law/procurement-law-49#1")
@pytest.mark.parametrize("amount_fen", [1, 300_000, 330_000])
def test_a_contract_may_be_smaller_than_its_award_or_larger_by_a_lawful_supplement(amount_fen: int) -> None:
    assert alterations(award(), contract(amount_fen=amount_fen)) == ()


@pytest.mark.clause("kunming/2.3.4#3")
@pytest.mark.parametrize(
    ("named", "is_another"),
    [
        (None, False),
        ("示例银行", False),
        ("示例银行股份有限公司昆明分行", False),
        ("另一银行股份有限公司", True),
    ],
)
def test_the_lender_that_the_contract_names_must_be_this_one(named: str | None, is_another: bool) -> None:
    found = names_another_lender(contract(financing_bank_name=named), ("示例银行",))
    assert (found is not None) == is_another
