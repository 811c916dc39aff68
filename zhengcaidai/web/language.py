"""Chinese or English, by Accept-Language (语言协商)."""

import re
from enum import StrEnum

__all__ = ["Language", "in_language", "language_of"]

_PAIR = re.compile(r"(?P<zh>.*[\u4e00-\u9fff].*?) / (?P<en>.*[A-Za-z]{2}.*)", re.DOTALL)


class Language(StrEnum):
    """The two languages in which people are spoken to."""

    ZH = "zh"
    EN = "en"


def language_of(accept_language: str | None) -> Language:
    """The wanted one of the two; Chinese where the header says nothing or neither (RFC 9110, 12.5.4)."""
    best, best_weight = Language.ZH, 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        found = {"zh": Language.ZH, "en": Language.EN, "*": Language.ZH}.get(primary)
        weight = _weight(parameters)
        if found is not None and weight > best_weight:
            best, best_weight = found, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def in_language(text: str, language: Language) -> str:
    """The reader's half of `中文 / English`; all of it where it is no such pair: codes, numbers, a range."""
    pair = _PAIR.fullmatch(text)
    return text if pair is None else pair[language.value]
