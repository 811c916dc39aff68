"""Breaking Chinese text into lines (避头尾): no line begins with a closing mark or ends with an opening one."""

import re
from collections.abc import Callable

__all__ = ["wrap"]

_OPENING = "（《〈「『【〔“‘("
_CLOSING = "，。、；：？！）》〉」』】〕”’％,.;:?!)%"
_UNIT = re.compile(rf"[{re.escape(_OPENING)}]*(?:[!-~]+|.)[{re.escape(_CLOSING)}]*", re.DOTALL)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of `text`, none wider than `width` as `measure` sees it, unless one character alone is.

    Numbers and Latin words stay whole where a line can hold them. Nothing is added and, but for spaces at a line's
    edge, nothing is lost.
    """
    lines: list[str] = []
    line = ""
    for unit in _UNIT.findall(text):
        if measure(line + unit) <= width:
            line += unit
            continue
        pieces = [unit] if measure(unit) <= width else list(unit)
        for piece in pieces:
            if line and measure(line + piece) > width:
                lines.append(line.strip(" "))
                line = ""
            line += piece
    return [*lines, line.strip(" ")]
