"""The worker's composition root: settings → adapters → activities and workflows → run. No logic here.

    .venv/bin/python worker.py
"""

import asyncio

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities import Ports, all_activities
from activities.failures import FailureInterceptor
from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from zhengcaidai.config import Settings
from zhengcaidai.temporal import TASK_QUEUE, connect, workflow_runner

__all__ = ["build_worker", "main"]


def build_worker(client: Client, ports: Ports, *, task_queue: str = TASK_QUEUE) -> Worker:
    """A worker for the loans: every workflow, and every activity with its port."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[ContractLoan, AccountChange],
        activities=all_activities(ports),
        workflow_runner=workflow_runner(),
        interceptors=[FailureInterceptor()],
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )


async def main() -> None:
    """Run until told to stop."""
    from zhengcaidai.wiring import connected_ports

    settings = Settings()
    client = await connect(settings)
    async with connected_ports(settings) as ports:
        await build_worker(client, ports).run()


if __name__ == "__main__":
    asyncio.run(main())
