"""Collection account 回款账户: the fifth and sixth step of a loan. The contract's account becomes the lender's, and is locked.

The change itself is a workflow of its own (workflows/account_change.py): the purchaser decides there, not here.
"""

from functools import partial
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

from activities.procurement import ProcurementActivities
from activities.treasury import TreasuryActivities
from workflows.account_change import AccountChange
from workflows.loan_desk import LoanDesk
from workflows.outside import refusal_in
from workflows.since import Since
from zhengcaidai import temporal
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import ChangeOutcome
from zhengcaidai.messages.loans import AccountChangeStart
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words, joined
from zhengcaidai.rules import errands
from zhengcaidai.rules.accounts import is_change_needed
from zhengcaidai.rules.contracts import alterations, contract_faults, names_another_lender

__all__ = ["account_agrees", "contract_is_signed", "lock_account"]

_Change = ChildWorkflowHandle[Any, ChangeOutcome]
_BEFORE_LOCK = frozenset({Stage.SIGNED, Stage.ACCOUNT_CHANGE})


async def contract_is_signed(desk: LoanDesk) -> bool:
    """On an award notice: wait for the signed contract and read the account written in it (kunming/2.3.4)."""
    while desk.loan.contract is None:
        if not await desk.until(lambda: desk.loan.contract_reported is not None):
            return False
        filing_number = desk.loan.contract_reported or ""
        try:
            contract = await desk.outside.call(ProcurementActivities.contract, filing_number, "查询备案合同")
            fault = contract_faults(contract, desk.loan) or _altered_or_not_ours(desk, contract)
        except ActivityError as error:
            contract, fault = None, refusal_in(error)
        if desk.has_ended:
            return False
        if fault is not None:
            not_found = facts.ContractNotFound(filing_number=filing_number, reason=fault)
            desk.book.append(not_found, workflow.now())
        elif contract is not None:
            desk.book.append(facts.ContractChecked(contract=contract), workflow.now())
    return not desk.has_ended


def _altered_or_not_ours(desk: LoanDesk, contract: Contract | None) -> Words | None:
    """The contract says what its award says, and names this lender, if it names any (luoyang/2.5, kunming/2.3.4)."""
    award, offer, bank_name = desk.loan.award, desk.loan.offer, desk.rules.product.bank_name
    if contract is None or award is None or offer is None:
        return None
    other = names_another_lender(contract, (bank_name, offer.designated_account.bank_name))
    fault = joined((*alterations(award, contract), *((other,) if other else ())))
    return fault if fault and Since.CONTRACT_IS_READ_TO_THE_END.holds() else None


async def account_agrees(desk: LoanDesk) -> bool:
    """Change the contract's account if it is not the lender's; a refusal can be asked again (hanyang/4.1.4)."""
    change: _Change | None = None
    while desk.loan.stage in _BEFORE_LOCK and _account_differs(desk):
        if desk.loan.change_id is None and desk.loan.change_ended is None:
            change = await _open_account_change(desk)
        if not await desk.until(partial(_is_over, desk, change)):
            return False
        if desk.loan.change_id is not None:
            if Since.CHANGE_STOPPED_BY_FORCE_IS_NOTICED.holds():
                desk.book.append(desk.orders.change_stopped(desk.loan.change_id), workflow.now())
            elif not await desk.until(lambda: desk.loan.change_id is None):
                return False
        if not _account_differs(desk):
            break
        if not await desk.until(lambda: desk.loan.change_ended is None):
            return False
    return not desk.has_ended


def _account_differs(desk: LoanDesk) -> bool:
    contract, offer = desk.loan.contract, desk.loan.offer
    return (
        contract is not None
        and offer is not None
        and is_change_needed(contract.collection_account, offer.designated_account)
    )


async def _open_account_change(desk: LoanDesk) -> _Change:
    order = desk.orders.account_change()
    timed = tuple(rule for rule in desk.rules.platform_clocks if rule.clock.is_of_account_change)
    opened = facts.AccountChangeOpened(
        change_id=order.change_id, old_account=order.old_account, new_account=order.new_account
    )
    desk.book.append(opened, workflow.now())
    return await workflow.start_child_workflow(
        AccountChange.run,
        AccountChangeStart(
            order=order,
            clocks=timed,
            calendars=desk.book.adoptions,
            reported=True,
            lender=desk.rules.product,
        ),
        id=temporal.change_workflow_id(order.change_id),
        parent_close_policy=ParentClosePolicy.ABANDON,
        search_attributes=temporal.change_attributes(order.region),
        static_summary=temporal.change_summary(order.change_id, order.filing_number),
        static_details=f"- 地区：{order.region}\n- 贷款：{order.loan_id}\n- 合同备案号：{order.filing_number}",
    )


def _is_over(desk: LoanDesk, change: _Change | None) -> bool:
    """It says so itself; one that was stopped by force cannot."""
    stopped = change is not None and change.done() and not change.cancelled() and change.exception() is not None
    return desk.loan.change_id is None or stopped


async def lock_account(desk: LoanDesk) -> bool:
    """The budget system pays this contract into this account from now on; a no ends the application (kunming/2.3.5)."""
    if desk.loan.stage not in _BEFORE_LOCK:
        return not desk.has_ended
    order = desk.orders.account_lock()
    try:
        await desk.outside.call(TreasuryActivities.lock_account, order, "预算系统锁定回款账户")
    except ActivityError as error:
        if not desk.has_ended:
            reason = refusal_in(error).after("回款账户无法锁定", "the collection account cannot be locked")
            desk.book.append(facts.ApplicationLapsed(clock=None, reason=reason), workflow.now())
        return False
    if not desk.has_ended:
        desk.book.append(facts.AccountLocked(account=order.account), workflow.now())
        return True
    release = desk.orders.account_release()
    await desk.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED)
    return False
