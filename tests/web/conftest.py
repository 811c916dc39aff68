"""Two APIs for the whole run: one with a Temporal server and a worker, one whose Temporal server is away."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.web.running import LOOPBACK, Api, served
from worker import build_worker, connected_ports
from zhengcaidai.config import Settings
from zhengcaidai.devserver import TemporalServer, free_ports
from zhengcaidai.devserver.namespace import prepare_namespace
from zhengcaidai.sandbox.clock import SandboxClock
from zhengcaidai.sandbox.issuer import Issuer
from zhengcaidai.sandbox.samples import load_samples
from zhengcaidai.sandbox.server import running_sandbox
from zhengcaidai.sandbox.settings import SANDBOX_SMS_ACCOUNT_SID, SANDBOX_SMS_AUTH_TOKEN, SandboxSettings
from zhengcaidai.store.engine import Database
from zhengcaidai.store.products import Products
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.temporal import SEARCH_ATTRIBUTES, connect, sealer_of
from zhengcaidai.web.app import create_app

_NAMESPACE = "zhengcaidai-web-tests"
"""Of its own: the worker takes every task of the one queue, and a calendar is told to every loan of the namespace."""


@pytest.fixture(scope="session")
def api_port() -> int:
    (port,) = free_ports(1)
    return port


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory, api_port: int) -> Iterator[SandboxSettings]:
    """The outside systems, the issuer of tokens among them."""
    with running_sandbox(tmp_path_factory.mktemp("outside"), f"http://{LOOPBACK}:{api_port}") as settings:
        yield settings


@pytest.fixture(scope="session")
def issuer(outside: SandboxSettings) -> Issuer:
    return Issuer(outside.state_dir, outside.base_url)


def settings_of(state_dir: Path, outside: SandboxSettings, api_url: str, **more: object) -> Settings:
    return Settings.model_validate(
        {
            "sandbox": True,
            "state_dir": state_dir,
            "sandbox_url": outside.base_url,
            "issuer": f"{outside.base_url}/issuer",
            "public_url": api_url,
            "temporal_ui_url": "http://127.0.0.1:8233",
            "twilio_account_sid": SANDBOX_SMS_ACCOUNT_SID,
            "twilio_auth_token": SecretStr(SANDBOX_SMS_AUTH_TOKEN),
            "twilio_from": "+8613800000000",
            "twilio_base_url": f"{outside.base_url}/sms",
            **more,
        }
    )


@pytest.fixture(scope="session")
def lonely(tmp_path_factory: pytest.TempPathFactory, outside: SandboxSettings, issuer: Issuer) -> Iterator[Api]:
    """An API whose Temporal server is away: everything that needs no workflow."""
    nobody, port = free_ports(2)
    url = f"http://{LOOPBACK}:{port}"
    state_dir = tmp_path_factory.mktemp("lonely")
    settings = settings_of(state_dir, outside, url, temporal_address=f"{LOOPBACK}:{nobody}")
    with served(create_app(settings, SandboxClock()), port):
        yield Api(url, settings, issuer)


@pytest.fixture(scope="session")
async def api(
    tmp_path_factory: pytest.TempPathFactory,
    outside: SandboxSettings,
    issuer: Issuer,
    api_port: int,
    temporal_server: TemporalServer,
) -> AsyncIterator[Api]:
    """An API with everything behind it: Temporal server, worker, outside systems, the sample banks' products."""
    url = f"http://{LOOPBACK}:{api_port}"
    settings = settings_of(
        tmp_path_factory.mktemp("api"),
        outside,
        url,
        temporal_address=temporal_server.address,
        temporal_namespace=_NAMESPACE,
    )
    await prepare_namespace(await connect(settings), SEARCH_ATTRIBUTES)
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, served(create_app(settings, SandboxClock()), api_port))
        async with connected_ports(settings) as ports, build_worker(await connect(settings), ports):
            await _register_products(settings)
            yield Api(url, settings, issuer)


async def _register_products(settings: Settings) -> None:
    database = Database(settings.database, sealer_of(settings))
    products = Products(database)
    for product in load_samples().products:
        await products.put(product)
    await database.close()


@pytest.fixture
async def records(lonely: Api) -> AsyncIterator[DatabaseRecords]:
    """What a workflow would have written into the lonely API's database."""
    database = Database(lonely.settings.database, sealer_of(lonely.settings))
    yield DatabaseRecords(database)
    await database.close()
