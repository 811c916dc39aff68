"""The calendar answers as the State Council's notices say, for every day of every year that has one."""

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.timelines import day, sample_2027
from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.calendars import CalendarYear, DayKind, Holiday
from zhengcaidai.registers.calendars import calendar_years, editions
from zhengcaidai.rules.working_days import WorkingDayCalendar, working_day_calendar

CALENDAR = working_day_calendar(calendar_years(date(2020, 1, 1)))
KNOWN = st.dates(date(2020, 1, 1), date(2026, 12, 31))
LAID_OUT = st.dates(date(2016, 1, 1), date(2035, 12, 31))


@pytest.mark.clause("law/holidays")
@pytest.mark.clause("law/working-hours-7")
@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_day_of_a_year_with_a_notice_is_what_chinesecalendar_says(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    days = [each for each in days if each.year == year]
    assert [CALENDAR.is_working_day(each) for each in days] == [chinese_calendar.is_workday(each) for each in days]


@pytest.mark.parametrize("year", range(2020, 2027))
def test_every_holiday_has_the_festivals_name(year: int) -> None:
    names = {
        "New Year's Day": Holiday.NEW_YEAR,
        "Spring Festival": Holiday.SPRING_FESTIVAL,
        "Tomb-sweeping Day": Holiday.QINGMING,
        "Labour Day": Holiday.LABOUR_DAY,
        "Dragon Boat Festival": Holiday.DRAGON_BOAT,
        "Mid-autumn Festival": Holiday.MID_AUTUMN,
        "National Day": Holiday.NATIONAL_DAY,
    }
    for each, name in chinese_calendar.holidays.items():
        if each.year == year and each.weekday() < 5:
            assert names[name] in CALENDAR.holidays(each), each


@pytest.mark.parametrize(
    ("text", "kind", "holidays"),
    [
        ("2026-09-18", DayKind.WORKING_DAY, ()),
        ("2026-09-19", DayKind.WEEKEND, ()),
        ("2026-09-20", DayKind.MAKE_UP_WORKING_DAY, ()),
        ("2026-09-25", DayKind.HOLIDAY, (Holiday.MID_AUTUMN,)),
        ("2026-02-14", DayKind.MAKE_UP_WORKING_DAY, ()),
        ("2020-02-01", DayKind.HOLIDAY, (Holiday.SPRING_FESTIVAL,)),
        ("2020-10-01", DayKind.HOLIDAY, (Holiday.NATIONAL_DAY, Holiday.MID_AUTUMN)),
        ("2022-12-31", DayKind.HOLIDAY, (Holiday.NEW_YEAR,)),
    ],
)
def test_a_day_says_what_it_is(text: str, kind: DayKind, holidays: tuple[Holiday, ...]) -> None:
    assert (CALENDAR.kind(day(text)), CALENDAR.holidays(day(text))) == (kind, holidays)


def test_spring_festival_2020_was_lengthened_by_a_second_notice() -> None:
    before = working_day_calendar(calendar_years(date(2020, 1, 20), as_known_on=date(2020, 1, 26)))
    after = working_day_calendar(calendar_years(date(2020, 1, 20), as_known_on=date(2020, 1, 27)))
    changed = [day("2020-01-31"), day("2020-02-01")]
    assert [before.is_working_day(each) for each in changed] == [True, True]
    assert [after.is_working_day(each) for each in changed] == [False, False]
    assert before.version(changed[0], changed[0]) != after.version(changed[0], changed[0])


@given(start=KNOWN, days=st.integers(1, 40))
def test_adding_working_days_counts_one_by_one(start: date, days: int) -> None:
    expected, left = start, days
    while left:
        expected += timedelta(days=1)
        left -= CALENDAR.is_working_day(expected)
    assert CALENDAR.add_working_days(start, days) == expected


@given(start=LAID_OUT, first=st.integers(1, 60), second=st.integers(1, 60))
def test_adding_twice_is_adding_the_sum(start: date, first: int, second: int) -> None:
    once = CALENDAR.add_working_days(start, first + second)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, first), second) == once


