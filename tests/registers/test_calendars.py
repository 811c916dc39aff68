"""The calendar files: what they hold, and what is refused with file, line and reason."""

from datetime import date

import pytest

from tests.rules.timelines import SAMPLE_2027, sample_2027
from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.calendars import CalendarBasis
from zhengcaidai.registers.calendars import YEARS_AHEAD, calendar_years, editions, newest, parse_calendar

SAMPLE = SAMPLE_2027.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("year", "numbers"),
    [
        (2020, ["国办发明电〔2019〕16号", "国办发明电〔2020〕1号"]),
        (2021, ["国办发明电〔2020〕27号"]),
        (2022, ["国办发明电〔2021〕11号"]),
        (2023, ["国办发明电〔2022〕16号"]),
        (2024, ["国办发明电〔2023〕7号"]),
        (2025, ["国办发明电〔2024〕12号"]),
        (2026, ["国办发明电〔2025〕7号"]),
    ],
)
def test_each_year_names_its_notice_and_its_amendments(year: int, numbers: list[str]) -> None:
    notices = [each.notice for each in editions() if each.year == year]
    assert [each.number for each in notices if each] == numbers
    assert all(each.confirmed for each in notices if each)


def test_every_notice_was_public_before_it_mattered() -> None:
    for each in editions():
        assert each.notice is not None
        assert each.notice.issued_on <= each.known_from
        changed = [period.last for period in each.rest_periods] + list(each.make_up_working_days)
        assert each.known_from < max(changed)


def test_an_amendment_is_not_known_before_it_came_out() -> None:
    before, after = newest(2020, date(2020, 1, 26)), newest(2020, date(2020, 1, 27))
    assert before is not None
    assert after is not None
    assert before.version.startswith("2020@国办发明电〔2019〕16号#")
    assert after == newest(2020)


@pytest.mark.parametrize(("year", "known_on"), [(2027, None), (2026, date(2025, 11, 3))])
def test_there_is_none_while_the_notice_is_not_out(year: int, known_on: date | None) -> None:
    assert newest(year, known_on) is None


def test_a_loan_adopts_the_years_that_it_may_touch() -> None:
    years = calendar_years(date(2026, 11, 21))
    assert [each.year for each in years] == list(range(2025, 2026 + YEARS_AHEAD + 1))
    assert [each.is_provisional for each in years] == [False, False, True, True, True, True, True]


def test_a_loan_of_the_past_sees_what_was_known_then() -> None:
    years = calendar_years(date(2020, 1, 10), as_known_on=date(2020, 1, 10))
    assert [each.basis for each in years[:2]] == [CalendarBasis.NOTICE, CalendarBasis.STATUTORY]
    assert years[0] == newest(2020, date(2020, 1, 10))


def test_there_is_no_calendar_before_the_first() -> None:
    with pytest.raises(InvalidInput, match="只有2020-01-01至2040-12-31"):
        calendar_years(date(2019, 12, 31))


def test_the_sample_is_marked_as_one() -> None:
    sample = sample_2027()
    assert (sample.year, sample.basis, sample.notice) == (2027, CalendarBasis.SAMPLE, None)
    assert "样例" in sample.version


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("2027-01-09", "2027-01-08", "f.toml:9 make_up_working_days", "is no weekend day"),
        ("2027-01-09", "2027-01-03", "f.toml:9 make_up_working_days", "is both rest and work"),
        ("first = 2027-02-05", "first = 2027-02-06", "f.toml rest", "2027-02-05 is Spring Festival but no day of rest"),
        ("last = 2027-02-12", "last = 2027-02-01", "f.toml:16 rest.1", "is no period"),
        ('["qingming"]', '["qing"]', "f.toml:22 rest.2.holidays.0", "given: 'qing'"),
        ("last = 2027-04-05", "last = 2027-05-01", "f.toml:28 rest.3.first", "2027-05-01 lies in two holidays"),
        ("sample = true\n", "", "f.toml notice", "either [notice] or sample = true"),
        ("known_from = 2026-11-21\n", "", "f.toml known_from", "from which day it is known"),
        ("year = 2027", "year = 2028", "f.toml rest", "neither in 2028 nor in the December before"),
        ("year = 2027", "year = 1027", "f.toml:4 year", "greater than or equal to 2000"),
        ("year = 2027", "yaer = 2027", "f.toml:4 yaer", "there is no such field"),
        ("year = 2027\n", "", "f.toml year", "the field is missing"),
        ("last = 2027-04-05", "last = 2027-02-30", "f.toml", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_line_key_and_reason(old: str, new: str, where: str, reason: str) -> None:
    assert old in SAMPLE
    with pytest.raises(InvalidInput) as error:
        parse_calendar(SAMPLE.replace(old, new), "f.toml")
    assert where in error.value.en
    assert reason in error.value.en
    assert where in error.value.zh


AMENDED = """
[[amendment]]
number = "国办发明电〔2027〕1号"
issued_on = 2027-03-01
known_from = 2027-03-02
confirmed = false
also_worked = [2027-04-10]

[[amendment.rest]]
holidays = ["qingming"]
first = 2027-04-03
last = 2027-04-06
"""


def test_an_amendment_replaces_the_periods_of_its_festivals() -> None:
    before, after = parse_calendar(SAMPLE, "f.toml"), parse_calendar(SAMPLE + AMENDED, "f.toml")
    pairs = zip(before.rest_periods, after.rest_periods, strict=True)
    changed = [(old.last, new.last) for old, new in pairs if old != new]
    assert changed == [(date(2027, 4, 5), date(2027, 4, 6))]
    assert set(after.make_up_working_days) - set(before.make_up_working_days) == {date(2027, 4, 10)}


def test_a_wrong_amendment_is_refused_too() -> None:
    with pytest.raises(InvalidInput, match="neither in 2027"):
        parse_calendar(SAMPLE + AMENDED.replace("2027-04-10", "2028-04-10"), "f.toml")
