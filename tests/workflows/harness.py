"""A loan on the real server with the test clock: parties act in one line each, time moves as told."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from activities import Ports
from tests.fakes import (
    FakeBank,
    FakeBudget,
    FakeBureau,
    FakeProcurement,
    FakeReceivables,
    FakeRecords,
    FakeRuleBook,
    FakeSms,
)
from worker import build_worker
from workflows.contract_loan import ContractLoan
from zhengcaidai import temporal
from zhengcaidai.devserver import TemporalServer
from zhengcaidai.errors import REFUSALS, Refusal
from zhengcaidai.messages import account_changes as changes
from zhengcaidai.messages import steps
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.applications import Basis, EnterpriseScale, LoanApplication, Supplier
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanOutcome, LoanStart
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.procurement import Award, Contract, PaymentInstalment
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.records import ChangeView, LoanUpdate
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Receipt, Step, TakenStep

SUPPLIER_USCC = "91350100M000100Y43"
SUPPLIER_NAME = "示例供应商有限公司"
SCAN = DocumentRef(sha256="a" * 64, media_type="application/pdf", size_bytes=1000, title="材料")


def account(number: str = "6222000011112222", name: str = SUPPLIER_NAME) -> Account:
    """An account of the supplier's."""
    return Account(name=name, number=number, bank_name="示例银行")


OLD_ACCOUNT, NEW_ACCOUNT = account("1000200030004000"), account("6222000011112222")


@dataclass
class World:
    """The outside systems of one test, and one bank's product."""

    product: Product
    procurement: FakeProcurement = field(default_factory=FakeProcurement)
    receivables: FakeReceivables = field(default_factory=FakeReceivables)
    budget: FakeBudget = field(default_factory=FakeBudget)
    bank: FakeBank = field(default_factory=FakeBank)
    bureau: FakeBureau = field(default_factory=FakeBureau)
    sms: FakeSms = field(default_factory=FakeSms)
    records: FakeRecords = field(default_factory=FakeRecords)

    def __post_init__(self) -> None:
        self.rulebook = FakeRuleBook(self.product)

    @property
    def ports(self) -> Ports:
        return Ports(
            procurement=self.procurement,
            receivables=self.receivables,
            budget=self.budget,
            bank=self.bank,
            bureau=self.bureau,
            sms=self.sms,
            records=self.records,
            rulebook=self.rulebook,
        )


def product(channel: Channel = Channel.ONLINE, promise_days: int | None = None) -> Product:
    """A bank's product, live in every region that has a profile."""
    return Product(
        product_id="kl-zcd",
        bank_id="bank-kunlun",
        bank_name="昆仑银行股份有限公司乌鲁木齐分行",
        name="政采贷",
        channel=channel,
        regions=("530100", "410300", "420105", "220000"),
        max_fen=100_000_000,
        max_term_days=720,
        indicative_rate=Decimal("0.02"),
        promise_days=promise_days,
        branch_name="示例支行",
        contact_name="示例经理",
        contact_mobile="13800001234",
    )


@dataclass(frozen=True)
class Parties:
    """Who acts in a test."""

    supplier: Principal = Principal(user_id="u-supplier", organisation_id="sup-1", role=Role.SUPPLIER)
    bank: Principal = Principal(user_id="u-bank", organisation_id="bank-kunlun", role=Role.BANK)
    purchaser: Principal = Principal(user_id="u-purchaser", organisation_id="pur-1", role=Role.PURCHASER)
    bureau: Principal = Principal(user_id="u-bureau", organisation_id="bureau-530100", role=Role.FINANCE_BUREAU)
    treasury: Principal = Principal(user_id="u-treasury", organisation_id="treasury-530100", role=Role.TREASURY)
    operator: Principal = Principal(user_id="u-operator", organisation_id="zhengcaidai", role=Role.OPERATOR)

    def of_region(self, region: str) -> "Parties":
        """The same people, the bureau's and treasury's of another region."""
        return replace(
            self,
            bureau=self.bureau.model_copy(update={"organisation_id": f"bureau-{region}"}),
            treasury=self.treasury.model_copy(update={"organisation_id": f"treasury-{region}"}),
        )


