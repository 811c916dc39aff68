"""The timeline of a loan (时间线): each line of its journal with a title and a note that a person reads."""

from typing import Any

from pydantic import AwareDatetime

from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.journal import Entry, Event
from zhengcaidai.messages.parties import Role
from zhengcaidai.rules.narration import narrate
from zhengcaidai.web.redaction import Sensitive, redacted

__all__ = ["TimelineEntry", "timeline_entry"]


class TimelineEntry(Frozen):
    """流水一行: what, by whom, when, on which clause; `event` is the line itself."""

    sequence: int
    at: AwareDatetime
    kind: str
    role: Role
    organisation_id: Identifier
    user_id: Identifier
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str
    clause: str | None
    event: Event


def timeline_entry(entry: Entry, known: frozenset[Sensitive], region: str) -> TimelineEntry:
    """A line of the journal, its account and telephone numbers masked unless they are known to the reader anyway."""
    event: Any = redacted(entry.event, known)
    line = narrate(entry.event, region)
    return TimelineEntry.model_construct(
        sequence=entry.sequence,
        at=entry.at,
        kind=event.kind,
        role=entry.by.role,
        organisation_id=entry.by.organisation_id,
        user_id=entry.by.user_id,
        title_zh=line.title_zh,
        title_en=line.title_en,
        note_zh=line.note_zh,
        note_en=line.note_en,
        clause=line.clause,
        event=event,
    )
