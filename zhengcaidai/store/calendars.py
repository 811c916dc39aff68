"""The calendars that were loaded (工作日历): the edition loaded last is the one in force."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.store.engine import Database
from zhengcaidai.store.tables import CalendarRow

__all__ = ["Calendars", "LoadedCalendar"]


@dataclass(frozen=True)
class LoadedCalendar:
    """An edition of a year, and when it was loaded (last)."""

    calendar: CalendarYear
    loaded_at: datetime


class Calendars:
    """Editions of years by version. All methods raise OutsideDown while the database cannot be reached."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, calendar: CalendarYear, at: datetime) -> bool:
        """From now on this edition is in force, be it a new one or an earlier one. False if it already was in force."""
        async with self._database.writing() as session:
            newest = (await session.exec(_newest(calendar.year).limit(1).with_for_update())).first()
            if newest is not None and newest.version == calendar.version:
                return False
            if newest is not None:  # a clock that was set back must not leave the old edition in force
                at = max(at, newest.loaded_at + timedelta(microseconds=1))
            put = self._database.insert(CalendarRow).values(
                year=calendar.year, version=calendar.version, loaded_at=at, calendar=calendar
            )
            await session.exec(
                put.on_conflict_do_update(
                    index_elements=["year", "version"], set_={"loaded_at": put.excluded.loaded_at}
                )
            )
            return True

    async def editions(self, year: int) -> tuple[LoadedCalendar, ...]:
        """All editions of a year, the one in force first."""
        return await self._found(_newest(year))

    async def every_edition(self) -> tuple[LoadedCalendar, ...]:
        """All editions of all years that were ever loaded, the oldest first."""
        return await self._found(select(CalendarRow).order_by(col(CalendarRow.loaded_at)))

    async def years(self) -> tuple[CalendarYear, ...]:
        """The edition in force of every year that was loaded, by year."""
        return tuple(each.calendar for each in _in_force(await self.every_edition()))

    async def loaded_since(self, since: datetime) -> tuple[LoadedCalendar, ...]:
        """The editions in force that were loaded then or later, by year."""
        return tuple(each for each in _in_force(await self.every_edition()) if each.loaded_at >= since)

    async def _found(self, query: SelectOfScalar[CalendarRow]) -> tuple[LoadedCalendar, ...]:
        async with self._database.reading() as session:
            rows = (await session.exec(query)).all()
        return tuple(LoadedCalendar(row.calendar, row.loaded_at) for row in rows)


def _in_force(oldest_first: tuple[LoadedCalendar, ...]) -> tuple[LoadedCalendar, ...]:
    newest = {each.calendar.year: each for each in oldest_first}
    return tuple(newest[year] for year in sorted(newest))


def _newest(year: int) -> SelectOfScalar[CalendarRow]:
    return select(CalendarRow).where(col(CalendarRow.year) == year).order_by(col(CalendarRow.loaded_at).desc())
