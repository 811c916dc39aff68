"""Every saved history replays: what a loan went through under an earlier version, this version decides the same way."""

import gzip
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from tests.replay.saved import HISTORIES, LOANS, name_of
from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from workflows.signal_guard import SignalGuard
from zhengcaidai import temporal


def _replayer() -> Replayer:
    return Replayer(
        workflows=[ContractLoan, AccountChange],
        data_converter=temporal.data_converter(),
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[SignalGuard()],
    )


def _read(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, gzip.decompress(path.read_bytes()).decode())


@pytest.mark.parametrize("path", HISTORIES, ids=name_of)
async def test_a_saved_history_replays(path: Path) -> None:
    await _replayer().replay_workflow(_read(path))


async def test_a_history_that_was_tampered_with_does_not_replay() -> None:
    """The check can fail: with its second event of work taken out, a history no longer fits the workflow."""
    history = _read(LOANS[0])
    scheduled = [event for event in history.events if event.HasField("activity_task_scheduled_event_attributes")]
    scheduled[0].activity_task_scheduled_event_attributes.activity_type.name = "bank.pay_twice"
    with pytest.raises(Exception, match=r"(?i)nondeterminism"):
        await _replayer().replay_workflow(history)
