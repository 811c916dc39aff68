"""日志: one shape for every process of ours: a JSON object a line, with time, level and logger, and no personal data.

What a library's or an outside system's exception says may hold an account number or a name: of an exception the kind and the
place are written, never its words. Libraries are heard from WARNING on; below it some write whole addresses.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

__all__ = ["set_up_logging"]

_OURS = "zhengcaidai"


class _Line(logging.Formatter):
    """What a record has as `fields` stands in the line beside its message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _kinds_and_places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def set_up_logging() -> None:
    """Lines to standard output, unless the process has set up logging of its own."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Line())
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    logging.getLogger(_OURS).setLevel(logging.INFO)
    # The server that carries the API comes with a shape of its own, and with an access log that holds whole addresses.
    server = logging.getLogger("uvicorn")
    server.handlers.clear()
    server.propagate = True
    logging.getLogger("uvicorn.access").disabled = True


def _kinds_and_places(error: BaseException) -> list[str]:
    """From the exception to what caused it; one that is its own cause is told once."""
    told: dict[int, str] = {}
    cause: BaseException | None = error
    while cause is not None and id(cause) not in told:
        places = traceback.format_tb(cause.__traceback__)
        told[id(cause)] = "\n".join((type(cause).__name__, *(each.rstrip() for each in places)))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return list(told.values())