@dataclass
class RunningLoan:
    """One loan under test."""

    loan_id: str
    handle: WorkflowHandle[ContractLoan, LoanOutcome]
    skipper: TimeSkipper
    client: Client
    world: World
    parties: Parties
    contract: Contract

    async def take(self, step: Step, by: Principal, *, key: str | None = None) -> Receipt:
        """Take a step by update. Raises the Refusal that the workflow gave."""
        key = key or str(uuid.uuid4())
        taken = TakenStep[Any](step=step, by=by, key=key)
        return await self._update(self.handle, step, taken, Receipt)

    async def change(self, step: Step, by: Principal) -> changes.ChangeReceipt:
        """Take a step of the account change under way."""
        view = await self.change_view(lambda view: True)
        handle = self.client.get_workflow_handle(temporal.change_workflow_id(view.order.change_id))
        taken = TakenStep[Any](step=step, by=by, key=str(uuid.uuid4()))
        return await self._update(handle, step, taken, changes.ChangeReceipt)

    @staticmethod
    async def _update(handle: WorkflowHandle[Any, Any], step: Step, taken: Any, result: type[Any]) -> Any:
        kind = str(type(step).model_fields["kind"].default)
        try:
            return await handle.execute_update(kind, taken, id=taken.key, result_type=result)
        except WorkflowUpdateFailedError as failed:
            cause = failed.cause
            if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
                problem = Problem.model_validate(cause.details[0])
                raise REFUSALS[cause.type].of(problem) from failed
            raise

    async def signal(self, step: Step, by: Principal, *, key: str | None = None) -> None:
        """Take a step by signal."""
        kind = str(type(step).model_fields["kind"].default)
        await self.handle.signal(kind, TakenStep[Any](step=step, by=by, key=key or str(uuid.uuid4())))

    async def advance(self, by: timedelta) -> None:
        """Move the loan's clock."""
        await self.skipper.fast_forward(self.handle, by)

    async def advance_to(self, moment: datetime) -> None:
        """Move the loan's clock to a moment."""
        now = await self.now()
        if moment > now:
            await self.advance(moment - now)

    async def now(self) -> datetime:
        """The loan's own time."""
        return await self.skipper.get_current_time(self.handle)

    async def recorded(self, met: Callable[[LoanUpdate], bool], within_s: float = 15) -> LoanUpdate:
        """The first record of the loan that is so."""
        return await _eventually(lambda: self.world.records.updates.get(self.loan_id), met, within_s)

    async def change_view(self, met: Callable[[ChangeView], bool]) -> ChangeView:
        """The record of the newest account change, once it is so."""
        return await _eventually(lambda: next(reversed(self.world.records.changes.values()), None), met, 15)

    async def at(self, stage: Stage) -> LoanUpdate:
        """Wait until the loan stands there."""
        return await self.recorded(lambda update: update.view.stage == stage)

    async def journal(self) -> tuple[Entry, ...]:
        """All that was recorded."""
        return await self.world.records.journal(self.loan_id, 0)

    async def kinds(self) -> list[str]:
        """The kinds of the journal's lines, in order."""
        return [entry.event.kind for entry in await self.journal()]

    # — the common way through —

    async def approve(self, **changes_to_offer: Any) -> None:
        """Bank accepts and approves what was asked."""
        await self.at(Stage.VERIFIED)
        await self.take(steps.Accept(), self.parties.bank)
        await self.take(offer(**changes_to_offer), self.parties.bank)

    async def sign(self) -> None:
        """Supplier signs."""
        await self.take(steps.Sign(agreement_number="AG-1"), self.parties.supplier)

    async def pay(self, amount_fen: int, payment_id: str, on: date | None = None) -> Receipt:
        """The treasury pays into the locked account."""
        paid = steps.PostPayment(
            payment_id=payment_id,
            amount_fen=amount_fen,
            account_number=NEW_ACCOUNT.number,
            value_date=on or (await self.now()).astimezone(temporal_zone()).date(),
        )
        return await self.take(paid, self.parties.treasury)


def temporal_zone() -> Any:
    """Asia/Shanghai."""
    from zhengcaidai.rules.working_days import SHANGHAI

    return SHANGHAI


async def _eventually(found: Callable[[], Any], met: Callable[[Any], bool], within_s: float) -> Any:
    loop = asyncio.get_running_loop()
    give_up_at = loop.time() + within_s
    while True:
        value = found()
        if value is not None and met(value):
            return value
        if loop.time() > give_up_at:
            raise AssertionError(f"not so within {within_s} s; last seen: {value!r}")
        await asyncio.sleep(0.02)


def offer(**changes_to_offer: Any) -> steps.Approve:
    """What the bank offers unless told otherwise: all that was asked, 2 %, on collection."""
    given: dict[str, Any] = {
        "amount_fen": 200_000,
        "annual_rate": Decimal("0.02"),
        "penalty_rate": Decimal("0.03"),
        "term_days": 180,
        "method": RepaymentMethod.ON_COLLECTION,
        "designated_account": NEW_ACCOUNT,
    }
    return steps.Approve(**(given | changes_to_offer))


