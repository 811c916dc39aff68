"""Banks' systems over HTTP, by bank id; an offline bank has no more than an address for notices."""

from collections.abc import Callable

import httpx

from zhengcaidai.adapters.http import OutsideSystem, SystemName
from zhengcaidai.config import OutsideAddress
from zhengcaidai.messages.orders import (
    ApplicationPush,
    BreachReport,
    DisbursementOrder,
    DisbursementReceipt,
    EndReport,
    SweepOrder,
)

__all__ = ["HttpBank"]


class HttpBank:
    """The port `Bank`. `address_of` gives each bank's own address and token."""

    def __init__(self, address_of: Callable[[str], OutsideAddress], client: httpx.AsyncClient) -> None:
        self._address_of = address_of
        self._client = client

    async def push_application(self, push: ApplicationPush) -> None:
        """推送申请."""
        await self._system(push.application.bank_id).tell("/applications", push)

    async def disburse(self, order: DisbursementOrder) -> DisbursementReceipt:
        """放款: the bank keeps the key; asked again by the same key, it gives its first answer."""
        return await self._system(order.bank_id).ask("/disbursements", order, DisbursementReceipt)

    async def sweep(self, order: SweepOrder) -> None:
        """扣款还贷."""
        await self._system(order.bank_id).tell("/sweeps", order)

    async def ended(self, bank_id: str, report: EndReport) -> None:
        """The loan has ended."""
        await self._system(bank_id).tell("/ended", report)

    async def breached(self, report: BreachReport) -> None:
        """超时通报; an account change that no loan waits for has no bank to be told."""
        if report.bank_id is not None:
            await self._system(report.bank_id).tell("/breaches", report)

    def _system(self, bank_id: str) -> OutsideSystem:
        name = SystemName(f"银行 {bank_id} ", f"bank {bank_id}")
        return OutsideSystem(name, self._address_of(bank_id), self._client)
