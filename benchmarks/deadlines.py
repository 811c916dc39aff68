"""Deadline computation beside chinesecalendar's naive loop and numpy.busday_offset, in one run.

All three answer the same question, the Nth working day after a date, for the same dates, and must agree. What is told
is the ratio of the times per deadline, since seconds differ from machine to machine.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import chinese_calendar  # type: ignore[import-untyped]
import numpy as np

from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId, Mark, Timeline
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.working_days import SHANGHAI, WorkingDayCalendar, working_day_calendar

__all__ = ["DeadlineFigures", "main", "run"]

DATES = 5_000
LIMIT_DAYS = 10
FIRST, LAST = date(2020, 1, 2), date(2026, 11, 1)


@dataclass(frozen=True, slots=True)
class DeadlineFigures:
    """Microseconds per deadline, best of three runs; `build_us` once per calendar version and process."""

    ours_us: float
    naive_us: float
    numpy_us: float
    whole_deadline_us: float
    build_us: float

    @property
    def naive_ratio(self) -> float:
        """How many times as long chinesecalendar's loop takes."""
        return self.naive_us / self.ours_us

    @property
    def numpy_ratio(self) -> float:
        """How many times as long a call of numpy.busday_offset takes."""
        return self.numpy_us / self.ours_us

    def lines(self) -> tuple[str, ...]:
        """The figures as a table of text."""
        return (
            f"{'the 10th working day after a date':<46}{'µs each':>9}{'ratio':>9}",
            f"{'WorkingDayCalendar.add_working_days':<46}{self.ours_us:>9.2f}{1:>9.1f}",
            f"{'numpy.busday_offset, one date a call':<46}{self.numpy_us:>9.2f}{self.numpy_ratio:>9.1f}",
            f"{'chinesecalendar.is_workday, by day':<46}{self.naive_us:>9.2f}{self.naive_ratio:>9.1f}",
            f"{'a whole Deadline: runs, holders, version':<46}{self.whole_deadline_us:>9.2f}",
            f"{'laying out a calendar, once a version':<46}{self.build_us:>9.0f}",
        )


def run(dates: int = DATES) -> DeadlineFigures:
    """Measure. Raises AssertionError where the three do not agree."""
    years = calendar_years(FIRST)
    calendar = working_day_calendar(years)
    span = (LAST - FIRST).days
    starts = [FIRST + timedelta(days=random.Random(each).randrange(span)) for each in range(dates)]
    week = _numpy_calendar(calendar)
    ours, ours_us = _timed(lambda: [calendar.add_working_days(start, LIMIT_DAYS) for start in starts], dates)
    numpy, numpy_us = _timed(lambda: [_by_numpy(start, week) for start in starts], dates)
    naive, naive_us = _timed(lambda: [_by_chinesecalendar(start) for start in starts], dates)
    assert ours == numpy == naive
    _, whole_us = _timed(lambda: _whole_deadlines(starts[:500]), min(dates, 500))
    _, build_us = _timed(lambda: [WorkingDayCalendar(years)], 1)
    return DeadlineFigures(
        ours_us=ours_us,
        naive_us=naive_us,
        numpy_us=numpy_us,
        whole_deadline_us=whole_us,
        build_us=build_us,
    )


def _timed(work: Callable[[], list[object]], times: int) -> tuple[list[object], float]:
    best, found = float("inf"), list[object]()
    for _ in range(3):
        begun = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - begun)
    return found, best / times * 1e6


def _numpy_calendar(calendar: WorkingDayCalendar) -> np.busdaycalendar:
    """The same days for numpy: every day of the week is a business day except those of rest."""
    days = [FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 60)]
    return np.busdaycalendar(weekmask="1111111", holidays=[day for day in days if not calendar.is_working_day(day)])


def _by_numpy(start: date, week: np.busdaycalendar) -> object:
    last_worked = np.busday_offset(start, 0, roll="backward", busdaycal=week)
    return np.busday_offset(last_worked, LIMIT_DAYS, busdaycal=week).item()


def _by_chinesecalendar(start: date) -> date:
    day, left = start, LIMIT_DAYS
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return day


def _whole_deadlines(starts: list[date]) -> list[object]:
    rule = region("410300", LAST).clock(ClockId.APPROVAL)
    assert rule is not None
    begun = datetime.combine(FIRST, datetime.min.time(), SHANGHAI)
    calendars = (CalendarAdoption(at=begun, years=calendar_years(FIRST)),)
    found: list[object] = []
    for start in starts:
        at = datetime.combine(start, datetime.min.time(), SHANGHAI)
        timeline = Timeline(marks=(Mark(milestone=rule.starts[0], at=at),))
        found += deadlines((rule,), timeline, calendars, at, repeat=False)
    return found


def main() -> None:
    """Print the figures."""
    print("\n".join(run().lines()))


if __name__ == "__main__":
    main()
