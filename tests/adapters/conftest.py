"""The sandbox's real servers for the adapters to speak to, and the one client that they share."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.sandbox.outside import Outside, running_with_engine
from zhengcaidai.adapters.http import new_client


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    with running_with_engine(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with new_client() as shared:
        yield shared


@pytest.fixture
async def hasty_client() -> AsyncIterator[httpx.AsyncClient]:
    """Loses patience with a slow system long before it answers."""
    async with new_client(timeout_seconds=0.8) as shared:
        yield shared


@pytest.fixture(autouse=True)
def _well_again(outside: Outside) -> Iterator[None]:
    """Whatever a test switches on is off again for the next."""
    yield
    for system in ("procurement", "receivables", "budget", "sms", "bureau", "banks/bank-one"):
        outside.well(system)
