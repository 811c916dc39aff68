"""What the routes work with (服务), made once a process from the settings and closed with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from zhengcaidai.adapters.http import new_client
from zhengcaidai.adapters.procurement import HttpProcurementSystem
from zhengcaidai.config import Settings
from zhengcaidai.documents.vault import DocumentVault
from zhengcaidai.ports import ProcurementSystem
from zhengcaidai.store.calendars import Calendars
from zhengcaidai.store.changes import ChangeQueries
from zhengcaidai.store.cooperation import Cooperation
from zhengcaidai.store.documents import Documents
from zhengcaidai.store.engine import Database
from zhengcaidai.store.idempotency import IdempotencyKeys
from zhengcaidai.store.migrate import upgrade
from zhengcaidai.store.payments import PaymentChecks
from zhengcaidai.store.products import Products
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.reminders import TaskReminders
from zhengcaidai.store.rulebook import RegisteredRules
from zhengcaidai.store.sms import SmsLog
from zhengcaidai.store.substitutes import Substitutes
from zhengcaidai.store.task_claims import TaskClaims
from zhengcaidai.store.tasks import Inbox
from zhengcaidai.temporal import sealer_of
from zhengcaidai.web.auth import TokenVerifier
from zhengcaidai.web.broadcast import tell_late_comers
from zhengcaidai.web.clocks import MovableClock
from zhengcaidai.web.gateway import Workflows
from zhengcaidai.web.housekeeping import keep_house
from zhengcaidai.web.stopped_payments import StoppedPaymentReporter
from zhengcaidai.web.uploads import UploadSlots

__all__ = ["CurrentServices", "Services", "opened"]


@dataclass(frozen=True, slots=True)
class Services:
    """One of each."""

    settings: Settings
    database: Database
    records: DatabaseRecords
    loans: LoanQueries
    inbox: Inbox
    task_claims: TaskClaims
    reminders: TaskReminders
    substitutes: Substitutes
    changes: ChangeQueries
    documents: Documents
    products: Products
    cooperation: Cooperation
    calendars: Calendars
    rulebook: RegisteredRules
    payments: PaymentChecks
    sms: SmsLog
    keys: IdempotencyKeys
    vault: DocumentVault
    uploads: UploadSlots
    procurement: ProcurementSystem
    verifier: TokenVerifier
    workflows: Workflows
    stopped: StoppedPaymentReporter
    clock: MovableClock | None


@asynccontextmanager
async def opened(settings: Settings, clock: MovableClock | None) -> AsyncIterator[Services]:
    """Everything for as long as the block lasts. It needs the database, brought up to date, and nothing else to begin."""
    await upgrade(settings.database)
    sealer = sealer_of(settings)
    database = Database(settings.database, sealer)
    client = new_client()
    workflows = Workflows(settings, clock)
    records, payments, loans = DatabaseRecords(database), PaymentChecks(database), LoanQueries(database)
    stopped = StoppedPaymentReporter(payments, loans, workflows)
    procurement = HttpProcurementSystem(settings.procurement, client)
    keys = IdempotencyKeys(database)
    calendars = Calendars(database)
    chores = (keys.purge, partial(tell_late_comers, calendars, workflows))
    beside = (
        asyncio.create_task(stopped.run(), name="stopped payments"),
        asyncio.create_task(keep_house(chores), name="housekeeping"),
    )
    try:
        yield Services(
            settings=settings,
            database=database,
            records=records,
            loans=loans,
            inbox=Inbox(database),
            task_claims=TaskClaims(database),
            reminders=TaskReminders(database),
            substitutes=Substitutes(database),
            changes=ChangeQueries(database),
            documents=Documents(database),
            products=Products(database),
            cooperation=Cooperation(database),
            calendars=calendars,
            rulebook=RegisteredRules(database),
            payments=payments,
            sms=SmsLog(database),
            keys=keys,
            vault=DocumentVault(settings.state_dir / "documents", sealer),
            uploads=UploadSlots(),
            procurement=procurement,
            verifier=TokenVerifier(settings.issuer, settings.audience, client),
            workflows=workflows,
            stopped=stopped,
            clock=clock,
        )
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        await client.aclose()
        await database.close()


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


CurrentServices = Annotated[Services, Depends(_services)]
"""What the routes work with."""
