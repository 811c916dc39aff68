"""The worker dies (SIGKILL) wherever a loan stands; another one takes over, and the money is right to the fen."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import pytest

from tests.e2e.books import account_is_free, books_agree
from tests.e2e.driving import KUNMING, LUOYANG, Driven, applied, cast_of, driven, everybody_home
from tests.e2e.outside import Outside
from tests.e2e.processes import kill_workers
from zhengcaidai.devserver.system import LocalSystem
from zhengcaidai.messages.stages import Stage
from zhengcaidai.sandbox.people import People


@dataclass(frozen=True)
class Standing:
    """A loan that waits for somebody."""

    region: str
    bank_id: str
    stage: Stage


_RESTS = (
    Standing(KUNMING, "bank-two", Stage.VERIFIED),
    Standing(KUNMING, "bank-two", Stage.ACCEPTED),
    Standing(LUOYANG, "bank-one", Stage.MATERIALS_REQUESTED),
    Standing(KUNMING, "bank-two", Stage.APPROVED),
    Standing(KUNMING, "bank-two", Stage.SIGNED),
    Standing(LUOYANG, "bank-one", Stage.ACCOUNT_CHANGE),
    Standing(KUNMING, "bank-one", Stage.DISBURSED),
    Standing(LUOYANG, "bank-two", Stage.SETTLED),
)


@dataclass(frozen=True)
class Call:
    """A call that is on its way when the worker is killed, and the loan that is about to make it.

    The outside system does what it was asked, and its answer comes to nobody.
    """

    name: str
    operation: str
    by: Standing
    mode: str = "slow"


_CALLS = (
    (
        Call("procurement", "award", Standing(LUOYANG, "bank-one", Stage.SUBMITTED)),
        Call("budget", "lock_account", Standing(KUNMING, "bank-two", Stage.SIGNED)),
        Call("banks/bank-one", "disburse", Standing(KUNMING, "bank-one", Stage.SIGNED)),
        Call("banks/bank-two", "sweep", Standing(KUNMING, "bank-two", Stage.DISBURSED)),
    ),
    (
        Call("receivables", "confirm_receivable", Standing(KUNMING, "bank-one", Stage.SUBMITTED)),
        Call("budget", "change_account", Standing(LUOYANG, "bank-one", Stage.ACCOUNT_CHANGE)),
        Call("procurement", "report_account_change", Standing(LUOYANG, "bank-two", Stage.ACCOUNT_CHANGE)),
        Call("banks/bank-two", "disburse", Standing(KUNMING, "bank-two", Stage.SIGNED), "error_after_effect"),
        Call("banks/bank-one", "sweep", Standing(KUNMING, "bank-one", Stage.DISBURSED), "error_after_effect"),
    ),
)


async def _standing(people: People, wanted: Iterable[Standing]) -> list[Driven]:
    return await asyncio.gather(
        *(
            driven(people, each.region, each.bank_id, to=each.stage, with_materials=each.region == LUOYANG)
            for each in wanted
        )
    )


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("calls", "at_rest"), [(_CALLS[0], _RESTS), (_CALLS[1], ())], ids=["and-at-rest", "on-the-way"]
)
async def test_a_killed_workers_loans_go_on_and_its_calls_are_made_once(
    system: LocalSystem, people: People, outside: Outside, calls: tuple[Call, ...], at_rest: tuple[Standing, ...]
) -> None:
    submitting = [each.by for each in calls if each.by.stage is Stage.SUBMITTED]
    callers = await _standing(people, (each.by for each in calls if each.by not in submitting))
    resting = await _standing(people, at_rest)
    casts = [await cast_of(people, each.region, each.bank_id) for each in submitting]
    for call in calls:
        await outside.fault(call.name, mode=call.mode, operation=call.operation, count=1, seconds=4, drop=True)
    callers += [await applied(each) for each in casts]
    arriving = asyncio.create_task(_arrive(outside, callers))
    for call in calls:
        await outside.until_met(call.name)
    await kill_workers(system)
    await system.start_worker()
    await asyncio.gather(arriving, _arrive(outside, resting))


async def _arrive(outside: Outside, loans: list[Driven]) -> None:
    """All go on to their end, and every book is right."""
    await everybody_home(loans)
    for loan in loans:
        await books_agree(outside, loan)
        await account_is_free(outside, loan)
