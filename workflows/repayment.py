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
from zhengcaidai.messages import facts
from zhengcaidai.messages.money import LedgerEntry
from zhengcaidai.messages.orders import AccountLockOrder
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import FileFundUsePlan
from zhengcaidai.rules import errands
from zhengcaidai.rules.receipts import is_refund, unswept
from zhengcaidai.rules.working_days import SHANGHAI

__all__ = ["Repayment"]

_WATCH = timedelta(days=30)
"""How long a settled loan is still watched for a payment that comes back."""
_CALLED_BACK = timedelta(days=1)
"""How long a loan that was taken out of the files again, after its watch, waits for the step it was taken out for."""


class Repayment(LoanDesk):
    """回款 → 扣款 → 结清 → 观察期."""

    async def repay_and_settle(self) -> None:
        """Until the loan is settled and its watch is over; a payment that comes back begins it anew."""
        while True:
            if self.loan.stage is not Stage.SETTLED:
                await self._repay()
                await self._settle()
            if not await self._reopened():
                await self.outside.finished()
                if not self._unbooked:
                    return

    async def _repay(self) -> None:
        """Each payment into the locked account is swept to the loan, until nothing is owed (kunming/2.3.6)."""
        while not self._is_settled or self._unbooked or self._is_plan_pending:
            await self.until(lambda: bool(self._unbooked) or self._is_settled or bool(self._plans_to_submit))
            for plan in self._plans_to_submit:
                self.plans_submitted.append(plan.plan_number)
                self.outside.background(self._submit_plan(plan))
            await self._sweep()

    @property
    def _plans_to_submit(self) -> list[FileFundUsePlan]:
        return [plan for plan in self.loan.plans if plan.plan_number not in self.plans_submitted]

    @property
    def _is_plan_pending(self) -> bool:
        """A plan that was taken while the last money was being swept still goes to the treasury."""
        return bool(self._plans_to_submit) and workflow.patched("every-plan-goes-to-the-treasury")

    async def _submit_plan(self, plan: FileFundUsePlan) -> None:
        """A plan that the treasury refuses is off the table; its number may be filed again."""
        order, summary = self.orders.fund_use_plan(plan), f"用款计划 {plan.plan_number} 提交国库"
        try:
            await self.outside.call(TreasuryActivities.submit_plan, order, summary)
        except ActivityError as error:
            refused = facts.FundUsePlanRefused(plan_number=plan.plan_number, reason=refusal_in(error))
            self.book.append(refused, workflow.now())
            self.plans_submitted.remove(plan.plan_number)

    @property
    def _unbooked(self) -> tuple[LedgerEntry, ...]:
        """What the bank is still to book. Loans begun earlier forgot surplus that came back from the supplier's bank."""
        entries = unswept(self.loan)
        if any(map(is_refund, entries)) and not workflow.patched("returned-surplus-goes-out-again"):
            return tuple(entry for entry in entries if not is_refund(entry))
        return entries

    async def _sweep(self) -> None:
        entries = self._unbooked
        if not entries:
            return
        if self.book.is_online:
            await self.outside.insist(BankActivities.sweep, self.orders.sweep(entries), errands.SWEEP)
        self.book.append(self.orders.swept(entries), workflow.now())

    @property
    def _is_settled(self) -> bool:
        statement = self.book.statement(workflow.now())
        return statement is not None and statement.settled

    async def _settle(self) -> None:
        self.book.append(self.orders.settled(), workflow.now())
        release = self.orders.account_release()
        await self.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED_SETTLED)
        self.book.append(facts.LockReleased(), workflow.now())
        self.tell_end()
        await self.outside.deliver(RecordActivities.release, self.loan.loan_id, errands.CLAIM_RELEASED)

    async def _reopened(self) -> bool:
        """A settled loan is watched for a payment that comes back; money for it meanwhile is all the supplier's."""
        until = max(self.book.settled_at + _WATCH, workflow.info().start_time + _CALLED_BACK)
        if self.called_back_on is not None:  # on a test clock that day may be far ahead of the start
            until = max(until, datetime.combine(self.called_back_on, time(), SHANGHAI) + 2 * _CALLED_BACK)
        while True:
            if self._unbooked and not self._is_settled:
                await self._reopen()
                return True
            await self._sweep()
            left = until - workflow.now()
            if left <= timedelta():
                return False
            words = "结清后观察期：退汇将重新打开贷款"
            try:
                await self.until(lambda: bool(self._unbooked), within=left, timeout_summary=words)
            except TimeoutError:
                return False

    async def _reopen(self) -> None:
        self.book.append(self.orders.reopened(), workflow.now())
        await self.outside.deliver(RecordActivities.claim, self.orders.claim(), errands.CLAIM_AGAIN)
        lock = self.orders.account_lock()
        self.outside.background(self._lock_again(lock))

    async def _lock_again(self, lock: AccountLockOrder) -> None:
        """Beside the repayment: money that comes is swept even while the budget system refuses the lock.

        While nothing was locked, the contract's account may have changed.
        """
        if workflow.patched("locked-again-on-todays-account"):
            call, what = self.outside.call, "查询合同现在的收款账户"
            account = await call(TreasuryActivities.account_of, lock.filing_number, what)
            if account is not None and not account.same_as(lock.account):
                self.book.append(facts.ContractAccountChanged(account=account), workflow.now())
                lock = self.orders.account_lock()
        wanted = await self.outside.insist(
            TreasuryActivities.lock_account, lock, errands.LOCK_AGAIN, while_wanted=self._is_lock_wanted
        )
        if not wanted:
            return
        if self._is_lock_wanted():
            self.book.append(facts.AccountLocked(account=lock.account), workflow.now())
        else:  # the loan was settled meanwhile, and its release had nothing to release
            release = self.orders.account_release()
            await self.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED_SETTLED)

    def _is_lock_wanted(self) -> bool:
        return self.loan.stage is not Stage.SETTLED or not workflow.patched("no-lock-on-a-settled-loan")
