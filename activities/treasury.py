"""预算管理一体化系统与国库: the contract's account, its lock, and the plans for paying into it."""

from temporalio import activity

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.orders import AccountLockOrder, AccountUpdate, FundUsePlan
from zhengcaidai.ports import BudgetSystem

__all__ = ["TreasuryActivities"]


class TreasuryActivities:
    """What a loan asks of the budget system and the treasury."""

    def __init__(self, budget: BudgetSystem) -> None:
        self._budget = budget

    @activity.defn(name="treasury.change_account")
    async def change_account(self, update: AccountUpdate) -> None:
        """合同收款账户变更 (hanyang/4.1.4, jilin/4.2)."""
        await self._budget.change_account(update)

    @activity.defn(name="treasury.account_of")
    async def account_of(self, filing_number: str) -> Account | None:
        """合同现在的收款账户, by which money goes."""
        return await self._budget.collection_account(filing_number)

    @activity.defn(name="treasury.lock_account")
    async def lock_account(self, order: AccountLockOrder) -> None:
        """账户锁定 (luoyang/2.3, kunming/2.3.5)."""
        await self._budget.lock_account(order)

    @activity.defn(name="treasury.release_account")
    async def release_account(self, order: AccountLockOrder) -> None:
        """解除锁定."""
        await self._budget.release_account(order)

    @activity.defn(name="treasury.submit_plan")
    async def submit_plan(self, plan: FundUsePlan) -> None:
        """用款计划 (kunming/2.3.6)."""
        await self._budget.submit_plan(plan)
