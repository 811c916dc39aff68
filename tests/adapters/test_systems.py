"""Each adapter against the sandbox's real server: what the port promises, and every fault."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from tests.sandbox.orders import (
    ORDERED_AT,
    OTHER_ACCOUNT,
    allocation,
    change,
    deal,
    disbursement,
    end,
    loan_number,
    lock,
    plan,
    push,
    sweep,
)
from tests.sandbox.outside import Outside
from zhengcaidai.adapters.bank import HttpBank
from zhengcaidai.adapters.budget import HttpBudgetSystem
from zhengcaidai.adapters.bureau import HttpFinanceBureau
from zhengcaidai.adapters.procurement import HttpProcurementSystem
from zhengcaidai.adapters.receivables import HttpReceivablesPlatform
from zhengcaidai.config import Settings
from zhengcaidai.errors import OutsideDown, OutsideRefused
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.orders import BreachReport, FraudReport, OverdueReport
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.procurement import Award, Contract, ReceivableStatus
from zhengcaidai.ports import Bank, BudgetSystem, FinanceBureau, ProcurementSystem, ReceivablesPlatform


class Adapters:
    def __init__(self, outside: Outside, client: httpx.AsyncClient) -> None:
        settings = Settings.model_validate({"sandbox": True, "sandbox_url": outside.settings.base_url})
        self.procurement: ProcurementSystem = HttpProcurementSystem(settings.procurement, client)
        self.receivables: ReceivablesPlatform = HttpReceivablesPlatform(settings.receivables, client)
        self.budget: BudgetSystem = HttpBudgetSystem(settings.budget, client)
        self.bank: Bank = HttpBank(settings.bank, client)
        self.bureau: FinanceBureau = HttpFinanceBureau(settings.bureau, client)


@pytest.fixture
def adapters(outside: Outside, client: httpx.AsyncClient) -> Adapters:
    return Adapters(outside, client)


def sample(outside: Outside) -> tuple[Award, Contract]:
    number = f"昆备[2026]{loan_number()}号"
    contract = {"signed_on": "2026-09-08", "filing_number": number}
    made = outside.made("/procurement/samples", {"region": "530100", "issued_on": "2026-09-01", "contract": contract})
    return Award.model_validate(made["award"]), Contract.model_validate(made["contract"])


def breach(loan_id: str, bank_id: str = "bank-one") -> BreachReport:
    return BreachReport(
        key=f"{loan_id}-breach",
        loan_id=loan_id,
        region="530100",
        bank_id=bank_id,
        clock=ClockId.FINANCING,
        clause="kunming/4.2",
        duty_of=Role.BANK,
        holder=Role.BANK,
        due_at=ORDERED_AT,
        days=0,
        reported_at=ORDERED_AT,
    )


async def test_awards_and_contracts_are_found_by_any_number(outside: Outside, adapters: Adapters) -> None:
    award, contract = sample(outside)
    assert await adapters.procurement.award(award.award_number) == award
    assert await adapters.procurement.contract(contract.filing_number) == contract
    hanyang = await adapters.procurement.contract("合备[2021]100号")
    assert hanyang is not None
    assert hanyang.amount_fen == 2000_00


@pytest.mark.parametrize("number", ["NONE", "合备[2021]0号", "..", "."])
async def test_what_is_not_there_is_none(outside: Outside, adapters: Adapters, number: str) -> None:
    assert await adapters.procurement.award(number) is None
    assert await adapters.procurement.contract(number) is None
    assert await adapters.budget.collection_account(number) is None


@pytest.mark.clause("kunming/5.2")
async def test_a_bad_record_counts_on_the_day_that_is_asked_for(adapters: Adapters) -> None:
    uscc = "91530100MA6KM0003U"
    assert await adapters.procurement.bad_record(uscc, date(2025, 5, 31)) is None
    record = await adapters.procurement.bad_record(uscc, date(2026, 9, 18))
    assert record is not None
    assert record.until == date(2028, 5, 31)


async def test_an_account_change_reaches_all_three_systems(outside: Outside, adapters: Adapters) -> None:
    award, contract = sample(outside)
    update = change(contract.filing_number, contract.collection_account, OTHER_ACCOUNT)
    await adapters.budget.change_account(update)
    await adapters.receivables.account_changed(update)
    await adapters.procurement.account_changed(update)
    assert await adapters.budget.collection_account(contract.filing_number) == OTHER_ACCOUNT
    changed = await adapters.procurement.contract(contract.filing_number)
    assert changed is not None
    assert changed.collection_account == OTHER_ACCOUNT
    on_platform = outside.get(f"/receivables/receivables/{award.award_number}")
    assert on_platform["account"]["number"] == OTHER_ACCOUNT.number


async def test_receivables_are_confirmed_or_unknown(outside: Outside, adapters: Adapters) -> None:
    award, _ = sample(outside)
    confirmed = await adapters.receivables.confirm(award.award_number)
    assert (confirmed.status, confirmed.award_number) == (ReceivableStatus.CONFIRMED, award.award_number)
    assert (await adapters.receivables.confirm("NONE")).status is ReceivableStatus.UNKNOWN


async def test_the_platform_is_told_of_application_deal_and_end(outside: Outside, adapters: Adapters) -> None:
    _, contract = sample(outside)
    loan_id = loan_number()
    await adapters.receivables.push_application(push(loan_id))
    await adapters.receivables.deal(deal(loan_id, contract.filing_number))
    await adapters.receivables.ended(end(loan_id))
    for path in ("applications", "deals", "ended"):
        assert len(outside.get(f"/receivables/{path}", loan_id=loan_id)) == 1


async def test_locks_and_plans(outside: Outside, adapters: Adapters) -> None:
    _, contract = sample(outside)
    loan_id, account = loan_number(), contract.collection_account
    await adapters.budget.lock_account(lock(loan_id, contract.filing_number, account))
    with pytest.raises(OutsideRefused, match="锁定于另一笔融资"):
        await adapters.budget.lock_account(lock(loan_number(), contract.filing_number, account))
    await adapters.budget.submit_plan(plan(loan_id, contract.filing_number, account))
    assert len(outside.get("/budget/plans", loan_id=loan_id)) == 1
    await adapters.budget.release_account(lock(loan_id, contract.filing_number, account))
    assert outside.get(f"/budget/contracts/{contract.filing_number}")["locked_to"] is None


async def test_the_bank_takes_pays_sweeps_and_is_told(outside: Outside, adapters: Adapters) -> None:
    loan_id = loan_number()
    await adapters.bank.push_application(push(loan_id))
    order = disbursement(loan_id)
    receipt = await adapters.bank.disburse(order)
    assert (receipt.key, receipt.amount_fen, receipt.value_date) == (order.key, order.amount_fen, date(2026, 9, 24))
    assert await adapters.bank.disburse(order) == receipt
    with pytest.raises(OutsideRefused):
        await adapters.bank.disburse(disbursement(loan_id, amount_fen=1))
    await adapters.bank.sweep(sweep(loan_id, allocation(1, "pay", principal_fen=100)))
    await adapters.bank.breached(breach(loan_id))
    await adapters.bank.ended("bank-one", end(loan_id))
    ledger = outside.get("/banks/bank-one/ledger", loan_id=loan_id)
    assert (ledger["totals"]["disbursed_fen"], ledger["totals"]["principal_fen"]) == (50_000_00, 100)
    for path in ("applications", "breaches", "ended"):
        assert len(outside.get(f"/banks/bank-one/{path}", loan_id=loan_id)) == 1


async def test_an_offline_bank_is_told_and_a_bank_that_nobody_knows_is_waited_for(
    outside: Outside, adapters: Adapters
) -> None:
    loan_id = loan_number()
    await adapters.bank.breached(breach(loan_id, "bank-three"))
    assert len(outside.get("/banks/bank-three/breaches", loan_id=loan_id)) == 1
    with pytest.raises(OutsideDown):
        await adapters.bank.disburse(disbursement(loan_id, bank_id="bank-of-nowhere"))


async def test_the_bureau_takes_each_report_once(outside: Outside, adapters: Adapters) -> None:
    loan_id = loan_number()
    common: dict[str, Any] = {"loan_id": loan_id, "region": "530100", "reported_at": ORDERED_AT}
    fraud = FraudReport(key=f"{loan_id}-f", reasons=("中标编号不存在",), **common)
    late = OverdueReport(
        key=f"{loan_id}-l",
        filing_number="昆备[2026]1号",
        purchaser_id="p",
        due_on=date(2026, 10, 30),
        amount_fen=1,
        **common,
    )
    for _ in range(2):
        await adapters.bureau.fraud(fraud)
        await adapters.bureau.breached(breach(loan_id))
        await adapters.bureau.late_payment(late)
    for path in ("fraud-reports", "breaches", "late-payments"):
        assert len(outside.get(f"/bureau/{path}", loan_id=loan_id)) == 1


class Orders:
    """One order to each system, for one contract."""

    def __init__(self, contract: Contract) -> None:
        self.loan_id = loan_number()
        self.filing_number = contract.filing_number
        self.disbursement = disbursement(self.loan_id)
        self.plan = plan(self.loan_id, contract.filing_number, contract.collection_account)
        self.change = change(contract.filing_number, contract.collection_account, OTHER_ACCOUNT)


def calls_of(adapters: Adapters, orders: Orders) -> dict[str, tuple[str, Callable[[], Awaitable[object]]]]:
    """A call of each system that changes something, and the path under which its effects are listed."""
    loan_id = orders.loan_id
    return {
        "banks/bank-one": (
            f"/banks/bank-one/ledger?loan_id={loan_id}",
            lambda: adapters.bank.disburse(orders.disbursement),
        ),
        "budget": (f"/budget/plans?loan_id={loan_id}", lambda: adapters.budget.submit_plan(orders.plan)),
        "receivables": (
            f"/receivables/applications?loan_id={loan_id}",
            lambda: adapters.receivables.push_application(push(loan_id)),
        ),
        "procurement": (
            f"/procurement/contracts/{orders.filing_number}",
            lambda: adapters.procurement.account_changed(orders.change),
        ),
        "bureau": (f"/bureau/breaches?loan_id={loan_id}", lambda: adapters.bureau.breached(breach(loan_id))),
    }


SYSTEMS = ("banks/bank-one", "budget", "receivables", "procurement", "bureau")
FAULTS: list[dict[str, object]] = [
    {"mode": "down", "count": 1},
    {"mode": "down", "count": 1, "drop": True},
    {"mode": "error_after_effect", "count": 1},
    {"mode": "error_after_effect", "count": 1, "drop": True},
    {"mode": "slow", "count": 1, "seconds": 1.5},
]


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault['mode']}{'-drop' if 'drop' in fault else ''}")
async def test_any_fault_is_down_and_a_retry_has_one_effect(
    outside: Outside, adapters: Adapters, hasty_client: httpx.AsyncClient, system: str, fault: dict[str, object]
) -> None:
    _, contract = sample(outside)
    orders = Orders(contract)
    path, call = calls_of(adapters, orders)[system]
    _, hasty_call = calls_of(Adapters(outside, hasty_client), orders)[system]
    outside.fault(system, **fault)
    with pytest.raises(OutsideDown):
        await (hasty_call if fault["mode"] == "slow" else call)()
    await call()
    after_one_retry = outside.get(path)
    await call()
    assert outside.get(path) == after_one_retry
    if isinstance(after_one_retry, list):
        assert len(after_one_retry) == 1
