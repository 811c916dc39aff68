"""The worker's composition root: settings → adapters → activities and workflows → run. No logic here.

.venv/bin/python worker.py
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, UnsandboxedWorkflowRunner, Worker

from activities import Ports, all_activities
from activities.failures import FailureInterceptor
from activities.heartbeats import HeartbeatInterceptor
from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from workflows.signal_guard import SignalGuard
from zhengcaidai.adapters.bank import HttpBank
from zhengcaidai.adapters.budget import HttpBudgetSystem
from zhengcaidai.adapters.bureau import HttpFinanceBureau
from zhengcaidai.adapters.http import new_client
from zhengcaidai.adapters.procurement import HttpProcurementSystem
from zhengcaidai.adapters.receivables import HttpReceivablesPlatform
from zhengcaidai.adapters.twilio_sms import TwilioSms
from zhengcaidai.adapters.unsent_sms import UnsentSms
from zhengcaidai.config import Settings
from zhengcaidai.logs import set_up_logging
from zhengcaidai.registers.start_up import require_registers
from zhengcaidai.store.engine import Database
from zhengcaidai.store.migrate import upgrade
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.rulebook import RegisteredRules
from zhengcaidai.store.sms import SmsLog
from zhengcaidai.temporal import TASK_QUEUE, answers_before_steps, connect, sealer_of

__all__ = ["build_worker", "connected_ports", "main"]

_WITHOUT_ANSWER = timedelta(seconds=5)
"""A step for a loan that a killed worker had in its cache goes to another worker after this."""


def build_worker(
    client: Client,
    ports: Ports,
    *,
    task_queue: str = TASK_QUEUE,
    max_cached_workflows: int = 1000,
    cached_answer_within: timedelta = _WITHOUT_ANSWER,
) -> Worker:
    """A worker for the loans: every workflow, and every activity with its port.

    A loan's next task goes to the worker that has the loan in its cache; if that one does not take it in time, to any.
    """
    worker = Worker(
        client,
        task_queue=task_queue,
        max_cached_workflows=max_cached_workflows,
        sticky_queue_schedule_to_start_timeout=cached_answer_within,
        workflows=[ContractLoan, AccountChange],
        activities=all_activities(ports),
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[HeartbeatInterceptor(), FailureInterceptor(), SignalGuard()],
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
    )
    answers_before_steps(worker)
    return worker


@asynccontextmanager
async def connected_ports(settings: Settings) -> AsyncIterator[Ports]:
    """Every outside system at its configured address, and our own database, brought up to date.

    Raises ValueError: an outside system is not set, or has another's token.
    """
    settings.check_outside()
    await upgrade(settings.database)
    database = Database(settings.database, sealer_of(settings))
    try:
        async with new_client() as http:
            yield Ports(
                procurement=HttpProcurementSystem(settings.procurement, http),
                receivables=HttpReceivablesPlatform(settings.receivables, http),
                budget=HttpBudgetSystem(settings.budget, http),
                bank=HttpBank(settings.bank, http),
                bureau=HttpFinanceBureau(settings.bureau, http),
                sms=_sms(settings, database, http) if settings.twilio_account_sid else UnsentSms(),
                records=DatabaseRecords(database),
                rulebook=RegisteredRules(database),
            )
    finally:
        await database.close()


def _sms(settings: Settings, database: Database, http: httpx.AsyncClient) -> TwilioSms:
    return TwilioSms(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_from,
        log=SmsLog(database),
        client=http,
        base_url=settings.twilio_base_url,
        status_callback_url=f"{settings.public_url.rstrip('/')}/v1/sms/status",
        content_sids=settings.twilio_content_sids,
    )


async def main() -> None:
    """Run until told to stop; what is under way is finished or handed back first. A wrong register is told at once."""
    require_registers()
    set_up_logging()
    settings = Settings()
    client = await connect(settings)
    async with connected_ports(settings) as ports:
        worker = build_worker(client, ports)
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        async with worker:
            await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main())
