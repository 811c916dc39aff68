"""A line says when, how grave, who and what; of an exception its kind and place, never its words."""

import json
import subprocess
import sys
from datetime import datetime
from typing import Any

_TELLING = """
import logging
from zhengcaidai.logs import set_up_logging

set_up_logging()
logging.getLogger("zhengcaidai.web").info("told", extra={"fields": {"status": 200}})
logging.getLogger("httpx").info("HTTP Request: GET http://outside.example/bad-records/91530100MA6KM0003U")
try:
    try:
        raise ValueError("6222020200112345678")
    except ValueError as error:
        error.__cause__ = error
        raise RuntimeError("the account 6222020200112345678 is wrong") from error
except RuntimeError:
    logging.getLogger("uvicorn.error").exception("a defect")
"""


def told() -> list[dict[str, Any]]:
    run = subprocess.run([sys.executable, "-c", _TELLING], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_each_line_has_time_level_and_logger_and_libraries_are_heard_from_warning_on() -> None:
    ours, defect = told()
    assert datetime.fromisoformat(ours.pop("time")).tzinfo is not None
    assert ours == {"level": "INFO", "logger": "zhengcaidai.web", "message": "told", "status": 200}
    assert (defect["level"], defect["logger"], defect["message"]) == ("ERROR", "uvicorn.error", "a defect")


def test_of_an_exception_kind_and_place_are_written_and_none_of_its_words() -> None:
    *_, defect = told()
    assert [each.splitlines()[0] for each in defect["exception"]] == ["RuntimeError", "ValueError"]
    assert "line 13" in defect["exception"][0]
    assert "6222020200112345678" not in str(defect)
