"""A year's calendar invented for the sandbox (样例日历): the notice that is not out yet, as it might read.

The festivals' own days, and New Year lengthened by the working day after it, which a Saturday makes up for: deadlines that
run over New Year move when it is loaded.
"""

from datetime import date, timedelta

from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear, Holiday, RestPeriod
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.rules.working_days import SATURDAY, working_day_calendar

__all__ = ["sample_calendar", "years_without_notice"]

_DAY = timedelta(days=1)
_MADE_UP_AFTER = timedelta(days=5)
"""Made up for sooner, the bridge day would move no deadline of that week."""


def years_without_notice(*years: int) -> tuple[int, ...]:
    """Those of them for which no notice of the State Council is among our files."""
    known = {each.year for each in _laid_out(max(years)) if each.basis is CalendarBasis.NOTICE}
    return tuple(year for year in years if year not in known)


def sample_calendar(year: int) -> str:
    """The file that an operator would load, in the form of `data/calendars/`, marked as a sample."""
    editions = _laid_out(year)
    statutory = next(each for each in editions if each.year == year)
    calendar = working_day_calendar(editions)
    new_year = next(each for each in statutory.rest_periods if Holiday.NEW_YEAR in each.holidays)
    bridge = calendar.working_day_on_or_after(new_year.last + _DAY)
    later = bridge + _MADE_UP_AFTER
    made_up = later + _DAY * ((SATURDAY - later.weekday()) % 7)
    longer = new_year.model_copy(update={"last": bridge})
    rests = (
        longer,
        *(each for each in statutory.rest_periods if each is not new_year),
        *(each for each in statutory.make_up_rest_days if not longer.first <= each.first <= longer.last),
    )
    head = (
        "# 样例，不是国务院办公厅的通知 / SAMPLE, not a notice: an invented arrangement, for demonstrations and tests only.",
        f"year = {year}",
        "sample = true",
        f"known_from = {date(year - 1, 1, 1)}",
        f"make_up_working_days = [{made_up}]",
    )
    return "\n".join((*head, *map(_rest, rests))) + "\n"


def _laid_out(year: int) -> tuple[CalendarYear, ...]:
    return calendar_years(date(year, 1, 1))


def _rest(period: RestPeriod) -> str:
    names = ", ".join(f'"{holiday}"' for holiday in period.holidays)
    return f"\n[[rest]]\nholidays = [{names}]\nfirst = {period.first}\nlast = {period.last}"
