"""Every kind of line of the journal has words in both languages, and no Chinese stands in the English ones."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from tests.rules.loans import AGREED, CONFIRMED, DISBURSED, OLD, SAMPLES, application, award, contract, journal
from tests.rules.speech import CHINESE, foreign
from tests.rules.timelines import at, happened, rule_of
from zhengcaidai.errors import WrongStage
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import ChangeOutcome, ChangeStage
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, Milestone
from zhengcaidai.messages.journal import Event
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules import errands
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.narration import narrate

ROOT = Path(__file__).parents[2]
WHY = Words(zh="要约到期未签约", en="the offer expired unsigned")
SAID = Words.quoted("额度用尽")
YEARS = calendar_years(at("2026-03-02").date())
(DEADLINE,) = deadlines(
    (rule_of("530100", ClockId.FINANCING),),
    happened((Milestone.ACCEPTED, "2026-03-02")),
    (CalendarAdoption(at=at("2026-03-02"), years=YEARS),),
    at("2026-03-20"),
    repeat=False,
)
DUE = DEADLINE.due_at
FACTS = (
    facts.Submitted(application=application()),
    facts.Verified(award=award(), contract=contract(), receivable=CONFIRMED, repeat_borrower=True),
    facts.VerificationFailed(reasons=(WHY, SAID), fraud=True),
    facts.ApplicationLapsed(clock=ClockId.OFFER_EXPIRY, reason=WHY),
    facts.ContractChecked(contract=contract()),
    facts.ContractNotFound(filing_number="合备[2026]1号", reason=WHY),
    facts.PaymentConfirmed(payment_id="P1"),
    facts.FundUsePlanRefused(plan_number="PLAN-1", reason=SAID),
    facts.AccountChangeOpened(change_id="AC1", old_account=OLD, new_account=AGREED),
    facts.AccountChangeProgressed(change_id="AC1", stage=ChangeStage.AWAITING_CONSENT),
    facts.AccountChangeEnded(
        outcome=ChangeOutcome(change_id="AC1", stage=ChangeStage.CANCELLED, account=OLD, reason=WHY)
    ),
    facts.ContractAccountChanged(account=AGREED),
    facts.AccountLocked(account=AGREED),
    facts.DisbursementOrdered(key="L1:disburse", amount_fen=200_000),
    facts.DisbursementRefused(reason=SAID),
    facts.DisbursementInDoubt(reason=SAID),
    DISBURSED,
    facts.Reminded(clock=ClockId.FINANCING, alarm_key="a/reminder-1", due_at=DUE, duty_of=Role.BANK),
    facts.Breached(deadline=DEADLINE, alarm_key="a/breach"),
    facts.CalendarLoaded(calendar=YEARS[-1]),
    facts.DeadlineMoved(clock=ClockId.APPROVAL, old_due_at=DUE, new_due_at=DUE, provisional=True),
    facts.Swept(through=1, released_fen=1),
    facts.Settled(received_fen=2, surplus_fen=1),
    facts.LockReleased(),
    facts.StepRefused(step="return_payment", problem=WrongStage("不行。", "Not now.").problem),
    facts.DeliveryRefused(what=errands.SWEEP, reason=SAID),
    facts.Reopened(owed_fen=1),
)
EVENTS = tuple(entry.event for entry in journal(*FACTS[1:], *SAMPLES.values()))


def test_there_is_a_sample_of_every_kind() -> None:
    assert {type(each) for each in EVENTS} == set(get_args(get_args(Event)[0]))


@pytest.mark.parametrize("region", ["530100", "410300", "420105"])
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_every_kind_of_event_is_told_in_chinese_and_in_english(event: Event, region: str) -> None:
    assert foreign(event, region) == ""


def test_the_check_can_fail() -> None:
    mixed = facts.ApplicationLapsed(clock=None, reason=Words(zh="失效了", en="lapsed 失效"))
    assert foreign(mixed, "530100") == "失效"


def test_what_somebody_else_said_is_told_as_it_was_said() -> None:
    line = narrate(facts.DeliveryRefused(what=errands.SWEEP, reason=SAID), "530100")
    assert (line.note_zh, line.note_en) == ("扣款还贷入账：额度用尽", "booking of the repayment: 额度用尽")


def test_a_refusal_is_told_with_its_reasons_and_whom_it_was_reported_to() -> None:
    line = narrate(facts.VerificationFailed(reasons=(WHY,), fraud=True), "530100")
    assert line.note_zh == "要约到期未签约；已报财政部门"
    assert line.note_en == "the offer expired unsigned; reported to the finance bureau"


def _own_words() -> Iterator[tuple[str, ast.expr]]:
    """The English of every `Words(zh=…, en=…)` that the code makes, and where."""
    for room in ("zhengcaidai", "workflows", "activities"):
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Words":
                    english = {keyword.arg: keyword.value for keyword in node.keywords}.get("en")
                    if english is not None:
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", english


def test_what_the_engine_says_in_english_has_no_chinese_in_it() -> None:
    found = list(_own_words())
    assert len(found) > 30
    texts = (
        (where, part.value)
        for where, english in found
        for part in ast.walk(english)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    assert [where for where, text in texts if CHINESE.search(text)] == []
