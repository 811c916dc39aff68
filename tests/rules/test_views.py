"""What is shown of a loan: all of it follows from the journal, the gravest trouble first, no personal data."""

from datetime import date, timedelta

import pytest

from tests.rules.loans import (
    AGREED,
    BEGAN,
    NAME,
    OLD,
    PATHS,
    SAMPLES,
    TODAY,
    USCC,
    application,
    at_stage,
    lived,
    offer,
    on,
    product,
    rules,
    verified,
)
from tests.rules.timelines import at
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, ClockStatus, Deadline
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.tasks import LoanView
from zhengcaidai.messages.troubles import Trouble, Urgency
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.tasks import open_tasks
from zhengcaidai.rules.views import current_details, holds, loan_view, trouble_of, urgency_of

MAY = at("2026-05-15 09:00")
ORDERED = facts.DisbursementOrdered(key="L1:disburse", amount_fen=200_000)


def timed(loan: Loan, now: str = "2026-03-03 09:00") -> tuple[Deadline, ...]:
    adopted = (CalendarAdoption(at=BEGAN, years=calendar_years(TODAY)),)
    going_by = rules()
    every = (*going_by.profile.clocks, *going_by.platform_clocks)
    return deadlines(every, loan.timeline, adopted, at(now), repeat=False)


def view(loan: Loan, now: str = "2026-05-15 09:00") -> LoanView:
    found = timed(loan, now)
    return loan_view(loan, open_tasks(loan, found, product()), found, BEGAN, at(now))


@pytest.mark.parametrize("stage", Stage)
def test_the_row_says_where_the_loan_stands_and_whom_it_waits_for(stage: Stage) -> None:
    loan = at_stage(stage)
    row = view(loan)
    assert (row.stage, row.loan_id, row.supplier_id, row.bank_id) == (stage, "L1", "sup-1", "bank-1")
    assert (row.sequence, row.submitted_at, row.updated_at) == (loan.sequence, BEGAN, MAY)
    assert bool(row.awaited) is not stage.is_end
    assert len(set(row.awaited)) == len(row.awaited)


def test_what_is_known_later_replaces_what_was_asked() -> None:
    asked = view(lived(asked=application(amount_fen=250_000)))
    assert (asked.amount_fen, asked.filing_number, asked.purchaser_id) == (250_000, "合备[2026]1号", None)
    offered = view(lived(verified(), steps.Accept(), offer(), asked=application(amount_fen=250_000)))
    assert (offered.amount_fen, offered.purchaser_id) == (200_000, "pur-1")


@pytest.mark.clause("kunming/3.3#2")
def test_balances_are_those_of_the_entries_on_the_day_shown() -> None:
    lent = view(at_stage(Stage.DISBURSED))
    assert (lent.principal_fen, lent.owed_fen) == (200_000, 201_480)  # 74 days at 20 fen
    assert (lent.disbursed_on, lent.due_on) == (date(2026, 3, 2), date(2026, 8, 29))
    part = view(at_stage(Stage.REPAYING))
    assert part.principal_fen < part.owed_fen < lent.owed_fen
    settled = view(at_stage(Stage.SETTLED))
    assert (settled.principal_fen, settled.owed_fen, settled.overdue) == (0, 0, False)
    assert view(at_stage(Stage.DISBURSED), "2026-08-31").overdue


def test_overlays_are_shown() -> None:
    loan = at_stage(Stage.REPAYING)
    assert view(on(loan, SAMPLES[steps.RecordCourtFreeze], MAY)).frozen
    suspected = on(loan, SAMPLES[steps.SuspectFraud], MAY)
    assert view(suspected).suspected_fraud
    assert view(on(suspected, SAMPLES[steps.ConfirmFraud], MAY)).suspected_fraud
    assert not view(on(suspected, SAMPLES[steps.ClearFraud], MAY)).suspected_fraud


def test_the_next_due_moment_is_the_earliest_that_counts() -> None:
    assert view(at_stage(Stage.ACCEPTED), "2026-03-03").next_due_at == at("2026-03-10")
    assert view(at_stage(Stage.SETTLED)).next_due_at is None


TERMINATION = SAMPLES[steps.ReportTermination]
REFUSED = facts.DisbursementRefused(reason=Words.quoted("额度用尽"))


@pytest.mark.parametrize(
    ("loan", "outside_down", "now", "expected"),
    [
        (at_stage(Stage.REPAYING), False, "2026-05-15", Trouble.NONE),
        (at_stage(Stage.REPAYING), False, "2026-08-31", Trouble.OVERDUE),
        (at_stage(Stage.REPAYING), True, "2026-08-31", Trouble.OUTSIDE_DOWN),
        (lived(*PATHS[Stage.ACCOUNT_LOCKED], ORDERED, REFUSED), True, "2026-05-15", Trouble.DISBURSEMENT_REFUSED),
        (on(at_stage(Stage.REPAYING), TERMINATION, MAY), True, "2026-08-31", Trouble.TERMINATED),
        (on(at_stage(Stage.APPROVED), TERMINATION, MAY), False, "2026-05-15", Trouble.NONE),
        (on(at_stage(Stage.REPAYING), SAMPLES[steps.RecordCourtFreeze], MAY), True, "2026-08-31", Trouble.FREEZE),
        (
            on(on(at_stage(Stage.REPAYING), SAMPLES[steps.RecordCourtFreeze], MAY), SAMPLES[steps.SuspectFraud], MAY),
            True,
            "2026-08-31",
            Trouble.FRAUD,
        ),
    ],
)
def test_of_several_troubles_the_gravest_is_shown(loan: Loan, outside_down: bool, now: str, expected: Trouble) -> None:
    assert trouble_of(loan, at(now), outside_down=outside_down) is expected


