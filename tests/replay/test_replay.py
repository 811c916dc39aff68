"""Every saved history replays: what a loan went through under an earlier version, this version decides the same way."""

import gzip
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from workflows.signal_guard import SignalGuard
from zhengcaidai import temporal

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json.gz"))


def _replayer() -> Replayer:
    return Replayer(
        workflows=[ContractLoan, AccountChange],
        data_converter=temporal.data_converter(),
        workflow_runner=temporal.workflow_runner(),
        interceptors=[SignalGuard()],
    )


def _read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, gzip.decompress(path.read_bytes()).decode())


def test_there_are_histories_of_every_kind_of_end() -> None:
    names = " ".join(path.name for path in HISTORIES)
    for kind in ("ContractLoan", "AccountChange", "early_ends", "money", "disbursement", "clocks"):
        assert kind in names, kind


@pytest.mark.parametrize("path", HISTORIES, ids=[path.name.removesuffix(".json.gz") for path in HISTORIES])
async def test_a_saved_history_replays(path: Path) -> None:
    await _replayer().replay_workflow(_read(path))


async def test_a_history_that_was_tampered_with_does_not_replay() -> None:
    """The check can fail: with its second event of work taken out, a history no longer fits the workflow."""
    loan = next(path for path in HISTORIES if "ContractLoan" in path.name)
    history = _read(loan)
    scheduled = [event for event in history.events if event.HasField("activity_task_scheduled_event_attributes")]
    scheduled[0].activity_task_scheduled_event_attributes.activity_type.name = "bank.pay_twice"
    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await _replayer().replay_workflow(history)
