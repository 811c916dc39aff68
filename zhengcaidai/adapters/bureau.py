"""财政部门 over HTTP: what is reported to it."""

import httpx

from zhengcaidai.adapters.http import OutsideSystem, SystemName
from zhengcaidai.config import OutsideAddress
from zhengcaidai.messages.orders import BreachReport, FraudReport, OverdueReport

__all__ = ["HttpFinanceBureau"]

_NAME = SystemName("财政部门监管系统", "finance bureau's system")


class HttpFinanceBureau:
    """The port `FinanceBureau`."""

    def __init__(self, address: OutsideAddress, client: httpx.AsyncClient) -> None:
        self._system = OutsideSystem(_NAME, address, client)

    async def fraud(self, report: FraudReport) -> None:
        """虚假合同报告."""
        await self._system.tell("/fraud-reports", report)

    async def breached(self, report: BreachReport) -> None:
        """超时通报."""
        await self._system.tell("/breaches", report)

    async def late_payment(self, report: OverdueReport) -> None:
        """拖延付款报告."""
        await self._system.tell("/late-payments", report)
