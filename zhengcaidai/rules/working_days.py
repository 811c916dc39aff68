"""Working days (工作日): the calendars' editions laid out as arrays, so that every question is answered in O(1).

Civil Code 201 and 203 (民法典) are applied in `zhengcaidai.rules.due_dates`; here is only what a date is
(law/holidays, law/working-hours-7).
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.calendars import CalendarAdoption, CalendarYear, DayKind, Holiday

__all__ = [
    "SHANGHAI",
    "WorkingDayCalendar",
    "calendar_in_force",
    "is_in_force",
    "shanghai_date",
    "working_day_calendar",
]

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""+08:00 all the year round: China has had no summer time since 1991."""

SATURDAY = 5
"""`date.weekday()` of the first day of the weekend (law/working-hours-7)."""

YEARS_BEFORE, YEARS_AFTER = 5, 11
"""Years around the known ones that are laid out on weekends alone, provisional: the longest loan runs ten years."""

WEEKENDS_ONLY = "仅周末"


def shanghai_date(moment: datetime) -> date:
    """The calendar date in China at that moment; limits count dates, not hours."""
    return moment.astimezone(SHANGHAI).date()


@dataclass(frozen=True, slots=True)
class _Editions:
    """The key of the cache: versions are made from content, so they stand for it."""

    versions: tuple[str, ...]
    years: tuple[CalendarYear, ...] = field(compare=False)


def working_day_calendar(years: Iterable[CalendarYear]) -> "WorkingDayCalendar":
    """The calendar made of these editions; of two for the same year the later in the row counts. Cached by version."""
    latest = {each.year: each for each in years}
    if not latest:
        raise InvalidInput("没有任何年度的工作日历。", "There is no calendar for any year.", where="years")
    ordered = tuple(latest[year] for year in sorted(latest))
    return _laid_out(_Editions(tuple(each.version for each in ordered), ordered))


def calendar_in_force(adoptions: Iterable[CalendarAdoption]) -> "WorkingDayCalendar":
    """The calendar after these adoptions, in their order."""
    return working_day_calendar(year for adoption in adoptions for year in adoption.years)


def is_in_force(calendar: CalendarYear, adoptions: Iterable[CalendarAdoption]) -> bool:
    """Whether that edition is the one its year is counted by now; an earlier edition may come into force again."""
    editions = {year.year: year.version for adoption in adoptions for year in adoption.years}
    return editions.get(calendar.year) == calendar.version


@lru_cache(maxsize=64)
def _laid_out(editions: _Editions) -> "WorkingDayCalendar":
    return WorkingDayCalendar(editions.years)


class WorkingDayCalendar:
    """工作日历: what each date is, how many working days lie between dates, which is the Nth after a date.

    Years without any edition, before the first and after the last, hold weekends alone and are provisional. A date
    beyond those raises `InvalidInput`.
    """

    def __init__(self, years: tuple[CalendarYear, ...]) -> None:
        self._editions = {each.year: each for each in years}
        first_year, last_year = min(self._editions), max(self._editions)
        self._first = date(first_year - YEARS_BEFORE, 1, 1).toordinal()
        days = date(last_year + YEARS_AFTER + 1, 1, 1).toordinal() - self._first
        # 1 January of year 1, ordinal 1, was a Monday.
        working = bytearray((self._first + offset - 1) % 7 < SATURDAY for offset in range(days))
        self._holidays: dict[int, tuple[Holiday, ...]] = {}
        self._make_up: set[int] = set()
        for edition in sorted(years, key=lambda each: each.year):
            self._apply(edition, working)
        self._working_before = array("I", [0])
        self._working_days = array("I")
        for offset, works in enumerate(working):
            if works:
                self._working_days.append(offset)
            self._working_before.append(len(self._working_days))

    def _apply(self, edition: CalendarYear, working: bytearray) -> None:
        for period in (*edition.rest_periods, *edition.make_up_rest_days):
            for ordinal in range(period.first.toordinal(), period.last.toordinal() + 1):
                working[ordinal - self._first] = 0
                self._holidays[ordinal] = period.holidays
                self._make_up.discard(ordinal)
        for day in edition.make_up_working_days:
            working[day.toordinal() - self._first] = 1
            self._holidays.pop(day.toordinal(), None)
            self._make_up.add(day.toordinal())

    def _offset(self, day: date) -> int:
        offset = day.toordinal() - self._first
        if not 0 <= offset < len(self._working_before) - 1:
            raise InvalidInput(
                f"{day} 超出工作日历的范围。",
                f"{day} lies outside the calendar.",
                where="date",
                right=f"{date.fromordinal(self._first)} – {self._date(len(self._working_before) - 2)}",
            )
        return offset

    def _date(self, offset: int) -> date:
        return date.fromordinal(self._first + offset)

    def is_working_day(self, day: date) -> bool:
        """工作日, 调休上班 included."""
        offset = self._offset(day)
        return self._working_before[offset + 1] > self._working_before[offset]

    def kind(self, day: date) -> DayKind:
        """Why a date is worked or not."""
        if day.toordinal() in self._make_up:
            return DayKind.MAKE_UP_WORKING_DAY
        if day.toordinal() in self._holidays:
            return DayKind.HOLIDAY
        return DayKind.WORKING_DAY if self.is_working_day(day) else DayKind.WEEKEND

    def holidays(self, day: date) -> tuple[Holiday, ...]:
        """The festivals for which that date is a day of rest; empty for any other date."""
        return self._holidays.get(day.toordinal(), ())

    def is_provisional(self, day: date) -> bool:
        """暂定: no notice for that date's year yet."""
        edition = self._editions.get(day.year)
        return edition is None or edition.is_provisional

    def add_working_days(self, start: date, days: int) -> date:
        """The Nth working day after `start`, which is not counted itself (民法典 201). `days` is 1 or more."""
        return self._date(self._nth(self._working_before[self._offset(start) + 1] + days - 1, days))

    def _nth(self, index: int, days: int) -> int:
        if days < 1:
            raise InvalidInput(
                "工作日数须不小于1。", "The number of working days must be 1 or more.", where="days", right="≥ 1"
            )
        if index >= len(self._working_days):
            last = self._date(self._working_days[-1])
            raise InvalidInput(
                f"第{days}个工作日超出工作日历的范围。",
                f"Working day {days} lies outside the calendar.",
                where="days",
                right=f"≤ {last}",
            )
        return self._working_days[index]

    def working_day_before(self, day: date, days: int) -> date:
        """The Nth working day before `day`, which is not counted itself; for reminders. `days` is 1 or more."""
        index = self._working_before[self._offset(day)] - days
        if days < 1 or index < 0:
            raise InvalidInput("工作日数不在范围内。", "No such working day.", where="days", right="≥ 1")
        return self._date(self._working_days[index])

    def working_day_on_or_after(self, day: date) -> date:
        """`day` itself if it is worked, else the next working day (民法典 203)."""
        return self._date(self._nth(self._working_before[self._offset(day)], 1))

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after `after`, up to and including `until`; 0 if `until` is not later."""
        if until <= after:
            return 0
        return self._working_before[self._offset(until) + 1] - self._working_before[self._offset(after) + 1]

    def version(self, first: date, last: date) -> str:
        """The editions of the years from `first` to `last`, joined by ` + `."""
        years = range(first.year, max(first, last).year + 1)
        return " + ".join(
            self._editions[year].version if year in self._editions else f"{year}@{WEEKENDS_ONLY}" for year in years
        )
