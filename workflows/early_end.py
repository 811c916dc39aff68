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

__all__ = ["end_early"]


async def end_early(desk: LoanDesk) -> None:
    """Free what was taken, tell who was told."""
    if desk.loan.change_id is not None:
        await _stop_change(desk.loan.change_id)
    if desk.loan.locked_account is not None:
        release = desk.orders.account_release()
        await desk.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED)
        desk.book.append(facts.LockReleased(), workflow.now())
    if desk.loan.resent_to is None or not await _resend(desk):
        await desk.outside.deliver(RecordActivities.release, desk.loan.loan_id, errands.CLAIM_RELEASED)
    if desk.loan.award is not None:
        desk.tell_end()


async def _stop_change(change_id: str) -> None:
    change = workflow.get_external_workflow_handle(temporal.change_workflow_id(change_id))
    try:
        await change.signal("loan_ended")
    except ApplicationError:
        workflow.logger.info("account change %s was through already", change_id)


async def _resend(desk: LoanDesk) -> bool:
    """撤回并转投: the same application, its materials included, at another bank; it takes the contract over."""
    start = desk.orders.resent()
    application = start.application
    try:
        _ = await workflow.start_child_workflow(
            workflow.info().workflow_type,  # a loan again
            start,
            id=temporal.loan_workflow_id(application.loan_id),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            parent_close_policy=ParentClosePolicy.ABANDON,
            search_attributes=temporal.starting_attributes(application.region, application.bank_id),
            static_summary=temporal.static_summary(application.loan_id, application.amount_fen, application.bank_id),
            static_details=temporal.static_details(application),
        )
    except WorkflowAlreadyStartedError:
        reason = Words(
            zh=f"贷款编号 {application.loan_id} 已被占用", en=f"the loan number {application.loan_id} is taken"
        )
        taken = facts.DeliveryRefused(what=errands.SENT_ON, reason=reason)
        desk.book.append(taken, workflow.now())
        return False
    return True
