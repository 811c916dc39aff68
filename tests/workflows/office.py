"""An office: a client and a worker on the real server, on a task queue of its own."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from activities import Ports
from tests.workflows.samples import product
from tests.workflows.world import Standing, World
from worker import build_worker
from zhengcaidai import temporal
from zhengcaidai.devserver import TemporalServer
from zhengcaidai.sandbox.clock import SandboxClock

__all__ = ["Office", "connected", "new_office"]


@dataclass(repr=False)
class Office:
    """A client and a worker that serves one loan after another; the tests of a run share it."""

    client: Client
    queue: str
    world: World = field(default_factory=lambda: World(product()))
    saves_to: Path | None = None
    """Where the histories of the loans are saved (see tests/replay/README.md); None = nowhere."""

    def __post_init__(self) -> None:
        self.clock = SandboxClock()
        self.skipper = TimeSkipper(self.client, config=TimeSkippingConfig(enabled=False, disable_propagation=True))

    def __repr__(self) -> str:
        return f"Office({self.queue})"  # a failing script is read without all that its world holds

    @property
    def ports(self) -> Ports:
        """Ports that lead to the running test's world."""
        return Ports(**{name: Standing(lambda: self.world, name) for name in Ports.__dataclass_fields__})

    async def now(self) -> datetime:
        """The time at which a workflow would begin."""
        return datetime.now(UTC)

    def worker(self, client: Client | None = None, *, max_cached_workflows: int = 1000) -> Worker:
        """A worker for this office's queue."""
        return build_worker(
            client or self.client,
            self.ports,
            task_queue=self.queue,
            max_cached_workflows=max_cached_workflows,
            cached_answer_within=timedelta(milliseconds=500),
        )


async def connected(server: TemporalServer) -> Client:
    """A client with our converter. One connection carries one worker for a queue at a time."""
    return await Client.connect(server.address, namespace=server.namespace, data_converter=temporal.data_converter())


async def new_office(server: TemporalServer) -> Office:
    """A task queue of its own."""
    return Office(await connected(server), f"test-{uuid.uuid4()}")
