"""Early end 提前终结: a loan that was refused, rejected, withdrawn or lapsed before its money came."""

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from activities.records import RecordActivities
from activities.treasury import TreasuryActivities
from workflows.loan_desk import LoanDesk
from zhengcaidai import temporal
from zhengcaidai.messages import facts
from zhengcaidai.messages.words import Words
from zhengcaidai.rules import errands

__all__ = ["EarlyEnd"]


class EarlyEnd(LoanDesk):
    """解除占用、告知各方；撤回并转投时把材料带到另一家银行."""

    async def end_early(self) -> None:
        """Free what was taken, tell who was told."""
        if self.loan.change_id is not None:
            await self._stop_change(self.loan.change_id)
        if self.loan.locked_account is not None:
            release = self.orders.account_release()
            await self.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED)
            self.book.append(facts.LockReleased(), workflow.now())
        if self.loan.resent_to is None or not await self._resend():
            await self.outside.deliver(RecordActivities.release, self.loan.loan_id, errands.CLAIM_RELEASED)
        if self.loan.award is not None:
            self.tell_end()

    async def _stop_change(self, change_id: str) -> None:
        change = workflow.get_external_workflow_handle(temporal.change_workflow_id(change_id))
        try:
            await change.signal("loan_ended")
        except ApplicationError:
            workflow.logger.info("account change %s was through already", change_id)

    async def _resend(self) -> bool:
        """撤回并转投: the same application, its materials included, at another bank; it takes the contract over."""
        start = self.orders.resent()
        application = start.application
        try:
            _ = await workflow.start_child_workflow(
                workflow.info().workflow_type,  # a loan again
                start,
                id=temporal.loan_workflow_id(application.loan_id),
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=ParentClosePolicy.ABANDON,
                search_attributes=temporal.starting_attributes(application.region, application.bank_id),
                static_summary=temporal.static_summary(
                    application.loan_id, application.amount_fen, application.bank_id
                ),
                static_details=temporal.static_details(application),
            )
        except WorkflowAlreadyStartedError:
            reason = Words(
                zh=f"贷款编号 {application.loan_id} 已被占用", en=f"the loan number {application.loan_id} is taken"
            )
            taken = facts.DeliveryRefused(what=errands.SENT_ON, reason=reason)
            self.book.append(taken, workflow.now())
            return False
        return True
