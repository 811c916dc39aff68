"""What is personal or secret stays where it belongs: no account, telephone, code or name of a supplier lies open elsewhere."""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.e2e.driving import KUNMING, LUOYANG, Driven, applied, cast_of, driven
from tests.e2e.processes import kill_workers
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.stages import Stage
from zhengcaidai.sandbox.people import People
from zhengcaidai.sandbox.sampling import ContractRequest, SampleRequest
from zhengcaidai.temporal import change_workflow_id, loan_workflow_id


async def _secrets(loan: Driven) -> dict[str, str]:
    supplier, lender = loan.cast.sample.supplier, await loan.cast.bank_account()
    return {
        "name": supplier.name,
        "USCC": supplier.uscc,
        "mobile": supplier.mobile.removeprefix("+86"),
        "supplier's account": loan.cast.sample.account.number,
        "lender's account": lender.number,
    }


def _lying_open(data: bytes, secrets: dict[str, str]) -> list[str]:
    """Which of them are there, in the encodings in which text is written to files and logs."""
    found = []
    for what, secret in secrets.items():
        escaped = secret.encode("ascii", "backslashreplace")
        if any(each in data for each in (secret.encode(), escaped, secret.encode("utf-16-le"))):
            found.append(what)
    return found


async def _raw_histories(system: LocalSystem, loan: Driven) -> dict[str, bytes]:
    """What Temporal itself has of the loan, and of its account change: read without a key."""
    client = await Client.connect(system.server.address, namespace=system.server.namespace)
    changes = (await loan.cast.operator.get(f"/v1/account-changes?loan_id={loan.loan_id}"))["items"]
    ids = [loan_workflow_id(loan.loan_id), *(change_workflow_id(each["change_id"]) for each in changes)]
    found: dict[str, bytes] = {}
    for workflow_id in ids:
        handle = client.get_workflow_handle(workflow_id)
        history = await handle.fetch_history()
        found[f"history of {workflow_id}"] = b"".join(each.SerializeToString() for each in history.events)
        found[f"description of {workflow_id}"] = (await handle.describe()).raw_description.SerializeToString()
    return found


def _files(directory: Path, *patterns: str) -> dict[str, bytes]:
    paths = [path for pattern in patterns for path in directory.rglob(pattern) if path.is_file()]
    return {str(path.relative_to(directory)): path.read_bytes() for path in paths}


@pytest.mark.timeout(90)
async def test_nothing_of_a_supplier_lies_open(system: LocalSystem, people: People, outside: "Outside") -> None:
    settled, changing, refused = await asyncio.gather(
        driven(people, LUOYANG, "bank-two", to=Stage.SETTLED, with_materials=True),
        driven(people, LUOYANG, to=Stage.ACCOUNT_CHANGE),
        _refused_at_the_lock(people, outside),
    )
    for loan in (settled, changing, refused):
        secrets = await _secrets(loan)
        places = await _raw_histories(system, loan)
        places |= _files(system.state_dir, "zhengcaidai.db*", "logs/*.log", "temporal/*.log")
        # The sandbox's own log speaks for the outside systems, which are not ours to keep.
        places.pop("logs/sandbox.log", None)
        assert len(places) > 6
        open_places = {place: found for place, data in places.items() if (found := _lying_open(data, secrets))}
        assert not open_places
