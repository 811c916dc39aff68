"""Whoever reads the API reads +08:00, wherever the moment comes from: the workflow's journal, the database, this process."""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.store import samples
from tests.web.describing import description
from tests.web.running import BANK, SUPPLIER, Api
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.web.moments import MomentsInShanghai

_MOMENT = re.compile(r'"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}[^"]*)"')


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("2026-09-18T02:30:00Z", "2026-09-18T10:30:00+08:00"),
        ("2026-09-18T02:30:00.125000Z", "2026-09-18T10:30:00.125000+08:00"),
        ("2026-12-31T16:00:00+00:00", "2027-01-01T00:00:00+08:00"),
        ("2026-09-18T10:30:00+08:00", "2026-09-18T10:30:00+08:00"),
        ("2026-09-18", "2026-09-18"),
        ("自2026-09-18T02:30:00Z起", "自2026-09-18T02:30:00Z起"),
    ],
)
def test_a_moment_is_written_at_eight_hours_east(kept: str, read: str) -> None:
    body = {"at": kept, "items": [{"events": [kept, 7, None]}]}
    assert json.loads(bytes(MomentsInShanghai(body).body)) == {"at": read, "items": [{"events": [read, 7, None]}]}


async def test_pages_and_lists_give_every_moment_at_eight_hours_east(lonely: Api, records: DatabaseRecords) -> None:
    loan_id = f"L-moments-{datetime.now(UTC):%H%M%S%f}"
    mine = {"supplier_id": SUPPLIER.organisation_id, "bank_id": BANK.organisation_id}
    began = samples.NOW.astimezone(UTC)
    view = samples.view(loan_id).model_copy(update={**mine, "submitted_at": began})
    entry = samples.submitted(loan_id).model_copy(update={"at": began})
    await records.record(samples.update(view, deadlines=(samples.deadline(),), entries=(entry,)))
    for page in ("", f"/{loan_id}", f"/{loan_id}/timeline", f"/{loan_id}/deadlines"):
        answer = await lonely.get(BANK, f"/v1/loans{page}")
        assert answer.status_code == 200, answer.text
        found = _MOMENT.findall(answer.text)
        assert found
        assert all(each.endswith("+08:00") for each in found), found


def test_examples_are_what_is_given() -> None:
    found = _MOMENT.findall(json.dumps(description()))
    assert found
    assert all(each.endswith("+08:00") for each in found), found
