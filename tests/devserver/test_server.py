"""A real server: it starts, is set up, keeps what it knows, and has a clock that can be moved on."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest
from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import SearchAttributeIndexedValueType as Kind
from temporalio.common import SearchAttributeKey
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from zhengcaidai.devserver import LOOPBACK, ChildDied, NotReady, Ports, PortTaken, TemporalServer
from zhengcaidai.devserver.namespace import RETENTION

NAMESPACE = "devserver-test"
COLOUR = SearchAttributeKey.for_keyword("Colour")
ATTRIBUTES = {"Colour": Kind.KEYWORD, "Until": Kind.DATETIME}
CODEC = "http://127.0.0.1:8888/codec"


@workflow.defn(sandboxed=False)
class Nap:
    """Sleeps for a month and says when it woke."""

    @workflow.run
    async def run(self) -> datetime:
        workflow.upsert_search_attributes([COLOUR.value_set("blue")])
        await workflow.sleep(timedelta(days=30))
        return workflow.now()


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TemporalServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TEMPORAL_ADDRESS", raising=False)
        async with TemporalServer.running(
            tmp_path_factory.mktemp("state"),
            namespace=NAMESPACE,
            search_attributes=ATTRIBUTES,
            ports=Ports.free(),
            ui=True,
            codec_endpoint=CODEC,
        ) as running:
            yield running


@pytest.fixture
async def client(server: TemporalServer) -> Client:
    return await Client.connect(server.address, namespace=server.namespace)


async def test_a_month_passes_at_once_where_the_test_clock_is_moved(client: Client) -> None:
    clock = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
    began = datetime.now(UTC)
    async with Worker(client, task_queue="nap", workflows=[Nap]):
        handle = await clock.client.start_workflow(Nap.run, id=str(uuid4()), task_queue="nap")
        assert await clock.fast_forward(handle, timedelta(days=29))
        assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
        await clock.fast_forward(handle, timedelta(days=2))
        woke_at = await handle.result()
    assert timedelta(days=30) <= woke_at - began < timedelta(days=30, minutes=1)


async def test_workflows_can_be_found_by_the_search_attributes(client: Client) -> None:
    async with Worker(client, task_queue="find", workflows=[Nap]):
        handle = await client.start_workflow(Nap.run, id=str(uuid4()), task_queue="find")
        query = f"Colour = 'blue' AND Until IS NULL AND WorkflowId = '{handle.id}'"
        while [found.id async for found in client.list_workflows(query)] != [handle.id]:
            pass
        await handle.terminate()


async def test_the_namespace_keeps_what_has_closed(client: Client) -> None:
    answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
    assert answer.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION
    assert timedelta(days=30) <= RETENTION


async def test_the_ui_shows_our_namespace_and_asks_our_codec(server: TemporalServer) -> None:
    async with httpx.AsyncClient(base_url=str(server.ui_url)) as browser:
        assert "<html" in (await browser.get("/")).text
        settings = (await browser.get("/api/v1/settings")).json()
        namespaces = (await browser.get("/api/v1/namespaces")).json()["namespaces"]
    assert settings["DefaultNamespace"] == NAMESPACE
    assert settings["Codec"]["Endpoint"] == CODEC
    assert NAMESPACE in [namespace["namespaceInfo"]["name"] for namespace in namespaces]


async def test_it_listens_on_loopback_only(server: TemporalServer) -> None:
    listening = [
        connection
        for child in psutil.Process().children(recursive=True)
        if child.name().startswith("temporal")
        for connection in child.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    port = int(server.address.rpartition(":")[2])
    assert port in {connection.laddr.port for connection in listening}
    assert {connection.laddr.ip for connection in listening} == {LOOPBACK}


async def test_what_a_running_server_lacks_is_registered(
    server: TemporalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("TEMPORAL_UI_URL", "https://temporal.example")
    for attributes in ({"Colour": Kind.KEYWORD}, ATTRIBUTES, ATTRIBUTES):
        async with TemporalServer.running(tmp_path, namespace="another", search_attributes=attributes) as attached:
            assert (attached.address, attached.ui_url) == (server.address, "https://temporal.example")
            assert "TEMPORAL_ADDRESS" in attached.source
    client = await Client.connect(server.address, namespace="another")
    assert (await client.count_workflows("Until IS NULL")).count == 0
    assert list(tmp_path.iterdir()) == []


async def test_an_attribute_of_another_type_is_refused(
    server: TemporalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    with pytest.raises(NotReady, match=r"Colour of namespace 'devserver-test' is of type KEYWORD .* should be INT"):
        async with TemporalServer.running(tmp_path, namespace=NAMESPACE, search_attributes={"Colour": Kind.INT}):
            pass


async def test_a_server_that_refuses_to_be_set_up_is_reported(
    server: TemporalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    too_many = {f"Keyword{number}": Kind.KEYWORD for number in range(11)}
    with pytest.raises(NotReady, match=r"refuses to set up namespace 'crowded': .*; let an administrator register"):
        async with TemporalServer.running(tmp_path, namespace="crowded", search_attributes=too_many):
            pass


async def test_nobody_at_the_given_address_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = f"{LOOPBACK}:{Ports.free().frontend}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    with pytest.raises(NotReady, match=f"no Temporal server answers at {address}"):
        async with TemporalServer.running(tmp_path, namespace=NAMESPACE, search_attributes=ATTRIBUTES):
            pass


@pytest.mark.parametrize(("ports", "purpose"), [("frontend", "server"), ("ui", "UI")])
async def test_a_taken_port_is_named_before_anything_starts(
    server: TemporalServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ports: str, purpose: str
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    taken, free = int(server.address.rpartition(":")[2]), Ports.free()
    wanted = Ports(taken, free.ui) if ports == "frontend" else Ports(free.frontend, taken)
    with pytest.raises(PortTaken, match=rf"port {taken} .* the Temporal {purpose}"):
        async with TemporalServer.running(
            tmp_path, namespace=NAMESPACE, search_attributes=ATTRIBUTES, ports=wanted, ui=True
        ):
            pass
    assert list(tmp_path.iterdir()) == []


async def test_it_goes_on_from_the_state_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    workflow_id = str(uuid4())
    for start in (1, 2, 3):
        async with TemporalServer.running(
            tmp_path, namespace=NAMESPACE, search_attributes=ATTRIBUTES, ports=Ports.free()
        ) as server:
            assert server.ui_url is None
            client = await Client.connect(server.address, namespace=NAMESPACE)
            async with Worker(client, task_queue="nap", workflows=[Nap]):
                if start == 1:
                    clock = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))
                    await clock.client.start_workflow(Nap.run, id=workflow_id, task_queue="nap")
                handle = client.get_workflow_handle(workflow_id, result_type=datetime)
                assert await TimeSkipper(client).fast_forward(handle, timedelta(days=9))
                assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
                if start == 3:
                    await TimeSkipper(client).fast_forward(handle, timedelta(days=9))
                    assert await handle.result() > datetime.now(UTC) + timedelta(days=29)


async def test_a_broken_state_is_reported_with_the_servers_own_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEMPORAL_ADDRESS", raising=False)
    (tmp_path / "temporal").mkdir()
    with sqlite3.connect(tmp_path / "temporal" / "temporal.db") as database:
        database.execute("CREATE TABLE namespaces (nonsense)")
    with pytest.raises(ChildDied, match=r"(?s)temporal ended with status 1; its log is .*temporal\.log"):
        async with TemporalServer.running(
            tmp_path, namespace=NAMESPACE, search_attributes=ATTRIBUTES, ports=Ports.free()
        ):
            pass
