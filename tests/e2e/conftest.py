"""One whole system for all these tests: server, sandbox, API and worker, each a process of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from temporalio.client import Client

from tests.e2e.outside import Outside
from tests.e2e.processes import whole_again
from tests.web.describing import check_described
from zhengcaidai.cli.seeding import register_products
from zhengcaidai.config import Settings
from zhengcaidai.devserver.system import LocalSystem, SystemPorts
from zhengcaidai.sandbox.people import People
from zhengcaidai.temporal import connect

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one worker of a distributed run: a second system would only take the CPU from the first."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
async def shared_system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalSystem]:
    async with LocalSystem.running(tmp_path_factory.mktemp("e2e"), ports=SystemPorts.free(), ui=False) as system:
        await register_products(system)
        yield system


@pytest.fixture
async def system(shared_system: LocalSystem) -> AsyncIterator[LocalSystem]:
    """The system with exactly one worker, all outside systems well."""
    yield shared_system
    await Outside(shared_system.sandbox_url).all_well()
    await whole_again(shared_system)


@pytest.fixture
async def people(system: LocalSystem) -> AsyncIterator[People]:
    """Everybody; each answer of the API must be one that its description has for that address."""

    async def check(answer: httpx.Response) -> None:
        if str(answer.request.url).startswith(system.api_url):
            await check_described(answer)

    async with httpx.AsyncClient(timeout=40, event_hooks={"response": [check]}) as http:
        yield People(system.api_url, system.sandbox_url, http)


@pytest.fixture
def settings(system: LocalSystem) -> Settings:
    """As the system's own processes have them."""
    prefix = "ZHENGCAIDAI_"
    own = {name.removeprefix(prefix).lower(): value for name, value in system.environment.items() if prefix in name}
    return Settings.model_validate(own)


@pytest.fixture
async def temporal(settings: Settings) -> Client:
    """A client as an operator's or a bank's own program has it: with the key of the sandbox's state directory."""
    return await connect(settings)


@pytest.fixture
def outside(system: LocalSystem) -> Outside:
    return Outside(system.sandbox_url)
