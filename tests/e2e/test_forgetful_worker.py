"""A worker that remembers nothing: every step finds a loan that must be read anew from its history, as after a restart."""

import asyncio

from temporalio.client import Client
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from tests.e2e.books import books_agree
from tests.e2e.driving import KUNMING, LUOYANG, Driven, driven, everybody_home
from tests.e2e.outside import Outside
from tests.e2e.processes import kill_workers
from worker import build_worker, connected_ports
from workflows.account_change import AccountChange
from workflows.contract_loan import ContractLoan
from workflows.signal_guard import SignalGuard
from zhengcaidai.config import Settings
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.sandbox.people import People
from zhengcaidai.temporal import change_workflow_id, loan_workflow_id


async def test_a_loan_goes_home_though_it_is_read_anew_at_every_step(
    system: LocalSystem, settings: Settings, people: People, outside: Outside, temporal: Client
) -> None:
    await kill_workers(system)
    async with connected_ports(settings) as ports, build_worker(temporal, ports, max_cached_workflows=0):
        loans = await asyncio.gather(driven(people, KUNMING), driven(people, LUOYANG, "bank-two", with_materials=True))
        await everybody_home(loans)
    for loan in loans:
        await books_agree(outside, loan)
        await _replays(temporal, loan)


async def _replays(temporal: Client, loan: Driven) -> None:
    replayer = Replayer(
        workflows=[ContractLoan, AccountChange],
        data_converter=temporal.data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
        interceptors=[SignalGuard()],
    )
    changes = (await loan.cast.operator.get(f"/v1/account-changes?loan_id={loan.loan_id}"))["items"]
    ids = [loan_workflow_id(loan.loan_id), *(change_workflow_id(each["change_id"]) for each in changes)]
    for workflow_id in ids:
        await replayer.replay_workflow(await temporal.get_workflow_handle(workflow_id).fetch_history())