def application(region: str, basis: Basis, loan_id: str, contract: Contract, **changed: Any) -> LoanApplication:
    """An application for 2,000 yuan, as in Hanyang's sample."""
    given: dict[str, Any] = {
        "loan_id": loan_id,
        "region": region,
        "supplier": Supplier(
            organisation_id="sup-1",
            uscc=SUPPLIER_USCC,
            name=SUPPLIER_NAME,
            scale=EnterpriseScale.SMALL,
            mobile="13900001234",
        ),
        "bank_id": "bank-kunlun",
        "product_id": "kl-zcd",
        "basis": basis,
        "award_number": contract.award_number,
        "filing_number": contract.filing_number if basis is Basis.CONTRACT else None,
        "amount_fen": 200_000,
        "term_days": 180,
        "credit_inquiry_authorisation": SCAN,
    }
    return LoanApplication(**(given | changed))


def contract_for(region: str, number: str, collection_account: Account, payments: tuple[PaymentInstalment, ...]) -> Contract:
    """A filed contract of 3,000 yuan."""
    today = datetime.now(UTC).astimezone(temporal_zone()).date()
    return Contract(
        filing_number=f"合备[2026]{number}号",
        award_number=f"ZB{number}",
        title="办公家具采购",
        region=region,
        purchaser_id="pur-1",
        purchaser_name="示例采购人",
        supplier_uscc=SUPPLIER_USCC,
        supplier_name=SUPPLIER_NAME,
        amount_fen=300_000,
        signed_on=today - timedelta(days=3),
        filed_on=today - timedelta(days=2),
        collection_account=collection_account,
        payments=payments,
    )


def award_for(contract: Contract) -> Award:
    """The award behind a contract."""
    return Award(
        award_number=contract.award_number,
        project_name=contract.title,
        region=contract.region,
        purchaser_id=contract.purchaser_id,
        purchaser_name=contract.purchaser_name,
        supplier_uscc=contract.supplier_uscc,
        supplier_name=contract.supplier_name,
        amount_fen=contract.amount_fen,
        issued_on=contract.signed_on - timedelta(days=5),
    )


async def client_of(server: TemporalServer) -> Client:
    """A client with our converter."""
    return await Client.connect(
        server.address, namespace=server.namespace, data_converter=temporal.data_converter()
    )


@asynccontextmanager
async def running_worker(server: TemporalServer, world: World) -> AsyncIterator[tuple[Client, str]]:
    """A worker of its own for one test, on a task queue of its own."""
    client = await client_of(server)
    queue = f"test-{uuid.uuid4()}"
    async with build_worker(client, world.ports, task_queue=queue):
        yield client, queue


@asynccontextmanager
async def running_loan(
    server: TemporalServer,
    *,
    region: str = "530100",
    basis: Basis = Basis.CONTRACT,
    world: World | None = None,
    collection_account: Account = NEW_ACCOUNT,
    payments: tuple[PaymentInstalment, ...] = (),
    **changed: Any,
) -> AsyncIterator[RunningLoan]:
    """A loan that was just submitted, with its worker and its outside."""
    world = world or World(product())
    number = uuid.uuid4().hex[:10].upper()
    contract = contract_for(region, number, collection_account, payments)
    world.procurement.awards[contract.award_number] = award_for(contract)
    if basis is Basis.CONTRACT:
        world.procurement.contracts[contract.filing_number] = contract
    loan_id = f"L{number}"
    parties = Parties().of_region(region)
    async with running_worker(server, world) as (client, queue):
        skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False, disable_propagation=True))
        asked = application(region, basis, loan_id, contract, **changed)
        handle = await skipper.client.start_workflow(
            ContractLoan.run,
            LoanStart(application=asked, by=parties.supplier, key=f"submit-{loan_id}"),
            id=temporal.loan_workflow_id(loan_id),
            task_queue=queue,
            static_summary=temporal.static_summary(loan_id, asked.amount_fen, world.product.bank_name),
            search_attributes=temporal.starting_attributes(region, asked.bank_id),
        )
        yield RunningLoan(loan_id, handle, skipper, client, world, parties, contract)


async def refused(step: Any) -> Refusal:
    """The refusal that a step ends in; anything else fails the test."""
    try:
        result = await step
    except Refusal as refusal:
        return refusal
    raise AssertionError(f"not refused: {result!r}")
