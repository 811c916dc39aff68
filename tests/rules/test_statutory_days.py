"""A year without a notice: weekends, the regulation's festivals, and a weekday for each of their days on a weekend."""

from datetime import date

import lunardate  # type: ignore[import-untyped]
import pytest

from zhengcaidai.messages.calendars import CalendarYear, Holiday
from zhengcaidai.registers.calendars import editions, festivals
from zhengcaidai.rules.statutory_days import festival_days, statutory_year
from zhengcaidai.rules.working_days import working_day_calendar

YEARS = sorted(festivals())


def _rest(year: CalendarYear) -> set[date]:
    periods = (*year.rest_periods, *year.make_up_rest_days)
    return {date.fromordinal(n) for each in periods for n in range(each.first.toordinal(), each.last.toordinal() + 1)}


@pytest.mark.clause("law/holidays")
@pytest.mark.parametrize("year", YEARS)
def test_the_regulation_gives_thirteen_days_since_2025_and_eleven_before(year: int) -> None:
    days = [day for _, of_festival in festival_days(festivals()[year]) for day in of_festival]
    assert len(days) == (13 if year >= 2025 else 11)


@pytest.mark.clause("law/holidays")
def test_2027_is_laid_out_by_the_regulation() -> None:
    year = statutory_year(festivals()[2027])
    assert year.is_provisional
    assert [(each.holidays[0], each.first.isoformat(), each.last.isoformat()) for each in year.rest_periods] == [
        (Holiday.NEW_YEAR, "2027-01-01", "2027-01-01"),
        (Holiday.SPRING_FESTIVAL, "2027-02-05", "2027-02-08"),
        (Holiday.QINGMING, "2027-04-05", "2027-04-05"),
        (Holiday.LABOUR_DAY, "2027-05-01", "2027-05-02"),
        (Holiday.DRAGON_BOAT, "2027-06-09", "2027-06-09"),
        (Holiday.MID_AUTUMN, "2027-09-15", "2027-09-15"),
        (Holiday.NATIONAL_DAY, "2027-10-01", "2027-10-03"),
    ]
    assert [each.first.isoformat() for each in year.make_up_rest_days] == [
        "2027-02-09",  # Spring Festival's Saturday and Sunday
        "2027-02-10",
        "2027-05-03",  # 1 and 2 May on a weekend
        "2027-05-04",
        "2027-10-04",  # 2 and 3 October on a weekend
        "2027-10-05",
    ]
    assert year.make_up_working_days == ()


@pytest.mark.clause("law/holidays")
@pytest.mark.parametrize("year", YEARS)
def test_each_festival_day_on_a_weekend_is_made_up_on_a_weekday(year: int) -> None:
    found = statutory_year(festivals()[year])
    days = {day for _, of_festival in festival_days(festivals()[year]) for day in of_festival}
    made_up = [each.first for each in found.make_up_rest_days]
    assert len(set(made_up)) == len(made_up)
    assert all(day.weekday() < 5 and day not in days for day in made_up)
    weekdays_off = len(made_up) + len([day for day in days if day.weekday() < 5])
    assert weekdays_off == (13 if year >= 2025 else 11)


def test_a_festival_on_another_ones_day_is_made_up_for() -> None:
    year = statutory_year(festivals()[2031])
    first_of_october = [each for each in year.rest_periods if each.first == date(2031, 10, 1)]
    assert [each.holidays for each in first_of_october] == [(Holiday.MID_AUTUMN, Holiday.NATIONAL_DAY)]
    assert date(2031, 10, 6) in [each.first for each in year.make_up_rest_days]  # 1 to 5 October are rest anyway


@pytest.mark.parametrize("year", YEARS)
def test_the_lunar_festivals_are_where_the_lunar_calendar_puts_them(year: int) -> None:
    found = festivals()[year]
    assert lunardate.LunarDate(year, 1, 1).to_solar_date() == found.spring_festival
    assert lunardate.LunarDate(year, 5, 5).to_solar_date() == found.dragon_boat
    assert lunardate.LunarDate(year, 8, 15).to_solar_date() == found.mid_autumn
    assert found.qingming in (date(year, 4, 4), date(year, 4, 5))


@pytest.mark.parametrize("edition", editions(), ids=lambda each: each.version)
def test_every_notice_lets_people_rest_on_the_regulations_days(edition: CalendarYear) -> None:
    days = {day for _, of_festival in festival_days(festivals()[edition.year]) for day in of_festival}
    assert days <= _rest(edition)


@pytest.mark.parametrize("year", range(2020, 2027))
def test_a_notice_moves_rest_days_but_gives_as_many_as_the_regulation(year: int) -> None:
    """Which is what our readings of article 6 rest on. The second notice for 2020 did give two days more."""
    computed = working_day_calendar((statutory_year(festivals()[year]),))
    first_notice = next(each for each in editions() if each.year == year)
    announced = working_day_calendar((first_notice,))
    start, end = date(year - 1, 12, 31), date(year, 12, 31)
    assert announced.working_days_between(start, end) == computed.working_days_between(start, end)
