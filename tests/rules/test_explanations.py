"""Deadlines explain themselves, in Chinese and English, as the golden file has it."""

import tomllib
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

from tests.rules.timelines import adopted, at, day, happened, rule_of, sample_2027
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, CountReason, Explanation, Mark, Milestone, Timeline
from zhengcaidai.messages.parties import Role
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.explanations import MILESTONES, due_text_en, due_text_zh, explain, reason_en, reason_zh, steps_zh

GOLDEN = Path(__file__).parent / "golden" / "explanations.toml"

Case = TypedDict(
    "Case",
    {
        "id": str,
        "why": str,
        "region": str,
        "clock": str,
        "from": str,
        "repeat": NotRequired[bool],
        "pauses": NotRequired[list[list[str]]],
        "known_on": NotRequired[str],
        "sample": NotRequired[bool],
        "named": NotRequired[str],
        "moved_to": NotRequired[str],
        "zh": str,
        "en": str,
    },
)
CASES: list[Case] = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["case"] if GOLDEN.exists() else []


def explained(case: Case) -> Explanation:
    if "named" in case:
        return explained_date(case)
    rule = rule_of(case["region"], ClockId(case["clock"]))
    calendars = adopted(case["from"], case.get("known_on"))
    if case.get("sample"):
        calendars = (*calendars, CalendarAdoption(at=at(case["from"]), years=(sample_2027(),)))
    timeline = happened((rule.starts[0], case["from"]))
    for pause in case.get("pauses", []):
        for milestone, on in zip((Milestone.MATERIALS_REQUESTED, Milestone.MATERIALS_SUPPLIED), pause, strict=False):
            timeline = timeline.with_mark(Mark(milestone=milestone, at=at(on), holder=Role.BANK))
    now = timeline.marks[-1].at
    (deadline,) = deadlines((rule,), timeline, calendars, now, repeat=case.get("repeat", False))
    return explain(deadline, calendars)


def explained_date(case: Case) -> Explanation:
    """A date that a document names; `moved_to` where it had moved before the clock began, as a loan's own dates have."""
    rule = next(each for each in platform_settings().clocks if each.clock == case["clock"])
    fixed = case.get("moved_to", case["named"])
    mark = Mark(milestone=rule.starts[0], at=at(case["from"]), fixed_due_date=day(fixed), agreed_on=day(case["named"]))
    calendars = adopted(case["from"], case.get("known_on"))
    (deadline,) = deadlines((rule,), Timeline(marks=(mark,)), calendars, mark.at, repeat=False)
    return explain(deadline, calendars)


@pytest.mark.clause("law/civil-code-201")
@pytest.mark.clause("law/civil-code-203")
@pytest.mark.clause("law/holidays")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_deadline_explains_itself(case: Case) -> None:
    found = explained(case)
    assert found.text_zh == case["zh"]
    assert found.text_en == case["en"]


def test_the_golden_file_covers_what_it_should() -> None:
    texts = " ".join(case["zh"] for case in CASES)
    for what in ("春节", "国庆节", "中秋节", "元旦", "劳动节", "调休上班", "暂定", "停表", "末日顺延", "样例"):
        assert what in texts, what


def test_each_day_says_why() -> None:
    days = explained(CASES[0]).days
    assert [reason_zh(each) for each in days[:4]] == [
        "当日不计（民法典第201条）",
        "周末，不计",
        "调休上班，计第1日",
        "工作日，计第2日",
    ]
    assert reason_en(days[2]) == "make-up working day, counts as day 1"


def test_the_close_of_business_is_said_where_a_region_has_one() -> None:
    rule = rule_of("530100", ClockId.FINANCING).model_copy(update={"close_of_business": at("2026-01-01 17:30").time()})
    events = happened((Milestone.ACCEPTED, "2026-09-18"))
    (deadline,) = deadlines((rule,), events, adopted("2026-09-18"), at("2026-09-18"), repeat=False)
    assert due_text_zh(deadline) == "2026年9月24日17:30"
    assert due_text_en(deadline) == "17:30 on 24 Sep 2026"


@pytest.mark.clause("law/order-802-9")
@pytest.mark.parametrize(
    ("clock", "origin"),
    [
        (ClockId.PURCHASER_SIGN_OFF, "平台设定，非地方文件要求"),
        (ClockId.OFFER_EXPIRY, "平台设定，非地方文件要求"),
        (ClockId.TREASURY_PAYMENT, "国家规定"),
    ],
)
def test_what_no_region_set_is_never_dressed_up_as_its_text(clock: ClockId, origin: str) -> None:
    rule = next(each for each in platform_settings().clocks if each.clock is clock)
    calendars = adopted("2026-06-01")
    events = happened((rule.starts[0], "2026-06-01"))
    (deadline,) = deadlines((rule,), events, calendars, at("2026-06-01"), repeat=False)
    assert origin in explain(deadline, calendars).text_zh


def test_a_date_named_by_a_document_is_said_to_be_that() -> None:
    rule = next(each for each in platform_settings().clocks if each.clock is ClockId.LOAN_REPAYMENT)
    mark = Mark(milestone=Milestone.REPAYMENT_AGREED, at=at("2026-06-01"), fixed_due_date=day("2026-09-30"))
    calendars = adopted("2026-06-01")
    (deadline,) = deadlines((rule,), Timeline(marks=(mark,)), calendars, at("2026-06-01"), repeat=False)
    found = explain(deadline, calendars)
    assert found.days[-1].reason is CountReason.FIXED
    assert "文书载明的到期日" in found.text_zh
    assert "the date that the document names" in found.text_en


def test_every_event_has_a_name_in_both_languages() -> None:
    assert set(MILESTONES) == set(Milestone)
    assert all(zh and en for zh, en in MILESTONES.values())


def test_more_steps_than_there_are_circled_numbers_still_count_on() -> None:
    rule = rule_of("410300", ClockId.CONTRACT_SIGNING).model_copy(update={"limit_days": 60})
    calendars = adopted("2026-06-01")
    events = happened((Milestone.AWARD_ISSUED, "2026-06-01"))
    (deadline,) = deadlines((rule,), events, calendars, at("2026-06-01"), repeat=False)
    steps = steps_zh(deadline, explain(deadline, calendars).days, each_day=True)
    assert [each.split(" ")[0] for each in (steps[0], steps[20], steps[35], steps[50])] == ["①", "㉑", "㊱", "(51)"]
