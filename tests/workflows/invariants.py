"""What holds of every loan at every rest, whatever happened to it: journal, money, account, liveness, privacy."""

from typing import Any

from temporalio.client import WorkflowHandle

from tests.rules.ledgers import is_balanced
from tests.workflows.samples import (
    CONTACT_MOBILE,
    NEW_ACCOUNT,
    OLD_ACCOUNT,
    SUPPLIER_MOBILE,
    SUPPLIER_NAME,
    SUPPLIER_USCC,
)
from tests.workflows.world import World
from zhengcaidai.messages import steps
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import EntryKind
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.records import LoanUpdate
from zhengcaidai.rules.effects import after, opened
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.receipts import is_refund, unswept

PERSONAL = (
    SUPPLIER_NAME,
    SUPPLIER_USCC,
    SUPPLIER_MOBILE[-11:],
    CONTACT_MOBILE[-11:],
    OLD_ACCOUNT.number,
    NEW_ACCOUNT.number,
)


def folded(journal: tuple[Entry, ...]) -> Loan:
    """The loan that a journal tells of."""
    loan = opened(journal[0])
    for entry in journal[1:]:
        loan = after(loan, entry)
    return loan


async def check_always(loan_id: str, world: World, handle: WorkflowHandle[Any, Any]) -> None:
    """Asked of every loan when its test is through and it is at rest."""
    update = world.records.updates[loan_id]
    journal = await world.records.journal(loan_id, 0)
    check_journal(loan_id, world, journal, update)
    loan = folded(journal)
    check_money(loan)
    check_bank(loan, world)
    check_lock(loan, world)
    check_liveness(loan, update, world)
    await check_privacy(loan_id, world, handle)


def check_journal(loan_id: str, world: World, journal: tuple[Entry, ...], update: LoanUpdate) -> None:
    """Lines are added, none is left out, none is ever changed."""
    assert [entry.sequence for entry in journal] == list(range(1, update.view.sequence + 1))
    assert [entry.at for entry in journal] == sorted(entry.at for entry in journal)
    for written in world.records.written:
        if written.view.loan_id == loan_id:
            assert all(journal[entry.sequence - 1] == entry for entry in written.entries)


def check_money(loan: Loan) -> None:
    """fees + penalty + interest + principal + surplus = money received and not returned, to the fen."""
    ledger = loan.ledger
    if ledger is None:
        return
    assert is_balanced(ledger)
    spread = sum(entry.total_fen for entry in ledger.entries if entry.kind is EntryKind.ALLOCATION)
    statement = loan.statement(max([ledger.terms.disbursed_on, *(each.event.value_date for each in ledger.bookings)]))
    assert statement is not None
    assert spread == statement.received_fen
    assert statement.refunded_fen <= statement.surplus_fen + statement.over_refunded_fen
    repaid = sum(entry.principal_fen for entry in ledger.entries if entry.kind is EntryKind.ALLOCATION)
    assert repaid + statement.principal_fen == ledger.terms.principal_fen


def check_bank(loan: Loan, world: World) -> None:
    """What the bank booked is what the ledger says, each entry once and in order; money left it once at most."""
    paid_out = [each for key, each in world.bank.paid_out.items() if key.startswith(f"{loan.loan_id}:")]
    if world.product.channel is Channel.ONLINE:
        assert len(paid_out) == (loan.disbursed is not None)
    else:
        assert not paid_out
    if loan.ledger is None or world.product.channel is Channel.OFFLINE:
        return
    assert not unswept(loan)
    swept = [
        entry
        for key, order in world.bank.sweeps.items()
        if key.startswith(f"{loan.loan_id}:")
        for entry in order.entries
    ]
    assert [entry for entry in swept if not is_refund(entry)] == [
        entry for entry in loan.ledger.entries if not is_refund(entry)
    ]
    came_back = {entry.key for entry in loan.ledger.entries if is_refund(entry) and entry.reverses}
    assert {entry.sequence for entry in swept if is_refund(entry)} == {
        entry.sequence for entry in loan.ledger.entries if entry.key in came_back
    }


def check_lock(loan: Loan, world: World) -> None:
    """The lock in the budget system is the loan's exactly while the loan says so."""
    filing_number = loan.contract.filing_number if loan.contract else None
    holds = filing_number is not None and world.budget.locks.get(filing_number) == loan.loan_id
    assert holds == (loan.locked_account is not None and not loan.lock_released)


def check_liveness(loan: Loan, update: LoanUpdate, world: World) -> None:
    """A loan that is at rest and not at its end waits for a party that can act, and says so."""
    if loan.stage.is_end:
        assert not update.tasks
        return
    asked = [task for task in update.tasks if task.role is not Role.SYSTEM]
    if loan.change_id is not None:
        asked += [task for task in world.records.changes[loan.change_id].tasks if task.role is not Role.SYSTEM]
    assert asked, f"{loan.stage} waits for nobody: {update.tasks}"
    assert all(task.actions for task in asked)
    told_apart = {(task.role, task.organisation_id, task.clock, task.actions, task.reference) for task in update.tasks}
    assert len(told_apart) == len(update.tasks), f"one's claim could become another's: {update.tasks}"
    known = {step.name() for step in steps.STEPS}
    assert all(action in known for task in update.tasks for action in task.actions)


async def check_privacy(loan_id: str, world: World, handle: WorkflowHandle[Any, Any]) -> None:
    """No name, USCC, telephone or account number where Temporal or a messenger keeps it in clear, or a passer-by reads it."""
    described = await handle.describe()
    shown = [described.id, str(described.typed_search_attributes), await described.static_summary() or ""]
    shown.append(await current_details(handle))
    async for event in handle.fetch_history_events():
        if event.HasField("user_metadata"):
            shown += await handle._client.data_converter.decode([event.user_metadata.summary], [str])
    shown += [" ".join(message.parameters) for message in world.sms.sent.values() if message.loan_id == loan_id]
    for text in shown:
        assert not [personal for personal in PERSONAL if personal in text], text


async def current_details(handle: WorkflowHandle[Any, Any]) -> str:
    """The page of a workflow in the Temporal UI."""
    found = await handle.query("__temporal_workflow_metadata")
    return str(found.current_details)
