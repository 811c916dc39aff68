"""Disbursement 放款: the seventh step of a loan. Money leaves the bank once, into the locked account."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.bank import BankActivities
from activities.receivables import ReceivablesActivities
from workflows.loan_desk import LoanDesk
from workflows.outside import refusal_in
from workflows.since import Since
from zhengcaidai.messages import facts
from zhengcaidai.messages.orders import DisbursementReceipt
from zhengcaidai.rules import errands
from zhengcaidai.rules.lending import account_locked_on, receipt_fault
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["disburse"]


async def disburse(desk: LoanDesk) -> bool:
    """Once, whatever fails: the key is in the journal, and the lock in the database, before the bank is called."""
    if desk.loan.disbursed is not None:
        return True
    while desk.loan.disbursed is None:
        if not await desk.until(lambda: _may_be_paid_out(desk)):
            return False
        if desk.loan.disbursed is not None:
            break
        if desk.loan.ordered is None:
            desk.book.append(desk.orders.disbursement_ordered(), workflow.now())
        await desk.recorded(desk.loan.sequence)
        if not desk.book.is_online:
            await desk.until(lambda: desk.loan.ordered is None)
            continue
        if desk.loan.is_held and Since.NOTHING_LEAVES_WHILE_HELD.holds():
            continue
        try:
            receipt = await _bank_pays_out(desk)
        except ActivityError as error:
            if desk.loan.ordered is not None:
                refused = facts.DisbursementRefused(reason=refusal_in(error))
                desk.book.append(refused, workflow.now())
            continue
        if receipt is not None and desk.loan.ordered is not None:
            _book_receipt(desk, receipt)
    desk.outside.send(ReceivablesActivities.deal, desk.orders.deal_sheet(), errands.DEAL_TO_PLATFORM)
    return True


async def _bank_pays_out(desk: LoanDesk) -> DisbursementReceipt | None:
    """None: a court's order or a suspicion came before the answer. The bank is not called on; whether money has left is
    for its people to say, or for its system, under the same key, once the hold is lifted (hanyang/3).
    """
    paying = asyncio.create_task(desk.outside.call(BankActivities.disburse, desk.orders.disbursement(), "银行放款"))
    await workflow.wait_condition(lambda: paying.done() or desk.loan.is_held)
    if paying.done() or not Since.NOTHING_LEAVES_WHILE_HELD.holds():
        return await paying
    paying.cancel()
    await workflow.wait((paying,))
    return None


def _book_receipt(desk: LoanDesk, receipt: DisbursementReceipt) -> None:
    """An odd receipt says neither that money has left nor that it has not: the instruction stands until the bank has."""
    today = shanghai_date(workflow.now())
    odd = receipt_fault(receipt, desk.orders.disbursement(), locked_on=account_locked_on(desk.loan), today=today)
    if odd is not None and Since.ODD_RECEIPT_IS_A_DOUBT.holds():
        desk.book.append(facts.DisbursementInDoubt(reason=odd), workflow.now())
    elif odd is not None and receipt.amount_fen != desk.orders.disbursement().amount_fen:
        desk.book.append(facts.DisbursementRefused(reason=odd), workflow.now())
    else:
        desk.paid_out(receipt)


def _may_be_paid_out(desk: LoanDesk) -> bool:
    """An online bank's system is called, an offline bank's people are asked. A hold or a refusal stops the instruction."""
    loan = desk.loan
    if loan.disbursed is not None or (loan.ordered is not None and not desk.book.is_online):
        return True
    return not loan.is_held and loan.disbursement_refusal is None
