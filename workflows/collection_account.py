"""Collection account 回款账户: the fifth and sixth step of a loan. The contract's account becomes the lender's, and is locked.

The change itself is a workflow of its own (workflows/account_change.py): the purchaser decides there, not here.
"""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

from activities.procurement import ProcurementActivities
from activities.treasury import TreasuryActivities
from workflows.account_change import AccountChange
from workflows.loan_desk import LoanDesk
from workflows.outside import refusal_in
from zhengcaidai import temporal
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import ChangeOutcome
from zhengcaidai.messages.loans import AccountChangeStart, LoanStart
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words, joined
from zhengcaidai.rules import errands
from zhengcaidai.rules.accounts import is_change_needed
from zhengcaidai.rules.contracts import alterations, contract_faults, names_another_lender

__all__ = ["CollectionAccount"]

_BEFORE_LOCK = frozenset({Stage.SIGNED, Stage.ACCOUNT_CHANGE})


class CollectionAccount(LoanDesk):
    """合同签订 → 账户变更 → 账户锁定."""

    def __init__(self, start: LoanStart) -> None:
        super().__init__(start)
        self._change: ChildWorkflowHandle[Any, ChangeOutcome] | None = None

    async def contract_is_signed(self) -> bool:
        """On an award notice: wait for the signed contract and read the account written in it (kunming/2.3.4)."""
        while self.loan.contract is None:
            if not await self.until(lambda: self.loan.contract_reported is not None):
                return False
            filing_number = self.loan.contract_reported or ""
            try:
                contract = await self.outside.call(ProcurementActivities.contract, filing_number, "查询备案合同")
                fault = contract_faults(contract, self.loan) or self._altered_or_not_ours(contract)
            except ActivityError as error:
                contract, fault = None, refusal_in(error)
            if self.has_ended:
                return False
            if fault is not None:
                not_found = facts.ContractNotFound(filing_number=filing_number, reason=fault)
                self.book.append(not_found, workflow.now())
            elif contract is not None:
                self.book.append(facts.ContractChecked(contract=contract), workflow.now())
        return not self.has_ended

    def _altered_or_not_ours(self, contract: Contract | None) -> Words | None:
        """The contract says what its award says, and names this lender, if it names any (luoyang/2.5, kunming/2.3.4)."""
        award, offer, bank_name = self.loan.award, self.loan.offer, self.rules.product.bank_name
        if contract is None or award is None or offer is None:
            return None
        other = names_another_lender(contract, (bank_name, offer.designated_account.bank_name))
        fault = joined((*alterations(award, contract), *((other,) if other else ())))
        return fault if fault and workflow.patched("contract-read-to-the-end") else None

    async def account_agrees(self) -> bool:
        """Change the contract's account if it is not the lender's; a refusal can be asked again (hanyang/4.1.4)."""
        while self.loan.stage in _BEFORE_LOCK and self._account_differs:
            if self.loan.change_id is None and self.loan.change_ended is None:
                await self._open_account_change()
            if not await self.until(lambda: self.loan.change_id is None or self._change_was_stopped()):
                return False
            if self.loan.change_id is not None:
                if workflow.patched("a-change-stopped-by-force-is-noticed"):
                    self.book.append(self.orders.change_stopped(self.loan.change_id), workflow.now())
                elif not await self.until(lambda: self.loan.change_id is None):
                    return False
            if not self._account_differs:
                break
            if not await self.until(lambda: self.loan.change_ended is None):
                return False
        return not self.has_ended

    @property
    def _account_differs(self) -> bool:
        contract, offer = self.loan.contract, self.loan.offer
        return (
            contract is not None
            and offer is not None
            and is_change_needed(contract.collection_account, offer.designated_account)
        )

    async def _open_account_change(self) -> None:
        order = self.orders.account_change()
        timed = tuple(rule for rule in self.rules.platform_clocks if rule.clock.is_of_account_change)
        opened = facts.AccountChangeOpened(
            change_id=order.change_id, old_account=order.old_account, new_account=order.new_account
        )
        self.book.append(opened, workflow.now())
        self._change = await workflow.start_child_workflow(
            AccountChange.run,
            AccountChangeStart(
                order=order,
                clocks=timed,
                calendars=self.book.adoptions,
                reported=True,
                lender=self.rules.product,
            ),
            id=temporal.change_workflow_id(order.change_id),
            parent_close_policy=ParentClosePolicy.ABANDON,
            search_attributes=temporal.change_attributes(order.region),
            static_summary=temporal.change_summary(order.change_id, order.filing_number),
            static_details=f"- 地区：{order.region}\n- 贷款：{order.loan_id}\n- 合同备案号：{order.filing_number}",
        )

    def _change_was_stopped(self) -> bool:
        """By force: such a change cannot say itself that it is over."""
        change = self._change
        return change is not None and change.done() and not change.cancelled() and change.exception() is not None

    @workflow.signal(description="账户变更进展：由账户变更流程发来")
    def account_change_progressed(self, progress: facts.AccountChangeProgressed) -> None:
        """The account change moved on: whom the loan lies with changes."""
        if progress.change_id == self.loan.change_id:
            self.book.append(progress, workflow.now())

    @workflow.signal(description="合同账户已变更：由账户变更流程在预算系统变更后发来")
    def contract_account_changed(self, changed: facts.ContractAccountChanged) -> None:
        """Money of the contract goes to another account from now on, whatever is still to be told to others."""
        self.book.append(changed, workflow.now())

    @workflow.signal(description="账户变更办结：由账户变更流程发来")
    def account_change_ended(self, outcome: ChangeOutcome) -> None:
        """The account change of this loan, or one on a court's order after disbursement, is through."""
        self.book.append(facts.AccountChangeEnded(outcome=outcome), workflow.now())

    async def lock_account(self) -> bool:
        """The budget system pays this contract into this account from now on; a no ends the application (kunming/2.3.5)."""
        if self.loan.stage not in _BEFORE_LOCK:
            return not self.has_ended
        order = self.orders.account_lock()
        try:
            await self.outside.call(TreasuryActivities.lock_account, order, "预算系统锁定回款账户")
        except ActivityError as error:
            if not self.has_ended:
                reason = refusal_in(error).after("回款账户无法锁定", "the collection account cannot be locked")
                self.book.append(facts.ApplicationLapsed(clock=None, reason=reason), workflow.now())
            return False
        if not self.has_ended:
            self.book.append(facts.AccountLocked(account=order.account), workflow.now())
            return True
        release = self.orders.account_release()
        await self.outside.insist(TreasuryActivities.release_account, release, errands.LOCK_RELEASED)
        return False
