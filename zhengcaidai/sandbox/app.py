"""All outside systems as one ASGI application: each under its own path, with its own file and its own faults."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse
from fastapi_offline import FastAPIOffline
from pydantic import SecretStr

from zhengcaidai.config import sandbox_address
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.products import Channel
from zhengcaidai.sandbox.bank import Bank, bank_routes, open_bank_ledger
from zhengcaidai.sandbox.bank_office import office_routes
from zhengcaidai.sandbox.budget import Budget, account_routes
from zhengcaidai.sandbox.bureau import create_bureau
from zhengcaidai.sandbox.credits import Credit, CreditReturn
from zhengcaidai.sandbox.engine import Engine
from zhengcaidai.sandbox.issuer import Issuer, create_issuer
from zhengcaidai.sandbox.ledger import LedgerFile
from zhengcaidai.sandbox.outbox import Outbox
from zhengcaidai.sandbox.procurement import Procurement, procurement_routes
from zhengcaidai.sandbox.receivables import Receivables, create_receivables
from zhengcaidai.sandbox.samples import BankSample, Samples, load_samples
from zhengcaidai.sandbox.sampling import SampleMaker, sample_routes
from zhengcaidai.sandbox.service import Service
from zhengcaidai.sandbox.settings import SandboxSettings
from zhengcaidai.sandbox.sms import SmsGateway, open_sms_ledger, sms_routes
from zhengcaidai.sandbox.treasury import Treasury, treasury_routes

__all__ = ["create_sandbox"]


class Health(Frozen):
    """The systems that are there, by path."""

    systems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _AllBanks:
    """What the treasury pays reaches the bank that keeps the loan's account: each takes its own."""

    banks: list[Bank]

    def credited(self, credit: Credit) -> None:
        for bank in self.banks:
            bank.credited(credit)

    def credit_returned(self, returned: CreditReturn) -> None:
        for bank in self.banks:
            bank.credit_returned(returned)


class _Builder:
    """Puts the systems together, and keeps what must run and be closed with them."""

    def __init__(self, settings: SandboxSettings, samples: Samples) -> None:
        self.settings = settings
        self.samples = samples
        self.issuer = Issuer(settings.state_dir, settings.base_url)
        self.engine = Engine(settings.engine_url, self.issuer)
        self.apps: dict[str, FastAPI] = {"/issuer": create_issuer(self.issuer)}
        self.outboxes: list[Outbox] = []
        self.ledgers: list[LedgerFile] = []
        self.banks: list[Bank] = []

    def build(self) -> tuple[SampleMaker, Treasury]:
        settings = self.settings
        for sample in self.samples.banks:
            self._add_bank(sample)
        procurement, receivables = Procurement(settings.state_dir), Receivables(settings.state_dir)
        budget = Budget(settings.state_dir)
        self.ledgers += [procurement.ledger, receivables.ledger, budget.ledger]
        maker = SampleMaker(self.samples, procurement, receivables, budget)
        service = self._service("采购系统 Procurement system (sandbox)", "procurement")
        procurement_routes(service, procurement)
        sample_routes(service, self.samples, maker)
        self.apps["/procurement"] = service.finished()
        self.apps["/receivables"] = create_receivables(receivables, self._token("receivables"))
        treasury = self._add_budget(budget)
        self._add_sms()
        bureau = self._ledger(LedgerFile(settings.state_dir / "bureau.sqlite"))
        self.apps["/bureau"] = create_bureau(bureau, self._token("bureau"))
        return maker, treasury

    def _token(self, path: str) -> SecretStr:
        return sandbox_address(self.settings.base_url, path).token

    def _service(self, title: str, path: str) -> Service:
        return Service.named(title, self._token(path))

    def _ledger(self, ledger: LedgerFile) -> LedgerFile:
        self.ledgers.append(ledger)
        return ledger

    def _outbox(self, ledger: LedgerFile, service: Service) -> Outbox:
        outbox = Outbox(ledger, service.faults, self.issuer, self.settings)
        self.outboxes.append(outbox)
        return outbox

    def _add_bank(self, sample: BankSample) -> None:
        path = f"banks/{sample.bank_id}"
        service = self._service(f"{sample.bank_name} (sandbox)", path)
        ledger = self._ledger(open_bank_ledger(self.settings.state_dir, sample.bank_id))
        office_routes(service, sample, ledger)
        if sample.channel is Channel.ONLINE:
            bank = Bank(sample, ledger, self.engine, self._outbox(ledger, service))
            self.banks.append(bank)
            bank_routes(service, bank)
        self.apps[f"/{path}"] = service.finished()

    def _add_budget(self, budget: Budget) -> Treasury:
        service = self._service("预算管理一体化系统与国库 Budget system and treasury (sandbox)", "budget")
        outbox = self._outbox(budget.ledger, service)
        treasury = Treasury(budget, self.engine, outbox, _AllBanks(self.banks))
        account_routes(service, budget)
        treasury_routes(service, treasury, outbox)
        self.apps["/budget"] = service.finished()
        return treasury

    def _add_sms(self) -> None:
        service = Service.named("短信网关 SMS gateway (sandbox)", None)
        ledger = self._ledger(open_sms_ledger(self.settings.state_dir))
        gateway = SmsGateway(ledger, self._outbox(ledger, service), self.settings)
        self.apps["/sms"] = sms_routes(service, gateway)


def create_sandbox(settings: SandboxSettings) -> FastAPI:
    """The sandbox on its state directory: samples published, what was still to be delivered goes on."""
    builder = _Builder(settings, load_samples())
    maker, treasury = builder.build()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(maker.publish_samples)
        await asyncio.to_thread(treasury.tell_bank_again)
        async with httpx.AsyncClient(timeout=10) as client:
            running = [asyncio.create_task(outbox.run(client)) for outbox in builder.outboxes]
            try:
                yield
            finally:
                for task in running:
                    task.cancel()
                for task in running:
                    with suppress(asyncio.CancelledError):
                        await task
        builder.engine.close()
        for ledger in builder.ledgers:
            ledger.close()

    app = FastAPIOffline(
        title="外部系统 Outside systems (sandbox)", description=_index(builder.apps), lifespan=lifespan
    )

    @app.get("/health")
    def health() -> Health:
        return Health(systems=tuple(sorted(builder.apps)))

    _add_door(app)
    for path, system in builder.apps.items():
        _add_door(system)
        app.mount(path, system)
    return app


def _index(apps: dict[str, FastAPI]) -> str:
    """Each system with its own description, for whoever opens the address that `make up` prints."""
    links = (f"- [{system.title}]({path}/docs) `{path}`" for path, system in sorted(apps.items()))
    return "\n".join(("各系统的接口 Each system's own API:", "", *links))


def _add_door(app: FastAPI) -> None:
    """The front door leads to the description."""

    @app.get("/", include_in_schema=False)
    async def door(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
