"""The sample of a year's calendar loads like a notice, and moves a deadline that runs over New Year; in any year."""

from datetime import date

import pytest

from zhengcaidai.messages.calendars import CalendarBasis
from zhengcaidai.registers.calendars import calendar_years, parse_calendar
from zhengcaidai.rules.working_days import working_day_calendar
from zhengcaidai.sandbox.sample_calendar import sample_calendar, years_without_notice

YEARS = range(2027, 2041)


@pytest.mark.clause("law/holidays")
@pytest.mark.parametrize("year", YEARS)
def test_a_deadline_over_new_year_moves_by_the_bridge_day(year: int) -> None:
    known = calendar_years(date(year, 1, 1))
    sample = parse_calendar(sample_calendar(year), "sample.toml")
    assert (sample.year, sample.basis) == (year, CalendarBasis.SAMPLE)
    loaded = working_day_calendar(sample if each.year == year else each for each in known)
    started_on = date(year - 1, 12, 21)
    before = working_day_calendar(known).add_working_days(started_on, 12)
    after = loaded.add_working_days(started_on, 12)
    assert before.year == year
    assert after > before
    assert not loaded.is_provisional(after)


def test_the_next_year_has_no_notice_until_its_file_is_there() -> None:
    newest = max(each.year for each in calendar_years(date.today()) if each.basis is CalendarBasis.NOTICE)  # noqa: DTZ011
    assert years_without_notice(newest, newest + 1) == (newest + 1,)
