"""Deadlines as the API shows them (时限说明): each with its own account of itself, day by day."""

from collections.abc import Iterable

from zhengcaidai.messages.calendars import CalendarAdoption, CalendarYear
from zhengcaidai.messages.clocks import CountedDay, Deadline
from zhengcaidai.messages.facts import CalendarLoaded
from zhengcaidai.messages.journal import Entry
from zhengcaidai.registers.calendars import editions, festivals
from zhengcaidai.registers.previews import DeadlinePreview
from zhengcaidai.rules.explanations import explain
from zhengcaidai.rules.statutory_days import statutory_year
from zhengcaidai.rules.working_days import WEEKENDS_ONLY
from zhengcaidai.store.calendars import Calendars

__all__ = ["ExplainedDeadline", "explained", "known_editions", "previewed"]

_JOINED = " + "


class ExplainedDeadline(Deadline):
    """到期 and why. The explanation is absent only if an edition of a calendar that was used can no longer be found."""

    breached: bool
    days: tuple[CountedDay, ...] = ()
    explanation_zh: str | None = None
    explanation_en: str | None = None


async def known_editions(calendars: Calendars, journal: Iterable[Entry]) -> dict[str, CalendarYear]:
    """Every edition of a calendar that a loan can have used, by version: ours, those loaded, those in its journal."""
    known = {each.version: each for each in editions()}
    for dates in festivals().values():
        year = statutory_year(dates)
        known[year.version] = year
    known.update({each.calendar.version: each.calendar for each in await calendars.every_edition()})
    for entry in journal:
        if isinstance(entry.event, CalendarLoaded):
            known[entry.event.calendar.version] = entry.event.calendar
    return known


def explained(deadline: Deadline, known: dict[str, CalendarYear]) -> ExplainedDeadline:
    """The deadline, explained under the very editions that it was counted with: its version names them."""
    used = [each for each in deadline.calendar_version.split(_JOINED) if not each.endswith(WEEKENDS_ONLY)]
    found = tuple(known[version] for version in used if version in known)
    shown = ExplainedDeadline(**dict(deadline), breached=deadline.is_breach)
    if not found or len(found) < len(used):
        return shown
    explanation = explain(deadline, (CalendarAdoption(at=deadline.calendar_adopted_at, years=found),))
    return shown.model_copy(
        update={
            "days": explanation.days,
            "explanation_zh": explanation.text_zh,
            "explanation_en": explanation.text_en,
        }
    )


def previewed(found: DeadlinePreview) -> ExplainedDeadline:
    """A limit of no loan, explained as those of loans are."""
    return ExplainedDeadline(
        **dict(found.deadline),
        breached=found.deadline.is_breach,
        days=found.explanation.days,
        explanation_zh=found.explanation.text_zh,
        explanation_en=found.explanation.text_en,
    )
