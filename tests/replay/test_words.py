"""Whatever happened in a saved history can be told, in Chinese and in English; old lines are read as they were written."""

import gzip
import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replay.test_replay import HISTORIES
from tests.rules.speech import foreign
from zhengcaidai.messages.records import LoanUpdate


def _updates(path: Path) -> Iterator[LoanUpdate]:
    """What the loan had written into the application database, as the activity was given it."""
    for event in json.loads(gzip.decompress(path.read_bytes()))["events"]:
        scheduled = event.get("activityTaskScheduledEventAttributes", {})
        if scheduled.get("activityType", {}).get("name") == "records.record":
            for payload in scheduled["input"]["payloads"]:
                yield LoanUpdate.model_validate_json(b64decode(payload["data"]))


LOANS = [path for path in HISTORIES if "ContractLoan" in path.name]


@pytest.mark.parametrize("path", LOANS, ids=[path.name.removesuffix(".json.gz") for path in LOANS])
def test_every_line_of_a_saved_history_has_words_in_both_languages(path: Path) -> None:
    for update in _updates(path):
        for entry in update.entries:
            assert foreign(entry.event, update.view.region) == "", entry


def test_the_saved_histories_tell_of_most_kinds_of_events() -> None:
    kinds = {entry.event.kind for path in LOANS for update in _updates(path) for entry in update.entries}
    assert len(kinds) > 40
