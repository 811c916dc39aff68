"""An operator reads in the Temporal UI what each activity, timer and child workflow is, in every saved history."""

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from tests.replay.saved import HISTORIES, events, name_of

_KINDS = (
    "activityTaskScheduledEventAttributes",
    "timerStartedEventAttributes",
    "startChildWorkflowExecutionInitiatedEventAttributes",
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _summary(event: dict[str, Any]) -> str:
    """The summary in its metadata; empty if there is none. The saved histories are not sealed."""
    payload = event.get("userMetadata", {}).get("summary")
    return str(json.loads(b64decode(payload["data"]))) if payload else ""


@pytest.mark.parametrize("path", HISTORIES, ids=name_of)
def test_every_activity_timer_and_child_says_in_plain_words_what_it_is(path: Path) -> None:
    told = [event for event in events(path) if any(kind in event for kind in _KINDS)]
    wordless = [(event["eventId"], event["eventType"]) for event in told if not _CHINESE.search(_summary(event))]
    assert wordless == []


def test_the_histories_hold_events_of_each_kind_that_has_a_summary() -> None:
    found = {kind for path in HISTORIES for event in events(path) for kind in _KINDS if kind in event}
    assert found == set(_KINDS)
