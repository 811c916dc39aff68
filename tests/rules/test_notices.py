"""Who is told what: a template and its parameters, never free text of ours, never an account."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.loans import (
    AGREED,
    BEGAN,
    DISBURSED,
    OLD,
    PATHS,
    SAMPLES,
    TODAY,
    at_stage,
    contract,
    journal,
    lived,
    offer,
    paid,
    product,
    verified,
)
from tests.rules.timelines import at
from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.orders import NoticeKind, SmsMessage
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.effects import after
from zhengcaidai.rules.notices import notices
from zhengcaidai.rules.wording import yuan

TO_SUPPLIER, TO_BANK = lived().application.supplier.mobile, product().contact_mobile


def told(before: tuple[Frozen, ...], event: Frozen, of: Product | None = None) -> tuple[SmsMessage, ...]:
    entry = journal(*before, event)[-1]
    return notices(after(lived(*before), entry), entry, of or product())


def brief(before: tuple[Frozen, ...], event: Frozen) -> list[tuple[str, NoticeKind, tuple[str, ...]]]:
    return [(each.to, each.template, each.parameters) for each in told(before, event)]


def overdue(clock: ClockId, stage: Stage) -> Deadline:
    rules = tuple(rule for rule in platform_settings().clocks if rule.clock is clock)
    adopted = (CalendarAdoption(at=BEGAN, years=calendar_years(TODAY)),)
    found = deadlines(rules, at_stage(stage).timeline, adopted, at("2026-12-01"), repeat=False)
    return found[-1]


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        (Stage.SUBMITTED, verified(contract()), [(TO_BANK, "application_received", ("L1", "2,000.00"))]),
        (
            Stage.SUBMITTED,
            facts.VerificationFailed(reasons=(Words.quoted("查无此标"), Words.quoted("在名单内")), fraud=True),
            [(TO_SUPPLIER, "refused", ("L1", "查无此标；在名单内"))],
        ),
        (
            Stage.ACCEPTED,
            steps.RequestMaterials(items=("报表", "合同"), reason="缺"),
            [(TO_SUPPLIER, "materials_requested", ("L1", "报表、合同"))],
        ),
        (Stage.ACCEPTED, offer(), [(TO_SUPPLIER, "approved", ("L1", "2,000.00", "3.6%"))]),
        (Stage.ACCEPTED, SAMPLES[steps.Reject], [(TO_SUPPLIER, "rejected", ("L1", "授信额度用尽"))]),
        (
            Stage.APPROVED,
            facts.ApplicationLapsed(clock=ClockId.OFFER_EXPIRY, reason=Words.quoted("到期未签")),
            [(TO_SUPPLIER, "lapsed", ("L1", "到期未签"))],
        ),
        (Stage.DISBURSED, paid(150_000), [(TO_SUPPLIER, "payment_swept", ("L1", "1,500.00"))]),
        (
            Stage.DISBURSED,
            SAMPLES[steps.ReportStoppedPayment],
            [(TO_SUPPLIER, "payment_stopped", ("L1", "1,500.00")), (TO_BANK, "payment_stopped", ("L1", "1,500.00"))],
        ),
        (Stage.REPAYING, facts.Settled(received_fen=1, surplus_fen=0), [(TO_SUPPLIER, "settled", ("L1",))]),
        (Stage.ACCEPTED, SAMPLES[steps.Withdraw], []),
        (Stage.VERIFIED, steps.Accept(), []),
    ],
)
def test_each_line_tells_those_whom_it_concerns(
    before: Stage, event: Frozen, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert brief(PATHS[before], event) == expected


@pytest.mark.clause("hanyang/4.1.3#5")
def test_a_deal_is_told_with_contract_bank_amount_and_rate() -> None:
    assert brief(PATHS[Stage.ACCOUNT_LOCKED], DISBURSED) == [
        (TO_SUPPLIER, NoticeKind.FINANCED, ("合备[2026]1号", "示例银行", "2,000.00", "3.6%"))
    ]


@pytest.mark.parametrize(
    ("duty_of", "to"),
    [(Role.SUPPLIER, TO_SUPPLIER), (Role.BANK, TO_BANK), (Role.PURCHASER, TO_BANK), (Role.FINANCE_BUREAU, TO_BANK)],
)
def test_a_reminder_goes_to_whose_duty_it_is_or_to_the_bank(duty_of: Role, to: str) -> None:
    reminded = facts.Reminded(
        clock=ClockId.OFFER_EXPIRY, alarm_key="k/reminder-1", due_at=at("2026-03-17"), duty_of=duty_of
    )
    assert brief(PATHS[Stage.APPROVED], reminded) == [
        (to, NoticeKind.DEADLINE_REMINDER, ("L1", "授信要约有效期", "2026-03-16 24:00"))
    ]


@pytest.mark.clause("luoyang/3.1#2")
@pytest.mark.parametrize(
    ("clock", "stage", "expected"),
    [
        (ClockId.OFFER_EXPIRY, Stage.APPROVED, [(TO_BANK, "deadline_breached"), (TO_SUPPLIER, "deadline_breached")]),
        (ClockId.TREASURY_PAYMENT, Stage.DISBURSED, [(TO_BANK, "deadline_breached")]),
        (
            ClockId.LOAN_REPAYMENT,
            Stage.DISBURSED,
            [(TO_SUPPLIER, "overdue"), (TO_BANK, "deadline_breached"), (TO_SUPPLIER, "deadline_breached")],
        ),
    ],
)
def test_a_breach_is_told_to_the_bank_and_to_the_supplier_whose_duty_it_was(
    clock: ClockId, stage: Stage, expected: list[tuple[str, str]]
) -> None:
    deadline = overdue(clock, stage)
    breached = facts.Breached(deadline=deadline, alarm_key="k/breach", told_at_nine=True)
    assert brief(PATHS[stage], breached) == [], "nobody's telephone rings at midnight"
    at_nine = facts.Reminded(
        clock=clock, alarm_key="k/repeat-1", due_at=deadline.due_at, duty_of=deadline.duty_of, first_of_breach=True
    )
    assert [(to, template) for to, template, _ in brief(PATHS[stage], at_nine)] == expected
    before = facts.Breached(deadline=deadline, alarm_key="k/breach")
    assert [(to, template) for to, template, _ in brief(PATHS[stage], before)] == expected, "as loans begun earlier do"


@pytest.mark.clause("luoyang/3.1#2")
def test_a_head_office_without_a_system_is_told_of_a_breach_by_telephone_and_told_again() -> None:
    head_office = "+8613800009999"
    bank = product(head_office_mobile=head_office, channel="offline")
    due_at = at("2026-03-17")
    said = {
        key: facts.Reminded(
            clock=ClockId.APPROVAL, alarm_key=key, due_at=due_at, duty_of=Role.BANK, first_of_breach=first
        )
        for key, first in (("k/reminder", False), ("k/repeat-1", True), ("k/repeat-2", False))
    }
    told_to = {key: [each.to for each in told(PATHS[Stage.ACCEPTED], line, bank)] for key, line in said.items()}
    assert told_to == {
        "k/reminder": [TO_BANK],
        "k/repeat-1": [TO_BANK, head_office],
        "k/repeat-2": [TO_BANK, head_office],
    }


def test_each_message_has_a_key_of_its_own_made_of_loan_and_line() -> None:
    one, other = told(PATHS[Stage.DISBURSED], SAMPLES[steps.ReportStoppedPayment])
    assert (one.key, other.key) == ("L1:sms:9:1", "L1:sms:9:2")


def test_without_a_product_the_bank_has_no_telephone_and_the_supplier_is_still_told() -> None:
    entry = journal(*PATHS[Stage.DISBURSED], SAMPLES[steps.ReportStoppedPayment])[-1]
    loan = after(at_stage(Stage.DISBURSED), entry)
    assert [each.to for each in notices(loan, entry, None)] == [TO_SUPPLIER]


def _every_line() -> list[tuple[tuple[Frozen, ...], Entry]]:
    paths: list[tuple[Frozen, ...]] = [*PATHS.values(), (*PATHS[Stage.REPAYING], SAMPLES[steps.ReportStoppedPayment])]
    return [(path[:number], entry) for path in paths for number, entry in enumerate(journal(*path)[1:])]


def test_no_message_holds_an_account_a_name_or_a_code() -> None:
    secret: list[Any] = [
        AGREED.number,
        OLD.number,
        lived().application.supplier.uscc,
        lived().application.supplier.name,
    ]
    for before, entry in _every_line():
        for message in notices(after(lived(*before), entry), entry, product()):
            assert not [each for each in secret if each in "".join(message.parameters)]


@pytest.mark.parametrize(
    ("amount_fen", "shown"), [(200_000, "2,000.00"), (1, "0.01"), (0, "0.00"), (10**15, "10,000,000,000,000.00")]
)
def test_amounts_are_written_in_yuan(amount_fen: int, shown: str) -> None:
    assert yuan(amount_fen) == shown


@pytest.mark.parametrize(
    ("rate", "shown"), [("0.02", "2%"), ("0.0385", "3.85%"), ("0", "0%"), ("0.1", "10%"), ("0.04350001", "4.350001%")]
)
def test_rates_are_written_in_per_cent(rate: str, shown: str) -> None:
    approved = offer(annual_rate=Decimal(rate), penalty_rate=Decimal("0.2"))
    assert brief(PATHS[Stage.ACCEPTED], approved)[0][2][2] == shown
