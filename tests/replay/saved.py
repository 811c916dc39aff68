"""The saved histories, and what can be read in them without the SDK."""

import gzip
import json
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.records import ChangeView, LoanUpdate

U = TypeVar("U", bound=Frozen)

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json.gz"))
LOANS = [path for path in HISTORIES if "ContractLoan" in path.name]
CHANGES = [path for path in HISTORIES if "AccountChange" in path.name]


def name_of(path: Path) -> str:
    """The test that it is from, and which of its workflows."""
    return path.name.removesuffix(".json.gz")


@cache
def events(path: Path) -> list[dict[str, Any]]:
    """The history's events, as JSON."""
    found: list[dict[str, Any]] = json.loads(gzip.decompress(path.read_bytes()))["events"]
    return found


def loan_updates(path: Path) -> Iterator[LoanUpdate]:
    """What the loan had written into the application database, as the activity was given it."""
    return _given(path, "records.record", LoanUpdate)


def change_views(path: Path) -> Iterator[ChangeView]:
    """What the account change had written there."""
    return _given(path, "records.record_change", ChangeView)


def _given(path: Path, activity: str, kind: type[U]) -> Iterator[U]:
    for event in events(path):
        scheduled = event.get("activityTaskScheduledEventAttributes", {})
        if scheduled.get("activityType", {}).get("name") == activity:
            for payload in scheduled["input"]["payloads"]:
                yield kind.model_validate_json(b64decode(payload["data"]))
