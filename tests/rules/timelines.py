"""Short ways to write events, calendars and rules in the tests of clocks."""

from datetime import date, datetime
from pathlib import Path

from zhengcaidai.messages.calendars import CalendarAdoption, CalendarYear
from zhengcaidai.messages.clocks import ClockId, ClockRule, Mark, Milestone, Timeline
from zhengcaidai.messages.parties import Role
from zhengcaidai.registers.calendars import calendar_years, parse_calendar
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.working_days import SHANGHAI

SAMPLE_2027 = Path(__file__).with_name("calendar-2027-sample.toml")


def at(text: str) -> datetime:
    """`2026-09-18` or `2026-09-18 10:30`, in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def day(text: str) -> date:
    return date.fromisoformat(text)


def happened(*events: tuple[Milestone, str] | tuple[Milestone, str, Role]) -> Timeline:
    return Timeline(
        marks=tuple(
            Mark(milestone=event[0], at=at(event[1]), holder=event[2] if len(event) == 3 else None) for event in events
        )
    )


def rule_of(code: str, clock: ClockId, on: str = "2026-01-01") -> ClockRule:
    found = region(code, day(on)).clock(clock)
    assert found is not None
    return found


def adopted(on: str, known_on: str | None = None) -> tuple[CalendarAdoption, ...]:
    """The calendars of a loan that begins on that day."""
    years = calendar_years(day(on), day(known_on) if known_on else None)
    return (CalendarAdoption(at=at(on), years=years),)


def sample_2027() -> CalendarYear:
    return parse_calendar(SAMPLE_2027.read_text(encoding="utf-8"), SAMPLE_2027.name)
