"""Repayment 还款与结清: the eighth and ninth step of a loan, from the first payment into the locked account to the last.

Each payment is swept to the loan; a settled loan is watched for a payment that comes back, which reopens it (kunming/2.3.6).
"""

from datetime import datetime, time, timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.bank import BankActivities
from activities.records import RecordActivities
from activities.treasury import TreasuryActivities
from workflows.loan_desk import LoanDesk
from workflows.outside import refusal_in
from workflows.since import Since
from zhengcaidai.messages import facts
from zhengcaidai.messages.money import LedgerEntry
from zhengcaidai.messages.orders import AccountLockOrder
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import FileFundUsePlan
from zhengcaidai.rules import errands
from zhengcaidai.rules.receipts import is_refund, unswept
from zhengcaidai.rules.working_days import SHANGHAI

__all__ = ["repay_and_settle"]

_WATCH = timedelta(days=30)
"""How long a settled loan is still watched for a payment that comes back."""
_CALLED_BACK = timedelta(days=1)
"""A loan that was reopened after its watch waits this long for the step that it was reopened for."""


async def repay_and_settle(desk: LoanDesk) -> None:
    """Until the loan is settled and its watch is over; a payment that comes back begins it anew."""
    while True:
        if desk.loan.stage is not Stage.SETTLED:
            await _repay(desk)
            await _settle(desk)
        if not await _reopened(desk):
            await desk.outside.finished()
            if not _unbooked(desk):
                return


async def _repay(desk: LoanDesk) -> None:
    """Each payment into the locked account is swept to the loan, until nothing is owed (kunming/2.3.6)."""
    while not _is_settled(desk) or _unbooked(desk) or _is_plan_pending(desk):
        await desk.until(lambda: bool(_unbooked(desk)) or _is_settled(desk) or bool(_plans_to_submit(desk)))
        for plan in _plans_to_submit(desk):
            desk.plans_submitted.append(plan.plan_number)
            desk.outside.background(_submit_plan(desk, plan))
        await _sweep(desk)


def _plans_to_submit(desk: LoanDesk) -> list[FileFundUsePlan]:
    return [plan for plan in desk.loan.plans if plan.plan_number not in desk.plans_submitted]


def _is_plan_pending(desk: LoanDesk) -> bool:
    """A plan that was taken while the last money was being swept still goes to the treasury."""
    return bool(_plans_to_submit(desk)) and Since.EVERY_PLAN_GOES_TO_THE_TREASURY.holds()


async def _submit_plan(desk: LoanDesk, plan: FileFundUsePlan) -> None:
    """A plan that the treasury refuses is off the table; its number may be filed again."""
    order, summary = desk.orders.fund_use_plan(plan), f"用款计划 {plan.plan_number} 提交国库"
    try:
        await desk.outside.call(TreasuryActivities.submit_plan, order, summary)
    except ActivityError as error:
        refused = facts.FundUsePlanRefused(plan_number=plan.plan_number, reason=refusal_in(error))
        desk.book.append(refused, workflow.now())
        desk.plans_submitted.remove(plan.plan_number)


def _unbooked(desk: LoanDesk) -> tuple[LedgerEntry, ...]:
    """What the bank is still to book, surplus that came back from the supplier's bank included."""
    entries = unswept(desk.loan)
    if any(map(is_refund, entries)) and not Since.RETURNED_SURPLUS_GOES_OUT_AGAIN.holds():
        return tuple(entry for entry in entries if not is_refund(entry))
    return entries


async def _sweep(desk: LoanDesk) -> None:
    entries = _unbooked(desk)
    if not entries:
        return
    if desk.book.is_online:
        await desk.outside.insist(BankActivities.sweep, desk.orders.sweep(entries), errands.SWEEP)
    desk.book.append(desk.orders.swept(entries), workflow.now())


def _is_settled(desk: LoanDesk) -> bool:
    statement = desk.book.statement(workflow.now())
    return statement is not None and statement.settled


async def _settle(desk: LoanDesk) -> None:
    desk.book.append(desk.orders.settled(), workflow.now())
    release = desk.orders.account_release()
    await desk.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED_SETTLED)
    desk.book.append(facts.LockReleased(), workflow.now())
    desk.tell_end()
    await desk.outside.deliver(RecordActivities.release, desk.loan.loan_id, errands.CLAIM_RELEASED)


async def _reopened(desk: LoanDesk) -> bool:
    """A settled loan is watched for a payment that comes back; money for it meanwhile is all the supplier's."""
    until = max(desk.book.settled_at + _WATCH, workflow.info().start_time + _CALLED_BACK)
    if desk.called_back_on is not None:  # on a test clock that day may be far ahead of the start
        until = max(until, datetime.combine(desk.called_back_on, time(), SHANGHAI) + 2 * _CALLED_BACK)
    while True:
        if _unbooked(desk) and not _is_settled(desk):
            await _reopen(desk)
            return True
        await _sweep(desk)
        left = until - workflow.now()
        if left <= timedelta():
            return False
        words = "结清后观察期：退汇将重新打开贷款"
        try:
            await desk.until(lambda: bool(_unbooked(desk)), within=left, timeout_summary=words)
        except TimeoutError:
            return False


async def _reopen(desk: LoanDesk) -> None:
    desk.book.append(desk.orders.reopened(), workflow.now())
    await desk.outside.deliver(RecordActivities.claim, desk.orders.claim(), errands.CLAIM_AGAIN)
    lock = desk.orders.account_lock()
    desk.outside.background(_lock_again(desk, lock))


async def _lock_again(desk: LoanDesk, lock: AccountLockOrder) -> None:
    """Beside the repayment: money that comes is swept even while the budget system refuses the lock.

    While nothing was locked, the contract's account may have changed.
    """
    if Since.LOCKED_AGAIN_ON_TODAYS_ACCOUNT.holds():
        call, what = desk.outside.call, "查询合同现在的收款账户"
        account = await call(TreasuryActivities.account_of, lock.filing_number, what)
        if account is not None and not account.same_as(lock.account):
            desk.book.append(facts.ContractAccountChanged(account=account), workflow.now())
            lock = desk.orders.account_lock()
    wanted = await desk.outside.insist(
        TreasuryActivities.lock_account, lock, errands.LOCK_AGAIN, while_wanted=lambda: _is_lock_wanted(desk)
    )
    if not wanted:
        return
    if _is_lock_wanted(desk):
        desk.book.append(facts.AccountLocked(account=lock.account), workflow.now())
    else:  # the loan was settled meanwhile, and its release had nothing to release
        release = desk.orders.account_release()
        await desk.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED_SETTLED)


def _is_lock_wanted(desk: LoanDesk) -> bool:
    return desk.loan.stage is not Stage.SETTLED or not Since.NO_LOCK_ON_A_SETTLED_LOAN.holds()
