"""What the tests share: one Temporal server a worker of the run, started when the first test asks for it."""

import os
from collections.abc import AsyncIterator

import pytest

from zhengcaidai.devserver import Ports, TemporalServer
from zhengcaidai.devserver import ports as all_ports

pytest_plugins = ["tests.clause_plugin"]

# Workers of one run start servers at the same moment: each looks for ports in a half of its own.
_HALF = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 2
all_ports._SEARCHED = range(20_000 + 6_000 * _HALF, 26_000 + 6_000 * _HALF)

TEST_NAMESPACE = "zhengcaidai-tests"


@pytest.fixture(scope="session")
async def temporal_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TemporalServer]:
    """A server with the test clock and our search attributes.

    One for each worker of pytest-xdist: it is up in half a second, and two of them do no less than one that is shared.
    """
    from zhengcaidai.temporal import SEARCH_ATTRIBUTES

    async with TemporalServer.running(
        tmp_path_factory.mktemp("temporal"),
        namespace=TEST_NAMESPACE,
        search_attributes=SEARCH_ATTRIBUTES,
        ports=Ports.free(),
    ) as server:
        yield server
