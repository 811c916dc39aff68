"""Outside systems fail, one way or the other; a loan waits, says so to the operator, and goes on by itself."""

import asyncio
from dataclasses import dataclass

import pytest
from temporalio.client import Client

from tests.e2e.books import account_is_free, books_agree
from tests.e2e.driving import KUNMING, LUOYANG, Driven, driven, everybody_home
from tests.e2e.outside import Outside
from tests.workflows.invariants import current_details
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.troubles import Trouble
from zhengcaidai.sandbox.people import People
from zhengcaidai.temporal import TROUBLE, loan_workflow_id


@dataclass(frozen=True)
class Outage:
    """A system that is down when a loan needs it."""

    name: str
    title: str
    """As the operator's page calls it."""
    operation: str
    region: str
    bank_id: str
    stuck_in: Stage


_OUTAGES = (
    Outage("banks/bank-one", "银行 bank-one", "sweep", KUNMING, "bank-one", Stage.REPAYING),
    Outage("banks/bank-two", "银行 bank-two", "disburse", LUOYANG, "bank-two", Stage.ACCOUNT_LOCKED),
    Outage("budget", "预算管理一体化系统", "lock_account", KUNMING, "bank-one", Stage.SIGNED),
    Outage("procurement", "政府采购系统", "award", KUNMING, "bank-one", Stage.SUBMITTED),
    Outage("receivables", "应收账款融资服务平台", "confirm_receivable", LUOYANG, "bank-one", Stage.SUBMITTED),
)
_TOGETHER = (_OUTAGES[:2], _OUTAGES[2:3], _OUTAGES[3:])
"""A loan must get past the systems that the next ones find down."""


async def _trouble(temporal: Client, loan: Driven) -> str | None:
    handle = temporal.get_workflow_handle(loan_workflow_id(loan.loan_id))
    return (await handle.describe()).typed_search_attributes.get(TROUBLE)


async def _until_trouble(temporal: Client, loan: Driven, wanted: Trouble, within_s: float = 30) -> None:
    async with asyncio.timeout(within_s):
        while await _trouble(temporal, loan) != wanted:
            await asyncio.sleep(0.1)


@pytest.mark.timeout(180)
async def test_a_loan_waits_for_the_system_that_is_down_says_so_and_goes_on_by_itself(
    people: People, outside: Outside, temporal: Client
) -> None:
    loans: list[Driven] = []
    for together in _TOGETHER:
        for outage in together:
            await outside.fault(outage.name, mode="down", operation=outage.operation)
        loans += await asyncio.gather(
            *(driven(people, each.region, each.bank_id, to=each.stuck_in) for each in together)
        )
    going_home = asyncio.gather(*(each.home() for each in loans))
    for outage, loan in zip(_OUTAGES, loans, strict=True):
        await _until_trouble(temporal, loan, Trouble.OUTSIDE_DOWN)
        page = await current_details(temporal.get_workflow_handle(loan_workflow_id(loan.loan_id)))
        assert "外部系统无应答，自动重试中" in page
        assert outage.title in page
        assert (await loan.seen())["stage"] == outage.stuck_in

    await outside.all_well()
    await going_home
    for loan in loans:
        await books_agree(outside, loan)
        await account_is_free(outside, loan)
        await _until_trouble(temporal, loan, Trouble.NONE)


@pytest.mark.timeout(90)
async def test_what_was_done_but_not_answered_is_done_once(people: People, outside: Outside) -> None:
    for name in ("banks/bank-one", "banks/bank-two", "budget", "receivables", "procurement"):
        await outside.fault(name, mode="error_after_effect", count=2, drop=name != "budget")
    loans = [await driven(people, region, bank) for region, bank in ((KUNMING, "bank-one"), (LUOYANG, "bank-two"))]
    await everybody_home(loans)
    for loan in loans:
        await books_agree(outside, loan)
        await account_is_free(outside, loan)


async def test_a_payment_told_twice_is_booked_once(people: People, outside: Outside) -> None:
    loan = await driven(people, KUNMING, to=Stage.DISBURSED)
    await outside.fault("budget", mode="duplicate_callback", operation="callback")
    await loan.home()
    told = [each for each in await outside.get("/budget/outbox") if loan.loan_id in each["url"]]
    assert [each["state"] for each in told] == ["delivered"]
    await books_agree(outside, loan)


async def test_the_sms_gateway_is_no_part_of_the_loan(people: People, outside: Outside) -> None:
    await outside.fault("sms", mode="down")
    loan = await driven(people, KUNMING)
    mobile = loan.cast.sample.supplier.mobile
    await loan.home()
    await books_agree(outside, loan)
    assert (await outside.get("/sms/messages", to=mobile))["messages"] == []
