"""One worker for all the workflow tests of a run; each test brings its own outside world."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.workflows.office import Office, new_office
from zhengcaidai.devserver import TemporalServer


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--save-histories", type=Path, metavar="DIR", help="save each loan's history (tests/replay/README.md)"
    )


@pytest.fixture(scope="session")
async def shared_office(temporal_server: TemporalServer, pytestconfig: pytest.Config) -> AsyncIterator[Office]:
    office = await new_office(temporal_server)
    office.saves_to = pytestconfig.getoption("--save-histories", default=None)
    async with office.worker():
        yield office


@pytest.fixture
async def office(shared_office: Office) -> Office:
    """A client and the run's worker, with nothing of the test before in it."""
    return shared_office
