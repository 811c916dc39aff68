"""Every kind of line of the journal has words, in both languages, and names no clause of another region's text."""

from datetime import UTC, date, datetime

import pytest

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.facts import AccountLocked, LockReleased, Reminded, Swept, VerificationFailed
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.steps import STEPS, Accept, PostPayment
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.narration import narrate

LOCKED = AccountLocked(account=Account(name="示例公司", number="6222000011112222", bank_name="示例银行"))


def test_every_step_has_a_name() -> None:
    assert all(step.title_zh for step in STEPS)


@pytest.mark.clause("kunming/4.2", "luoyang/2.4")
def test_a_line_names_the_clause_of_its_own_region() -> None:
    assert narrate(Accept(), "530100").clause == "kunming/4.2"
    assert narrate(Accept(), "410300").clause == "luoyang/2.4"
    assert narrate(Accept(), "220000").clause is None


def test_an_application_that_fails_names_what_it_failed_on_and_forgery_only_where_it_is_feared() -> None:
    above = Words(zh="超过上限", en="above the cap", clause="kunming/4.1")
    unknown = Words(zh="查无此标", en="no such award")
    assert narrate(VerificationFailed(reasons=(above,), fraud=False), "530100").clause == "kunming/4.1"
    assert narrate(VerificationFailed(reasons=(unknown,), fraud=False), "530100").clause is None
    assert narrate(VerificationFailed(reasons=(unknown,), fraud=True), "530100").clause == "kunming/5.2"


def test_an_account_is_masked_in_words() -> None:
    line = narrate(LOCKED, "530100")
    assert "****2222" in line.note_zh
    assert "6222000011112222" not in str(line)


def test_a_repetition_is_told_apart_from_a_reminder() -> None:
    due = datetime(2026, 9, 25, tzinfo=UTC)
    reminder = Reminded(clock=ClockId.APPROVAL, alarm_key="approval::1@x/reminder-1", due_at=due, duty_of=Role.BANK)
    repeat = reminder.model_copy(update={"alarm_key": "approval::1@x/repeat-1"})
    assert narrate(reminder, "410300").title_zh != narrate(repeat, "410300").title_zh


def test_money_is_told_in_yuan() -> None:
    paid = PostPayment(
        payment_id="P1", amount_fen=12_345, account_number="6222000011112222", value_date=date(2026, 9, 1)
    )
    assert "123.45 元" in narrate(paid, "530100").note_zh
    assert narrate(Swept(through=1, released_fen=0), "530100").note_zh == ""
    assert narrate(LockReleased(), "530100").title_zh == "账户解锁"
