"""The workflows as the API reaches them (流程网关): start, step, tell; and what it means when nobody answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar

from temporalio.client import Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from zhengcaidai import temporal
from zhengcaidai.config import Settings
from zhengcaidai.errors import REFUSALS, NotFound, Refusal
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.loans import AccountChangeStart, LoanStart
from zhengcaidai.messages.problems import Problem
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.steps import TakenStep
from zhengcaidai.web.errors import WorkflowsDown

__all__ = ["ClosedWorkflow", "Starting", "Workflows"]

R = TypeVar("R", bound=Frozen)

_CONNECT_WITHIN_SECONDS = 5
_ANSWER_WITHIN_SECONDS = 10
"""A step is answered in milliseconds; after this, no worker is there to answer it."""


class Starting(Protocol):
    """How workflows are started; the sandbox's test clock has its own way."""

    def client(self, client: Client) -> Client:
        """The client through which workflows are started."""
        ...


class ClosedWorkflow(NotFound):
    """The workflow has ended, or never was."""


class Workflows:
    """A client that connects when it is first needed, and again after every failure to."""

    def __init__(self, settings: Settings, starting: Starting | None = None) -> None:
        self._settings = settings
        self._starting = starting
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """The connected client. Raises WorkflowsDown."""
        async with self._connecting:
            if self._client is None:
                try:
                    async with asyncio.timeout(_CONNECT_WITHIN_SECONDS):
                        self._client = await temporal.connect(self._settings)
                except (RuntimeError, TimeoutError) as error:
                    raise _down() from error
            return self._client

    async def is_up(self) -> bool:
        """Whether the server answers."""
        try:
            async with answering(2):
                return await (await self.client()).service_client.check_health()
        except WorkflowsDown:
            return False

    async def start_loan(self, start: LoanStart, product: Product) -> None:
        """Start a loan; one that was started before by the same number is the same one. Raises WorkflowsDown."""
        await self._start_loan(start, product, WorkflowIDReusePolicy.REJECT_DUPLICATE)

    async def reopen_loan(self, start: LoanStart, product: Product) -> None:
        """Take a loan whose workflow has ended out of the files; one that somebody has taken out is the same one. Raises WorkflowsDown."""
        await self._start_loan(start, product, WorkflowIDReusePolicy.ALLOW_DUPLICATE)

    async def _start_loan(self, start: LoanStart, product: Product, reuse: WorkflowIDReusePolicy) -> None:
        application = start.application
        await self._start(
            ContractLoan.run,
            start,
            id=temporal.loan_workflow_id(application.loan_id),
            id_reuse_policy=reuse,
            static_summary=temporal.static_summary(application.loan_id, application.amount_fen, product.bank_name),
            static_details=temporal.static_details(application, product),
            search_attributes=temporal.starting_attributes(application.region, application.bank_id),
        )

    async def start_change(self, start: AccountChangeStart) -> None:
        """Start an account change of its own. Raises WorkflowsDown."""
        order = start.order
        await self._start(
            AccountChange.run,
            start,
            id=temporal.change_workflow_id(order.change_id),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=temporal.change_attributes(order.region),
            static_summary=temporal.change_summary(order.change_id, order.filing_number),
            static_details=f"- 地区：{order.region}\n- 合同备案号：{order.filing_number}",
        )

    async def _start(self, run: Any, start: Frozen, **shown: Any) -> None:
        client = await self.client()
        starter = self._starting.client(client) if self._starting else client
        async with answering():
            try:
                await starter.start_workflow(
                    run,
                    start,
                    task_queue=temporal.TASK_QUEUE,
                    **shown,
                )
            except WorkflowAlreadyStartedError:
                return  # the number is made from the request or from the loan, so this is the same request again

    async def exists(self, workflow_id: str) -> bool:
        """Whether a workflow of that id was ever started."""
        client = await self.client()
        async with answering():
            try:
                await client.get_workflow_handle(workflow_id).describe()
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return False
                raise
            return True

    async def take(self, workflow_id: str, taken: TakenStep[Any], receipt: type[R]) -> R:
        """A party's step, as an update; its id is the step's key, so that a repeat is answered as the first time.

        Raises the refusal that the workflow raised, ClosedWorkflow, or WorkflowsDown.
        """
        client = await self.client()
        handle = client.get_workflow_handle(workflow_id)
        async with answering():
            try:
                answer: R = await handle.execute_update(taken.step.name(), taken, id=taken.key, result_type=receipt)
            except WorkflowUpdateFailedError as error:
                raise _refusal_in(error) from error
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    raise ClosedWorkflow("已办结，不能再办理。", "It has ended; nothing more can be done.") from error
                raise
            return answer


@asynccontextmanager
async def answering(within_seconds: float = _ANSWER_WITHIN_SECONDS) -> AsyncIterator[None]:
    """Within it, a server or worker that does not answer is WorkflowsDown."""
    try:
        async with asyncio.timeout(within_seconds):
            yield
    except (RPCError, TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        if isinstance(error, RPCError) and error.status is RPCStatusCode.INVALID_ARGUMENT:
            raise
        raise _down() from error


def _down() -> WorkflowsDown:
    return WorkflowsDown(
        "流程引擎暂时没有应答，本次请求没有遗失也没有变更，请以同一幂等键重试。",
        "The workflow engine does not answer at the moment. Nothing is lost: send the request again with the same key.",
        where="temporal",
    )


def _refusal_in(error: WorkflowUpdateFailedError) -> Exception:
    cause = error.cause
    if not isinstance(cause, ApplicationError) or cause.type not in REFUSALS or not cause.details:
        return error
    problem = Problem.model_validate(cause.details[0])
    refusal: type[Refusal] = REFUSALS[cause.type]
    return refusal.of(problem)