@pytest.mark.parametrize(
    ("now", "sent", "expected"),
    [
        ("2026-03-03", False, Urgency.CALM),
        ("2026-03-06", True, Urgency.DUE_SOON),
        ("2026-03-10", True, Urgency.BREACHED),
        ("2026-03-10", False, Urgency.BREACHED),
    ],
)
def test_urgency_grows_from_the_reminder_to_the_breach(now: str, sent: bool, expected: Urgency) -> None:
    found = timed(at_stage(Stage.ACCEPTED), now)
    said = {f"{each.version}/reminder-1" for each in found} if sent else set[str]()
    assert urgency_of(found, said) is expected


def test_a_clock_that_is_met_urges_nobody() -> None:
    loan = at_stage(Stage.APPROVED)
    done = [each for each in timed(loan, "2026-03-10") if each.status is ClockStatus.MET]
    assert urgency_of(done, {f"{each.version}/reminder-1" for each in done}) is Urgency.CALM


def test_the_page_says_who_is_awaited_until_when_why_and_what_was_late() -> None:
    loan = at_stage(Stage.ACCEPTED)
    found = timed(loan, "2026-03-11")
    page = current_details("已受理", open_tasks(loan, found, product()), found, ["外部系统无应答"])
    assert page.splitlines()[0] == "**已受理**"
    assert "- 等待**银行**：批准、要求补正或拒绝，至 2026-03-09 24:00，依据 `kunming/4.2`" in page
    assert "- **超时**：审批并放款应于 2026-03-09 24:00 前完成（`kunming/4.2`），到期时在银行，仍未办结" in page
    assert page.splitlines()[-1] == "- 外部系统无应答"


def test_a_deadline_into_a_year_without_a_notice_is_shown_as_provisional() -> None:
    loan = lived(*PATHS[Stage.ACCEPTED], began=at("2026-12-28 10:00"))
    adopted = (CalendarAdoption(at=BEGAN, years=calendar_years(date(2026, 11, 21))),)
    found = deadlines(rules().profile.clocks, loan.timeline, adopted, at("2026-12-29"), repeat=False)
    assert "（暂定）" in current_details("已受理", open_tasks(loan, found, product()), found, [])


def test_a_late_act_is_shown_with_its_day() -> None:
    loan = on(at_stage(Stage.ACCEPTED), steps.Reject(reason="额度用尽"), at("2026-03-12 10:00"))
    page = current_details("银行拒绝", (), timed(loan, "2026-03-13"), [])
    assert "2026-03-12 10:00 办结" in page


@pytest.mark.parametrize("stage", Stage)
def test_the_page_holds_no_name_code_telephone_or_account(stage: Stage) -> None:
    loan = at_stage(stage)
    found = timed(loan, "2026-12-01")
    page = current_details(stage.title_zh, open_tasks(loan, found, product()), found, [])
    for secret in (NAME, USCC, AGREED.number, OLD.number, loan.application.supplier.mobile):
        assert secret not in page


def test_the_bureau_is_shown_as_awaited_while_it_investigates() -> None:
    suspected = on(at_stage(Stage.ACCEPTED), SAMPLES[steps.SuspectFraud], BEGAN + timedelta(days=1))
    assert view(suspected).awaited == (Role.BANK, Role.FINANCE_BUREAU)


@pytest.mark.clause("kunming/2.3.6")
def test_it_is_the_banks_turn_to_collect_when_the_loan_is_due_and_not_before() -> None:
    lent = at_stage(Stage.DISBURSED)
    due = next(each for each in timed(lent) if each.clock is ClockId.LOAN_REPAYMENT)
    before, after = (f"{due.due_at + by:%Y-%m-%d %H:%M}" for by in (-timedelta(minutes=1), timedelta(0)))
    assert Role.BANK in {task.role for task in open_tasks(lent, timed(lent, before), product())}
    assert Role.BANK not in view(lent, before).awaited
    assert Role.BANK in view(lent, after).awaited


def test_the_page_says_that_no_money_leaves_and_why() -> None:
    loan = at_stage(Stage.ACCEPTED)
    assert holds(loan) == ()
    suspected = on(loan, SAMPLES[steps.SuspectFraud], BEGAN + timedelta(days=1))
    both = on(suspected, SAMPLES[steps.RecordCourtFreeze], BEGAN + timedelta(days=1))
    fraud, freeze = holds(both)
    assert fraud.startswith("暂停放款：疑似欺诈（")
    assert freeze.startswith("暂停放款：法院冻结 ")
    lent = on(at_stage(Stage.DISBURSED), SAMPLES[steps.RecordCourtFreeze], MAY)
    assert holds(lent) == (), "it has left"
