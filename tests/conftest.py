"""What the tests share: one Temporal server a worker of the run, started when the first test asks for it."""

from collections.abc import AsyncIterator

import pytest

from zhengcaidai.devserver import Ports, TemporalServer

pytest_plugins = ["tests.clause_plugin"]

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
