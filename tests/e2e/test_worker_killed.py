"""The worker dies (SIGKILL) wherever a loan stands; another one takes over, and the money is right to the fen."""

import asyncio
from dataclasses import dataclass

import pytest

from tests.e2e.books import account_is_free, books_agree
from tests.e2e.driving import KUNMING, LUOYANG, applied, cast_of, driven, everybody_home
from tests.e2e.outside import Outside
from tests.e2e.processes import kill_workers
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.stages import Stage
from zhengcaidai.sandbox.people import People

_RESTS = (
    (KUNMING, Stage.VERIFIED),
    (KUNMING, Stage.ACCEPTED),
    (LUOYANG, Stage.MATERIALS_REQUESTED),
    (KUNMING, Stage.APPROVED),
    (KUNMING, Stage.SIGNED),
    (LUOYANG, Stage.ACCOUNT_CHANGE),
    (KUNMING, Stage.DISBURSED),
    (LUOYANG, Stage.SETTLED),
)
"""Where a loan waits for somebody, and by which region's way it got there."""


@pytest.mark.timeout(120)
async def test_a_loan_outlives_the_worker_in_every_stage(system: LocalSystem, people: People, outside: Outside) -> None:
    loans = await asyncio.gather(
        *(driven(people, region, "bank-two", to=stage, with_materials=region == LUOYANG) for region, stage in _RESTS)
    )
    await kill_workers(system)
    await system.start_worker()
    await everybody_home(loans)
    for loan in loans:
        await books_agree(outside, loan)
        await account_is_free(outside, loan)


@dataclass(frozen=True)
class Call:
    """A call that is on its way when the worker is killed, and a loan that is about to make it."""

    name: str
    operation: str
    by: tuple[str, str, Stage]
    """Region, bank, and where the loan stands before it."""
    mode: str = "slow"
    """The outside system does what it was asked; its answer comes to nobody."""


_WAVES = {
    "look-up, lock, disbursement, sweep": (
        Call("procurement", "award", (LUOYANG, "bank-one", Stage.SUBMITTED)),
        Call("budget", "lock_account", (KUNMING, "bank-two", Stage.SIGNED)),
        Call("banks/bank-one", "disburse", (KUNMING, "bank-one", Stage.SIGNED)),
        Call("banks/bank-two", "sweep", (KUNMING, "bank-two", Stage.DISBURSED)),
    ),
    "receivable, account change, disbursement and sweep unanswered": (
        Call("receivables", "confirm_receivable", (KUNMING, "bank-one", Stage.SUBMITTED)),
        Call("budget", "change_account", (LUOYANG, "bank-one", Stage.ACCOUNT_CHANGE)),
        Call("banks/bank-two", "disburse", (KUNMING, "bank-two", Stage.SIGNED), "error_after_effect"),
        Call("banks/bank-one", "sweep", (KUNMING, "bank-one", Stage.DISBURSED), "error_after_effect"),
    ),
    "feedback, plan, end": (
        Call("procurement", "report_account_change", (LUOYANG, "bank-two", Stage.ACCOUNT_CHANGE)),
        Call("receivables", "report_deal", (KUNMING, "bank-two", Stage.SIGNED)),
        Call("budget", "release_account", (KUNMING, "bank-one", Stage.DISBURSED)),
        Call("banks/bank-one", "report_end", (KUNMING, "bank-one", Stage.DISBURSED)),
    ),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("wave", _WAVES.values(), ids=_WAVES)
async def test_a_call_on_its_way_when_the_worker_dies_is_made_once(
    system: LocalSystem, people: People, outside: Outside, wave: tuple[Call, ...]
) -> None:
    ready = [each.by for each in wave if each.by[2] is not Stage.SUBMITTED]
    loans = list(await asyncio.gather(*(driven(people, region, bank, to=stage) for region, bank, stage in ready)))
    fresh = [
        await cast_of(people, region, bank)
        for region, bank, stage in (each.by for each in wave)
        if stage is Stage.SUBMITTED
    ]
    for call in wave:
        await outside.fault(call.name, mode=call.mode, operation=call.operation, count=1, seconds=4, drop=True)
    loans += [await applied(each) for each in fresh]
    going_home = asyncio.gather(*(each.home() for each in loans))
    for call in wave:
        await outside.until_met(call.name)
    await kill_workers(system)
    await system.start_worker()
    await going_home
    for loan in loans:
        await books_agree(outside, loan)
        await account_is_free(outside, loan)
