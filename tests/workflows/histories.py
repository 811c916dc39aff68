"""Saves what happened to the loans of a test, so that every later version of the workflows can be held to it."""

import gzip
import os
import re
from pathlib import Path

from temporalio.client import Client


async def save_histories(client: Client, workflow_id: str, folder: Path) -> None:
    """One file a run, named for the test and the kind of workflow; a file that exists is never written again."""
    described = await client.get_workflow_handle(workflow_id).describe()
    run_id: str | None = described.raw_description.workflow_execution_info.first_run_id
    number = 0
    while run_id:
        number += 1
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        target = folder / f"{_test_name()}.{described.workflow_type}.{number}.json.gz"
        if not target.exists():
            folder.mkdir(parents=True, exist_ok=True)
            target.write_bytes(gzip.compress(history.to_json().encode(), mtime=0))
        closing = history.events[-1].workflow_execution_continued_as_new_event_attributes
        run_id = closing.new_execution_run_id


def _test_name() -> str:
    """`tests/workflows/test_money.py::test_refund[late] (call)` → `test_money-test_refund-late`."""
    where = os.environ["PYTEST_CURRENT_TEST"].partition(" (")[0]
    return re.sub(r"[^\w]+", "-", where.rpartition("/")[2].replace(".py", "")).strip("-")
