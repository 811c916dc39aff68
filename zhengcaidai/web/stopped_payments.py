"""拦截付款 told to its loan: the answer was given and logged before; the report follows as soon as Temporal answers.

What is still to be told is not remembered but found: a stopped payment that its loan's journal does not have. So nothing is
lost when a process dies, and telling twice changes nothing, since the loan knows a check by its number. It is told in the
name of whoever asked.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowUpdateFailedError

from zhengcaidai.errors import Refusal
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import SYSTEM, Principal
from zhengcaidai.messages.steps import Receipt, ReportStoppedPayment, TakenStep
from zhengcaidai.store.paging import MAX_PAGE, PageRequest
from zhengcaidai.store.payments import PaymentChecks, StoppedPayment
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.store.scopes import Scope
from zhengcaidai.temporal import loan_workflow_id
from zhengcaidai.web.gateway import Workflows
from zhengcaidai.web.keys import RequestFingerprint
from zhengcaidai.web.rounds import one_round

__all__ = ["StoppedPaymentReporter"]

_LOOK_BACK = timedelta(days=7)
_LOOK_EVERY_SECONDS = 30
_ALL = Scope.of(SYSTEM)
_LOG = logging.getLogger("zhengcaidai.web")


class StoppedPaymentReporter:
    """Runs beside the API; `wake` when a payment was stopped just now."""

    def __init__(self, payments: PaymentChecks, loans: LoanQueries, workflows: Workflows) -> None:
        self._payments = payments
        self._loans = loans
        self._workflows = workflows
        self._wake = asyncio.Event()
        self._told: dict[tuple[str, str], datetime] = {}
        """Checks that this process has seen told or refused, and when each was made: not looked up again."""

    def wake(self) -> None:
        """Look now."""
        self._wake.set()

    async def run(self) -> None:
        """For as long as the API lives."""
        while True:
            self._wake.clear()
            await one_round("telling of stopped payments", self.report())
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._wake.wait()

    async def report(self) -> None:
        """Tell every loan of what was stopped for it lately. Raises OutsideDown."""
        since, cursor = datetime.now(UTC) - _LOOK_BACK, None
        self._told = {number: checked_at for number, checked_at in self._told.items() if checked_at >= since}
        while True:
            page = await self._payments.stopped(_ALL, PageRequest(limit=MAX_PAGE, cursor=cursor))
            for stopped in page.items:
                if stopped.checked_at < since:
                    return
                if _number_of(stopped) not in self._told:
                    await self._tell(stopped)
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _tell(self, stopped: StoppedPayment) -> None:
        check_id, loan_id = stopped.answer.check_id, stopped.answer.loan_id or ""
        by = stopped.by
        if not any(_reports(entry, by, check_id) for entry in await self._loans.journal(_ALL, loan_id)):
            step = ReportStoppedPayment(
                check_id=check_id, amount_fen=stopped.amount_fen, account_masked=stopped.account_masked
            )
            key = RequestFingerprint(by.organisation_id, check_id, "stopped-payment", b"").key
            try:
                await self._workflows.take(
                    loan_workflow_id(loan_id), TakenStep[ReportStoppedPayment](step=step, by=by, key=key), Receipt
                )
            except (Refusal, WorkflowUpdateFailedError) as no:  # the same key is answered so however often it is asked
                kind = type(no).__name__
                _LOG.warning("loan %s did not take the report of stopped payment %s: %s", loan_id, check_id, kind)
        self._told[_number_of(stopped)] = stopped.checked_at


def _number_of(stopped: StoppedPayment) -> tuple[str, str]:
    return stopped.by.organisation_id, stopped.answer.check_id


def _reports(entry: Entry, by: Principal, check_id: str) -> bool:
    event, told_by = entry.event, entry.by.organisation_id
    return isinstance(event, ReportStoppedPayment) and (told_by, event.check_id) == (by.organisation_id, check_id)
