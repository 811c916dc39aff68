"""中征应收账款融资服务平台 over HTTP."""

import httpx

from zhengcaidai.adapters.http import OutsideSystem, SystemName, segment
from zhengcaidai.config import OutsideAddress
from zhengcaidai.messages.orders import AccountUpdate, ApplicationPush, DealSheet, EndReport
from zhengcaidai.messages.procurement import ReceivableConfirmation

__all__ = ["HttpReceivablesPlatform"]

_NAME = SystemName("应收账款融资服务平台", "receivables platform")


class HttpReceivablesPlatform:
    """The port `ReceivablesPlatform`."""

    def __init__(self, address: OutsideAddress, client: httpx.AsyncClient) -> None:
        self._system = OutsideSystem(_NAME, address, client)

    async def confirm(self, award_number: str) -> ReceivableConfirmation:
        """应收账款确认; an award that the platform does not know is an answer too, not an error."""
        return await self._system.read(f"/receivables/{segment(award_number)}/confirmation", ReceivableConfirmation)

    async def push_application(self, push: ApplicationPush) -> None:
        """融资申请."""
        await self._system.tell("/applications", push)

    async def deal(self, sheet: DealSheet) -> None:
        """融资成交单."""
        await self._system.tell("/deals", sheet)

    async def account_changed(self, update: AccountUpdate) -> None:
        """账户变更反馈."""
        await self._system.tell("/account-changes", update)

    async def ended(self, report: EndReport) -> None:
        """The loan has ended."""
        await self._system.tell("/ended", report)
