"""A worker by itself, so that its CPU time and memory are its own: `python -m benchmarks.worker_process KIND ADDRESS QUEUE`."""

import asyncio
import sys

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker

from benchmarks.bare import BareLoan, nothing
from benchmarks.loan_world import open_world
from worker import build_worker
from zhengcaidai import temporal


async def main(kind: str, address: str, queue: str) -> None:
    """Run until killed; a line on standard output says that it is ready."""
    client = await Client.connect(address, namespace=temporal.NAMESPACE, data_converter=temporal.data_converter())
    if kind == "bare":
        worker = Worker(
            client,
            task_queue=queue,
            workflows=[BareLoan],
            activities=[nothing],
            workflow_runner=UnsandboxedWorkflowRunner(),
            workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        )
    else:
        worker = build_worker(client, open_world().ports, task_queue=queue)
    async with worker:
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
