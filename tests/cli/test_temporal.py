"""What a deployment asks of its Temporal server, asked of a real one."""

import asyncio

import pytest
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker
from typer.testing import CliRunner, Result

from zhengcaidai.cli.temporal import temporal_app
from zhengcaidai.devserver import LOOPBACK, TemporalServer, free_ports
from zhengcaidai.temporal import SEARCH_ATTRIBUTES, TASK_QUEUE

NAMESPACE = "prepared-by-command"


@workflow.defn(sandboxed=False)
class Nothing:
    @workflow.run
    async def run(self) -> None:
        pass


@activity.defn
async def nothing() -> None:
    pass


@pytest.fixture
async def deployed(temporal_server: TemporalServer, monkeypatch: pytest.MonkeyPatch) -> TemporalServer:
    monkeypatch.setenv("ZHENGCAIDAI_TEMPORAL_ADDRESS", temporal_server.address)
    monkeypatch.setenv("ZHENGCAIDAI_TEMPORAL_NAMESPACE", NAMESPACE)
    monkeypatch.setenv("ZHENGCAIDAI_SANDBOX", "true")
    prepared = await _command("prepare")
    assert prepared.exit_code == 0, prepared.output
    return temporal_server


async def _command(name: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, temporal_app, [name])


async def test_prepare_leaves_a_namespace_that_knows_our_attributes(deployed: TemporalServer) -> None:
    again = await _command("prepare")
    assert (again.exit_code, again.output.strip()) == (0, f"{NAMESPACE}: {', '.join(SEARCH_ATTRIBUTES)}")
    client = await Client.connect(deployed.address, namespace=NAMESPACE)
    everything = " AND ".join(f"{name} IS NULL" for name in SEARCH_ATTRIBUTES)
    assert (await client.count_workflows(everything)).count == 0


async def test_polled_says_whether_a_worker_is_at_work(deployed: TemporalServer) -> None:
    client = await Client.connect(deployed.address, namespace=NAMESPACE)

    none = await _command("polled")
    assert none.exit_code == 1
    assert "for: workflow, activity" in none.output

    async with Worker(client, task_queue=TASK_QUEUE, workflows=[Nothing]):
        while "for: activity" not in (half := await _command("polled")).output:
            pass
        assert half.exit_code == 1

    async with Worker(client, task_queue=TASK_QUEUE, workflows=[Nothing], activities=[nothing]):
        while (await _command("polled")).exit_code != 0:
            pass


@pytest.mark.parametrize("name", ["prepare", "polled"])
async def test_no_server_is_one_line_and_exit_status_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{LOOPBACK}:{free_ports(1)[0]}"
    monkeypatch.setenv("ZHENGCAIDAI_TEMPORAL_ADDRESS", address)
    monkeypatch.setenv("ZHENGCAIDAI_SANDBOX", "true")
    failed = await _command(name)
    assert failed.exit_code == 1
    assert address in failed.output
