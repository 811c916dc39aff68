"""What of an event's English is the engine's own: all but what the event quotes of persons and outside systems."""

import re
from typing import Any

from zhengcaidai.messages.journal import Event
from zhengcaidai.rules.narration import narrate

__all__ = ["CHINESE", "foreign"]

CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+")


def foreign(event: Event, region: str) -> str:
    """The Chinese letters in the event's English words, quotations left out; nothing if all is well."""
    line = narrate(event, region)
    assert line.title_zh, event.kind
    assert line.title_en, event.kind
    assert bool(line.note_zh) == bool(line.note_en), event.kind
    english = f"{line.title_en} {line.note_en}"
    for quoted in sorted(_quotations(event.model_dump(mode="json")), key=len, reverse=True):
        english = english.replace(quoted, "")
    return "".join(CHINESE.findall(english))


def _quotations(value: Any) -> set[str]:
    """Every text within; of the engine's own words, which differ from language to language, none."""
    if isinstance(value, str):
        return {value} if CHINESE.search(value) else set()
    if isinstance(value, dict):
        own = {"zh", "en"} if value.get("zh") != value.get("en") else set()
        return {each for key, inner in value.items() if key not in own for each in _quotations(inner)}
    return {each for inner in value for each in _quotations(inner)} if isinstance(value, list) else set()
