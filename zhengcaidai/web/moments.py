"""Moments (时刻) as people read them: at +08:00 wherever they come from, the workflow, the database or this process."""

import re
from datetime import datetime
from typing import Any

from fastapi.responses import JSONResponse

from zhengcaidai.rules.working_days import SHANGHAI

__all__ = ["MomentsInShanghai"]

_UTC_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|\+00:00)")


class MomentsInShanghai(JSONResponse):
    """The API's answers: the same moment is written the same way in each, however it was kept."""

    def render(self, content: Any) -> bytes:
        """As JSON, every moment in UTC as one at +08:00."""
        return super().render(_in_shanghai(content))


def _in_shanghai(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _in_shanghai(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_in_shanghai(value) for value in part]
    if isinstance(part, str) and _UTC_MOMENT.fullmatch(part):
        return datetime.fromisoformat(part).astimezone(SHANGHAI).isoformat()
    return part
