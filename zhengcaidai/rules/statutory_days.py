"""A year whose notice is not out (暂定工作日历): weekends and the regulation's festivals, nothing guessed beyond them.

全国年节及纪念日放假办法 (law/holidays): in the text in force since 2025 (State Council Order 795) everybody rests on 13
days, in the one before (Order 644, from 2014) on 11. Its article 6 gives a working day off for a festival that falls on
a Saturday or Sunday but does not say which. Our reading: the first weekdays after that festival's own days, since that
is how the yearly notices lay them when they move nothing else. A festival on another's day (Mid-Autumn within National
Day) is made up for too: the article speaks of weekends only, but the notice for 2020 gave that day, so that a year
always has as many days of rest as the regulation names. No working weekend (调休上班) is guessed.
"""

from datetime import date, timedelta

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear, Holiday, RestPeriod
from zhengcaidai.rules.working_days import SATURDAY

__all__ = ["FestivalDates", "festival_days", "statutory_year"]

REVISED_FROM_YEAR = 2025
"""From this year on the eve of Spring Festival and 2 May are days of rest too."""

PUBLISHED = {True: date(2024, 11, 10), False: date(2013, 12, 11)}
"""When the text was published, by whether it is the revised one."""


class FestivalDates(Frozen):
    """农历节日与清明: their dates in one year, which no rule of the Gregorian calendar gives."""

    year: int
    spring_festival: date
    """正月初一."""
    qingming: date
    dragon_boat: date
    mid_autumn: date


def festival_days(festivals: FestivalDates) -> tuple[tuple[Holiday, tuple[date, ...]], ...]:
    """全体公民放假的节日: each festival with its days of rest by the regulation in force in that year."""
    year, first = festivals.year, festivals.spring_festival
    revised = year >= REVISED_FROM_YEAR
    return (
        (Holiday.NEW_YEAR, (date(year, 1, 1),)),
        (Holiday.SPRING_FESTIVAL, tuple(first + timedelta(days=n) for n in range(-1 if revised else 0, 3))),
        (Holiday.QINGMING, (festivals.qingming,)),
        (Holiday.LABOUR_DAY, tuple(date(year, 5, n) for n in range(1, 3 if revised else 2))),
        (Holiday.DRAGON_BOAT, (festivals.dragon_boat,)),
        (Holiday.MID_AUTUMN, (festivals.mid_autumn,)),
        (Holiday.NATIONAL_DAY, tuple(date(year, 10, n) for n in range(1, 4))),
    )


def statutory_year(festivals: FestivalDates) -> CalendarYear:
    """The provisional edition of a year: festivals, and a weekday off for each day of theirs that gave none."""
    days = festival_days(festivals)
    taken = {day for _, festival in days for day in festival}
    seen: set[date] = set()
    made_up: list[RestPeriod] = []
    for holiday, festival in days:
        lost = [day for day in festival if day.weekday() >= SATURDAY or day in seen]
        seen.update(festival)
        for _ in lost:
            day = festival[-1]
            while day in taken or day.weekday() >= SATURDAY:
                day += timedelta(days=1)
            taken.add(day)
            made_up.append(RestPeriod(holidays=(holiday,), first=day, last=day))
    return CalendarYear(
        year=festivals.year,
        basis=CalendarBasis.STATUTORY,
        known_from=PUBLISHED[festivals.year >= REVISED_FROM_YEAR],
        rest_periods=_merged(days),
        make_up_rest_days=tuple(made_up),
    )


def _merged(days: tuple[tuple[Holiday, tuple[date, ...]], ...]) -> tuple[RestPeriod, ...]:
    """One period a run of dates with the same festivals: Mid-Autumn may fall within National Day."""
    by_date: dict[date, tuple[Holiday, ...]] = {}
    for holiday, festival in days:
        for day in festival:
            by_date[day] = (*by_date.get(day, ()), holiday)
    periods: list[RestPeriod] = []
    for day in sorted(by_date):
        previous = periods[-1] if periods else None
        if previous and previous.holidays == by_date[day] and previous.last + timedelta(days=1) == day:
            periods[-1] = RestPeriod(holidays=previous.holidays, first=previous.first, last=day)
        else:
            periods.append(RestPeriod(holidays=by_date[day], first=day, last=day))
    return tuple(periods)
