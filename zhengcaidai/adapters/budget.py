"""预算管理一体化系统 and the treasury behind it, over HTTP."""

import httpx

from zhengcaidai.adapters.http import OutsideSystem, SystemName, segment
from zhengcaidai.config import OutsideAddress
from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.orders import AccountLockOrder, AccountUpdate, FundUsePlan

__all__ = ["HttpBudgetSystem"]

_NAME = SystemName("预算管理一体化系统", "budget system")


class HttpBudgetSystem:
    """The port `BudgetSystem`."""

    def __init__(self, address: OutsideAddress, client: httpx.AsyncClient) -> None:
        self._system = OutsideSystem(_NAME, address, client)

    async def collection_account(self, filing_number: str) -> Account | None:
        """回款账户 as the budget system has it, or None."""
        return await self._system.find(f"/contracts/{segment(filing_number)}/account", Account)

    async def change_account(self, update: AccountUpdate) -> None:
        """合同收款账户变更."""
        await self._system.tell("/account-changes", update)

    async def lock_account(self, order: AccountLockOrder) -> None:
        """账户锁定."""
        await self._system.tell("/locks", order)

    async def release_account(self, order: AccountLockOrder) -> None:
        """解除锁定."""
        await self._system.tell("/releases", order)

    async def submit_plan(self, plan: FundUsePlan) -> None:
        """用款计划."""
        await self._system.tell("/plans", plan)
