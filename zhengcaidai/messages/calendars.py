"""The working-day calendar as data (工作日历): one edition of one year, and the moment a loan began to use it."""

import hashlib
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from zhengcaidai.messages.base import Frozen, Text

__all__ = ["CalendarAdoption", "CalendarBasis", "CalendarYear", "DayKind", "Holiday", "Notice", "RestPeriod"]


LONGEST_REST_DAYS = 31
"""No notice has given more than ten days in a row: a longer period is a slip of the pen."""


class DayKind(StrEnum):
    """What a date is in the calendar."""

    WORKING_DAY = "working_day"
    """工作日: an ordinary Monday to Friday."""
    MAKE_UP_WORKING_DAY = "make_up_working_day"
    """调休上班: a Saturday or Sunday worked under the yearly notice."""
    WEEKEND = "weekend"
    """周末: a Saturday or Sunday of rest."""
    HOLIDAY = "holiday"
    """放假: a day of rest named by the notice or by the regulation on festivals."""

    @property
    def is_working(self) -> bool:
        """True for the two kinds that count towards a limit in working days."""
        return self in (DayKind.WORKING_DAY, DayKind.MAKE_UP_WORKING_DAY)


class Holiday(StrEnum):
    """The seven festivals on which everybody rests (全体公民放假的节日)."""

    NEW_YEAR = "new_year"
    SPRING_FESTIVAL = "spring_festival"
    QINGMING = "qingming"
    LABOUR_DAY = "labour_day"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL_DAY = "national_day"

    @property
    def title_zh(self) -> str:
        """The festival's Chinese name, as the notice writes it."""
        return _HOLIDAY_TITLES[self][0]

    @property
    def title_en(self) -> str:
        """The festival's English name."""
        return _HOLIDAY_TITLES[self][1]


_HOLIDAY_TITLES = {
    Holiday.NEW_YEAR: ("元旦", "New Year's Day"),
    Holiday.SPRING_FESTIVAL: ("春节", "Spring Festival"),
    Holiday.QINGMING: ("清明节", "Qingming Festival"),
    Holiday.LABOUR_DAY: ("劳动节", "Labour Day"),
    Holiday.DRAGON_BOAT: ("端午节", "Dragon Boat Festival"),
    Holiday.MID_AUTUMN: ("中秋节", "Mid-Autumn Festival"),
    Holiday.NATIONAL_DAY: ("国庆节", "National Day"),
}


class CalendarBasis(StrEnum):
    """What an edition of a year rests on."""

    NOTICE = "notice"
    """国务院办公厅通知: the yearly notice, or an amendment of it."""
    STATUTORY = "statutory"
    """No notice yet: weekends and the regulation's festivals only; every day of it is provisional."""
    SAMPLE = "sample"
    """样例: an invented arrangement for demonstrations and tests, never for a real loan."""


class Notice(Frozen):
    """通知: a State Council General Office notice on the year's rest days."""

    number: Text | None = None
    """文号, e.g. 国办发明电〔2025〕7号; None where no number could be confirmed."""
    issued_on: date
    """成文日期."""
    confirmed: bool
    """Number and date were checked against a publication of the notice."""


class RestPeriod(Frozen):
    """放假: first to last day of rest, both included; weekends may lie inside."""

    holidays: Annotated[tuple[Holiday, ...], Field(min_length=1)]
    """Usually one; National Day and Mid-Autumn share a period when they meet."""
    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> "RestPeriod":
        if not 0 <= (self.last - self.first).days < LONGEST_REST_DAYS:
            raise ValueError(f"{self.first} to {self.last} is no period of 1 to {LONGEST_REST_DAYS} days")
        return self


class CalendarYear(Frozen):
    """One edition of one year's arrangement (年度放假安排的一个版本).

    A mid-year change is a further edition of the same year with its own notice and `known_from`. Dates of the preceding
    December may occur: the notice for 2023 began on 2022-12-31.
    """

    year: int
    basis: CalendarBasis
    known_from: date
    """The first day on which the arrangement was public."""
    notice: Notice | None = None
    rest_periods: tuple[RestPeriod, ...]
    make_up_rest_days: tuple[RestPeriod, ...] = ()
    """补假: weekdays of rest that replace a festival which fell on a weekend (statutory editions only)."""
    make_up_working_days: tuple[date, ...] = ()
    """调休上班: weekend days that are worked."""

    @model_validator(mode="after")
    def _whole(self) -> "CalendarYear":
        if (self.basis is CalendarBasis.NOTICE) != (self.notice is not None):
            raise ValueError("a notice is given exactly where the basis is `notice`")
        periods = (*self.rest_periods, *self.make_up_rest_days)
        days = [*self.make_up_working_days, *(day for each in periods for day in (each.first, each.last))]
        outside = [day for day in days if not date(self.year - 1, 12, 1) <= day <= date(self.year, 12, 31)]
        if outside:
            raise ValueError(f"{outside[0]} lies neither in {self.year} nor in the December before")
        return self

    @property
    def is_provisional(self) -> bool:
        """No notice stands behind it: a deadline that reaches into it may still move."""
        return self.basis is CalendarBasis.STATUTORY

    @cached_property
    def version(self) -> str:
        """E.g. `2026@国办发明电〔2025〕7号#3f2a91c0`: made from the content, so equal versions mean equal days."""
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]
        return f"{self.year}@{self._source}#{digest}"

    @property
    def _source(self) -> str:
        if self.notice is not None:
            return self.notice.number or f"{self.notice.issued_on.isoformat()}通知"
        return "样例" if self.basis is CalendarBasis.SAMPLE else "法定节假日"


class CalendarAdoption(Frozen):
    """A loan began to use these editions at this moment; a later adoption replaces the years that it brings.

    The first adoption of a loan is made when it begins; each `calendar load` adds one. The list is append-only.
    """

    at: AwareDatetime
    years: tuple[CalendarYear, ...]
