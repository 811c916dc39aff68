"""采购网 / 电子化采购系统 over HTTP."""

from datetime import date

import httpx

from zhengcaidai.adapters.http import OutsideSystem, SystemName, segment
from zhengcaidai.config import OutsideAddress
from zhengcaidai.messages.orders import AccountUpdate
from zhengcaidai.messages.procurement import Award, BadRecord, Contract

__all__ = ["HttpProcurementSystem"]

_NAME = SystemName("政府采购系统", "procurement system")


class HttpProcurementSystem:
    """The port `ProcurementSystem`."""

    def __init__(self, address: OutsideAddress, client: httpx.AsyncClient) -> None:
        self._system = OutsideSystem(_NAME, address, client)

    async def award(self, award_number: str) -> Award | None:
        """中标（成交）通知书, or None."""
        return await self._system.find(f"/awards/{segment(award_number)}", Award)

    async def contract(self, filing_number: str) -> Contract | None:
        """The filed contract, or None."""
        return await self._system.find(f"/contracts/{segment(filing_number)}", Contract)

    async def bad_record(self, uscc: str, on: date) -> BadRecord | None:
        """不良行为记录 in force on that day, or None."""
        return await self._system.find(f"/bad-records/{segment(uscc)}", BadRecord, on=on.isoformat())

    async def account_changed(self, update: AccountUpdate) -> None:
        """账户变更."""
        await self._system.tell("/account-changes", update)
