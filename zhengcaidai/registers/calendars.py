"""The working-day calendars (工作日历) from `data/calendars/`: a file a year, an edition a notice or amendment.

Beyond the last notice a year is computed on the statutory rest days (`zhengcaidai.rules.statutory_days`) from the dates
of the lunar festivals in `data/festivals.toml`, and is provisional.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field, RootModel, ValidationError

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.base import Frozen, Text
from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear, Holiday, Notice, RestPeriod
from zhengcaidai.registers.files import parsed, refused, wrong
from zhengcaidai.rules.statutory_days import FestivalDates, festival_days, statutory_year
from zhengcaidai.rules.working_days import SATURDAY

__all__ = ["YEARS_AHEAD", "calendar_years", "editions", "festivals", "newest", "parse_calendar", "parse_editions"]

YEARS_AHEAD = 5
"""Years laid out beyond the last notice or the year asked for, whichever is later."""


class _Amendment(Frozen):
    number: Text | None = None
    issued_on: date
    known_from: date
    confirmed: bool
    no_longer_worked: tuple[date, ...] = ()
    also_worked: tuple[date, ...] = ()
    rest: Annotated[tuple[RestPeriod, ...], Field(min_length=1)]


class _Notice(Frozen):
    number: Text | None = None
    issued_on: date
    known_from: date
    confirmed: bool


class _CalendarFile(Frozen):
    year: Annotated[int, Field(ge=2000, le=2100)]
    sample: bool = False
    known_from: date | None = None
    notice: _Notice | None = None
    rest: Annotated[tuple[RestPeriod, ...], Field(min_length=1)]
    make_up_working_days: tuple[date, ...] = ()
    amendment: tuple[_Amendment, ...] = ()


class _Festivals(Frozen):
    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


class _FestivalFile(RootModel[dict[int, _Festivals]]):
    pass


def parse_calendar(text: str, source: str) -> CalendarYear:
    """The newest edition in a calendar file, for `calendar load FILE`; `source` names the file in errors.

    Raises InvalidInput, in Chinese and English, with file, line, key and reason.
    """
    return parse_editions(text, source)[-1]


def parse_editions(text: str, source: str) -> tuple[CalendarYear, ...]:
    """Every edition in a calendar file, oldest first: the notice, then each amendment."""
    content = parsed(text, source, _CalendarFile)
    found = [_first_edition(text, source, content)]
    try:
        for amendment in content.amendment:
            found.append(_amended(found[-1], amendment))
    except ValidationError as error:
        raise refused(text, source, ("amendment", len(found) - 1), error) from error
    for edition in found:
        _check(text, source, edition)
    return tuple(found)


def _first_edition(text: str, source: str, content: _CalendarFile) -> CalendarYear:
    if content.sample == (content.notice is not None):
        zh, en = "须有[notice]，或写明 sample = true，二者择一", "give either [notice] or sample = true"
        raise wrong(text, source, ("notice",), zh, en)
    if content.sample:
        if content.known_from is None:
            zh, en = "样例须写明从哪天起公布", "a sample says from which day it is known"
            raise wrong(text, source, ("known_from",), zh, en)
        basis, known_from, notice = CalendarBasis.SAMPLE, content.known_from, None
    else:
        assert content.notice is not None
        basis, known_from = CalendarBasis.NOTICE, content.notice.known_from
        notice = Notice(**content.notice.model_dump(exclude={"known_from"}))
    try:
        return CalendarYear(
            year=content.year,
            basis=basis,
            known_from=known_from,
            notice=notice,
            rest_periods=content.rest,
            make_up_working_days=tuple(sorted(content.make_up_working_days)),
        )
    except ValidationError as error:
        raise refused(text, source, ("rest",), error) from error


def _amended(before: CalendarYear, amendment: _Amendment) -> CalendarYear:
    """The edition after an amendment: its periods replace those of the same festivals."""
    changed = {period.holidays for period in amendment.rest}
    kept = [period for period in before.rest_periods if period.holidays not in changed]
    worked = {*before.make_up_working_days, *amendment.also_worked} - set(amendment.no_longer_worked)
    return CalendarYear(
        year=before.year,
        basis=CalendarBasis.NOTICE,
        known_from=amendment.known_from,
        notice=Notice(number=amendment.number, issued_on=amendment.issued_on, confirmed=amendment.confirmed),
        rest_periods=tuple(sorted((*kept, *amendment.rest), key=lambda period: period.first)),
        make_up_working_days=tuple(sorted(worked)),
    )


def _check(text: str, source: str, edition: CalendarYear) -> None:
    """What a slip of the pen breaks: overlaps, worked weekdays, a festival that is not a day of rest."""
    rest: dict[date, RestPeriod] = {}
    for number, period in enumerate(edition.rest_periods):
        for ordinal in range(period.first.toordinal(), period.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day in rest:
                path = ("rest", number, "first")
                raise wrong(text, source, path, f"{day} 已在另一假期内", f"{day} lies in two holidays")
            rest[day] = period
    for day in edition.make_up_working_days:
        if day in rest:
            zh, en = f"{day} 既放假又上班", f"{day} is both rest and work"
            raise wrong(text, source, ("make_up_working_days",), zh, en)
        if day.weekday() < SATURDAY:
            zh, en = f"{day} 不是周末，本来就上班", f"{day} is no weekend day and worked anyway"
            raise wrong(text, source, ("make_up_working_days",), zh, en)
    known = festivals().get(edition.year)
    for holiday, day in _missing(known, set(rest)) if known else ():
        zh, en = f"{day} 是{holiday.title_zh}，却不放假", f"{day} is {holiday.title_en} but no day of rest"
        raise wrong(text, source, ("rest",), zh, en)


def _missing(known: FestivalDates, rest: set[date]) -> list[tuple[Holiday, date]]:
    return [(holiday, day) for holiday, days in festival_days(known) for day in days if day not in rest]


@cache
def festivals() -> Mapping[int, FestivalDates]:
    """The lunar festivals and Qingming by year."""
    source = "data/festivals.toml"
    content = parsed((files("zhengcaidai") / source).read_text(encoding="utf-8"), source, _FestivalFile).root
    return {year: FestivalDates(year=year, **dates.model_dump()) for year, dates in content.items()}


@cache
def editions() -> tuple[CalendarYear, ...]:
    """Every edition of every year in `data/calendars/`, by year and then by date."""
    found: list[CalendarYear] = []
    for file in sorted((files("zhengcaidai") / "data/calendars").iterdir(), key=lambda file: file.name):
        source = f"data/calendars/{file.name}"
        text = file.read_text(encoding="utf-8")
        of_file = parse_editions(text, source)
        if file.name != f"{of_file[0].year}.toml":
            name = f"{of_file[0].year}.toml"
            raise wrong(text, source, ("year",), f"文件应名为 {name}", f"the file should be named {name}")
        if of_file[0].basis is CalendarBasis.SAMPLE:
            raise wrong(text, source, ("sample",), "样例不得放在此目录", "a sample does not belong here")
        found += of_file
    return tuple(found)


def newest(year: int, as_known_on: date | None = None) -> CalendarYear | None:
    """The newest edition of a year, or the newest known on a day; None while there is no notice."""
    found = [each for each in editions() if each.year == year]
    known = [each for each in found if as_known_on is None or each.known_from <= as_known_on]
    return known[-1] if known else None


def calendar_years(begins_on: date, as_known_on: date | None = None) -> tuple[CalendarYear, ...]:
    """The calendar that a loan beginning on that day adopts: the year before it to five years beyond the last notice.

    `as_known_on` leaves out what was published later (for a test clock in the past); None takes the newest editions.
    Years without a notice are statutory and provisional. Raises InvalidInput for a day before the first calendar, or
    after the last year whose festivals are known.
    """
    years = sorted({each.year for each in editions()})
    first_day, last_day = date(years[0], 1, 1), date(max(*years, *festivals()), 12, 31)
    if not first_day <= begins_on <= last_day:
        raise InvalidInput(
            f"工作日历只有{first_day}至{last_day}，没有{begins_on}。",
            f"The calendars go from {first_day} to {last_day}; there is none for {begins_on}.",
            where="from",
            right=f"{first_day} – {last_day}",
        )
    first, last = max(begins_on.year - 1, years[0]), max(begins_on.year, years[-1]) + YEARS_AHEAD
    found: list[CalendarYear] = []
    for year in range(first, last + 1):
        edition = newest(year, as_known_on)
        if edition is None and year in festivals():
            edition = statutory_year(festivals()[year])
        if edition is not None:
            found.append(edition)
    return tuple(found)
