"""Disbursement 放款: the seventh step of a loan. Money leaves the bank once, into the locked account."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.bank import BankActivities
from activities.receivables import ReceivablesActivities
from workflows.loan_desk import LoanDesk
from workflows.outside import refusal_in
from zhengcaidai.messages import facts
from zhengcaidai.messages.orders import DisbursementReceipt
from zhengcaidai.rules import errands
from zhengcaidai.rules.lending import account_locked_on, receipt_fault
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["Disbursement"]


class Disbursement(LoanDesk):
    """放款指令 → 银行付款 → 回单."""

    async def disburse(self) -> bool:
        """Once, whatever fails: the key is in the journal, and the lock in the database, before the bank is called."""
        if self.loan.disbursed is not None:
            return True
        while self.loan.disbursed is None:
            if not await self.until(self._may_be_paid_out):
                return False
            if self.loan.disbursed is not None:
                break
            if self.loan.ordered is None:
                self.book.append(self.orders.disbursement_ordered(), workflow.now())
            await self.recorded(self.loan.sequence)
            if not self.book.is_online:
                await self.until(lambda: self.loan.ordered is None)
                continue
            if self.loan.is_held and workflow.patched("nothing-leaves-while-held"):
                continue
            try:
                receipt = await self._bank_pays_out()
            except ActivityError as error:
                if self.loan.ordered is not None:
                    refused = facts.DisbursementRefused(reason=refusal_in(error))
                    self.book.append(refused, workflow.now())
                continue
            if receipt is not None and self.loan.ordered is not None:
                self._book_receipt(receipt)
        self.outside.send(ReceivablesActivities.deal, self.orders.deal_sheet(), errands.DEAL_TO_PLATFORM)
        return True

    async def _bank_pays_out(self) -> DisbursementReceipt | None:
        """None: a court's order or a suspicion came before the answer. The bank is not called on; whether money has left is
        for its people to say, or for its system, under the same key, once the hold is lifted (hanyang/3).
        """
        paying = asyncio.create_task(self.outside.call(BankActivities.disburse, self.orders.disbursement(), "银行放款"))
        await workflow.wait_condition(lambda: paying.done() or self.loan.is_held)
        if paying.done() or not workflow.patched("nothing-leaves-while-held"):
            return await paying
        paying.cancel()
        await workflow.wait((paying,))
        return None

    def _book_receipt(self, receipt: DisbursementReceipt) -> None:
        """An odd receipt says neither that money has left nor that it has not: the instruction stands until the bank has."""
        today = shanghai_date(workflow.now())
        odd = receipt_fault(receipt, self.orders.disbursement(), locked_on=account_locked_on(self.loan), today=today)
        if odd is not None and workflow.patched("an-odd-receipt-is-a-doubt"):
            self.book.append(facts.DisbursementInDoubt(reason=odd), workflow.now())
        elif odd is not None and receipt.amount_fen != self.orders.disbursement().amount_fen:
            self.book.append(facts.DisbursementRefused(reason=odd), workflow.now())
        else:
            self.paid_out(receipt)

    def _may_be_paid_out(self) -> bool:
        """An online bank's system is called, an offline bank's people are asked. A hold or a refusal stops the instruction."""
        loan = self.loan
        if loan.disbursed is not None or (loan.ordered is not None and not self.book.is_online):
            return True
        return not loan.is_held and loan.disbursement_refusal is None