@given(start=LAID_OUT, later=st.integers(0, 90), days=st.integers(1, 60))
def test_a_later_start_never_ends_earlier(start: date, later: int, days: int) -> None:
    assert CALENDAR.add_working_days(start, days) <= CALENDAR.add_working_days(start + timedelta(days=later), days)


@given(start=LAID_OUT, days=st.integers(1, 60))
def test_between_undoes_adding(start: date, days: int) -> None:
    end = CALENDAR.add_working_days(start, days)
    assert CALENDAR.working_days_between(start, end) == days
    assert CALENDAR.working_days_between(end, start) == 0


@given(start=LAID_OUT, days=st.integers(1, 60))
def test_counting_back_undoes_adding(start: date, days: int) -> None:
    base = CALENDAR.working_day_on_or_after(start)
    assert CALENDAR.working_day_before(CALENDAR.add_working_days(base, days), days) == base


@given(start=LAID_OUT)
def test_the_next_working_day_is_the_first_one_not_before(start: date) -> None:
    found = CALENDAR.working_day_on_or_after(start)
    assert found >= start
    assert CALENDAR.is_working_day(found)
    assert not any(CALENDAR.is_working_day(start + timedelta(days=n)) for n in range((found - start).days))


@given(start=KNOWN, days=st.integers(1, 200))
def test_numpy_agrees_when_it_is_told_the_rest_days(start: date, days: int) -> None:
    all_days = [date(2019, 12, 25) + timedelta(days=n) for n in range(3000)]
    week = np.busdaycalendar(
        weekmask="1111111", holidays=[each for each in all_days if not CALENDAR.is_working_day(each)]
    )
    rolled = np.busday_offset(start, 0, roll="backward", busdaycal=week)
    assert np.busday_offset(rolled, days, busdaycal=week).item() == CALENDAR.add_working_days(start, days)


@pytest.mark.parametrize(
    ("text", "provisional"), [("2026-12-31", False), ("2027-01-01", True), ("2031-12-31", True), ("2035-06-01", True)]
)
def test_a_year_without_a_notice_is_provisional(text: str, provisional: bool) -> None:
    assert CALENDAR.is_provisional(day(text)) is provisional


def test_a_loaded_year_replaces_the_computed_one() -> None:
    loaded = working_day_calendar((*calendar_years(date(2026, 12, 1)), sample_2027()))
    assert CALENDAR.is_working_day(day("2027-01-04"))
    assert not loaded.is_working_day(day("2027-01-04"))
    assert not loaded.is_provisional(day("2027-01-04"))
    assert loaded.version(day("2026-12-24"), day("2027-01-08")).count("@") == 2


def test_years_beyond_every_edition_hold_weekends_alone() -> None:
    assert CALENDAR.is_working_day(day("2040-10-01"))  # a Monday; the festivals of 2040 are not laid out yet
    assert "仅周末" in CALENDAR.version(day("2040-10-01"), day("2040-10-01"))


@pytest.mark.parametrize("wrong", [date(1990, 1, 1), date(2090, 1, 1)])
def test_a_day_outside_the_calendar_is_refused(wrong: date) -> None:
    with pytest.raises(InvalidInput, match="超出工作日历"):
        CALENDAR.is_working_day(wrong)


@pytest.mark.parametrize("days", [0, -1, 10**6])
def test_a_number_of_days_that_cannot_be_is_refused(days: int) -> None:
    with pytest.raises(InvalidInput, match="工作日"):
        CALENDAR.add_working_days(date(2026, 1, 1), days)


def test_the_same_editions_are_laid_out_once() -> None:
    copies = tuple(CalendarYear.model_validate_json(each.model_dump_json()) for each in editions())
    assert working_day_calendar(copies) is working_day_calendar(editions())


def test_equal_versions_mean_equal_days() -> None:
    year = sample_2027()
    changed = year.model_copy(update={"make_up_working_days": year.make_up_working_days[1:]})
    assert CalendarYear.model_validate(changed.model_dump()).version != year.version


def test_no_year_is_no_calendar() -> None:
    with pytest.raises(InvalidInput, match="没有任何年度"):
        working_day_calendar(())


def test_building_is_pure() -> None:
    years = calendar_years(date(2026, 1, 1))
    assert WorkingDayCalendar(years).add_working_days(date(2026, 9, 18), 5) == date(2026, 9, 24)
