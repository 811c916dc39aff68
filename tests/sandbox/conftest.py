"""One sandbox a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.outside import Outside, running_with_engine


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    state_dir: Path = tmp_path_factory.mktemp("sandbox")
    with running_with_engine(state_dir) as running:
        yield running


@pytest.fixture(autouse=True)
def _well_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test switches on is off again for the next."""
    yield
    if "outside" in request.fixturenames:
        running: Outside = request.getfixturevalue("outside")
        running.engine.status, running.engine.allows = 200, True
        for system in ("procurement", "receivables", "budget", "sms", "bureau", "banks/bank-one", "banks/bank-two"):
            running.well(system)
