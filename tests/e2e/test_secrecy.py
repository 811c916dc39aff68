"""What is personal or secret stays where it belongs: no account, telephone, code or name of a supplier lies open elsewhere."""

import asyncio
from pathlib import Path

import pytest
from fpdf import FPDF
from temporalio.client import Client

from tests.e2e.driving import KUNMING, LUOYANG, Driven, driven
from tests.e2e.outside import Outside
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.stages import Stage
from zhengcaidai.sandbox.people import People
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


def _scan_of(account_number: str) -> bytes:
    """A paper on which an account stands, in letters that a search of the file finds."""
    sheet = FPDF()
    sheet.add_page()
    sheet.set_subject(account_number)
    return bytes(sheet.output())


@pytest.mark.timeout(90)
async def test_nothing_of_a_supplier_lies_open(system: LocalSystem, people: People, outside: Outside) -> None:
    settled, changing = await asyncio.gather(
        driven(people, LUOYANG, "bank-two", to=Stage.SETTLED, with_materials=True),
        driven(people, LUOYANG, to=Stage.ACCOUNT_CHANGE),
    )
    await outside.fault("procurement", mode="down")
    waiting = await driven(people, KUNMING, to=Stage.SUBMITTED)
    for loan in (settled, changing, waiting):
        secrets = await _secrets(loan)
        scan = _scan_of(secrets["supplier's account"])
        assert _lying_open(scan, secrets)
        stored = (await loan.cast.supplier.upload(scan, "scan.pdf", "application/pdf", "开户许可证"))["sha256"]
        places = await _raw_histories(system, loan)
        places |= _files(system.state_dir, "zhengcaidai.db*", "temporal/temporal.db*", "**/*.log", "documents/**/*")
        # The sandbox speaks for the outside systems, whose logs are not ours.
        del places["logs/sandbox.log"]
        assert {"zhengcaidai.db", "temporal/temporal.db", "logs/worker-1.log", "logs/api-1.log"} <= places.keys()
        assert f"documents/{stored[:2]}/{stored[2:4]}/{stored}" in places
        assert not {place: found for place, data in places.items() if (found := _lying_open(data, secrets))}


async def test_nothing_of_an_answer_that_cannot_be_read_is_in_the_log(
    system: LocalSystem, people: People, outside: Outside
) -> None:
    """What is wrong with it is said by its place; what stands there may be an account."""
    await outside.fault("procurement", mode="unreadable", operation="contract", count=3)
    loan = await driven(people, LUOYANG, to=Stage.SUBMITTED)
    await outside.until_met("procurement")
    await loan.reaches(Stage.VERIFIED)
    logs = _files(system.state_dir, "logs/worker-*.log", "logs/api-*.log")
    assert b"outside-down (attempt 3)" in b"".join(logs.values())
    secrets = await _secrets(loan)
    assert not {log: found for log, data in logs.items() if (found := _lying_open(data, secrets))}


async def test_what_a_failure_says_is_sealed_too(
    system: LocalSystem, people: People, outside: Outside, temporal: Client
) -> None:
    """An outside system's own words may hold anything; with the key the operator reads them."""
    await outside.fault("procurement", mode="down")
    loan = await driven(people, KUNMING, to=Stage.SUBMITTED)
    async with asyncio.timeout(20):
        while not (said := await _failures_of_calls(temporal, loan)):
            await asyncio.sleep(0.05)
    assert "政府采购系统暂不能办理" in said
    places = await _raw_histories(system, loan)
    assert not {place: found for place, data in places.items() if (found := _lying_open(data, {"words": "暂不能办理"}))}


async def _failures_of_calls(temporal: Client, loan: Driven) -> str:
    description = await temporal.get_workflow_handle(loan_workflow_id(loan.loan_id)).describe()
    pending = description.raw_description.pending_activities
    failures = [each.last_failure for each in pending if each.HasField("last_failure")]
    return "".join([str(await temporal.data_converter.decode_failure(each)) for each in failures])
