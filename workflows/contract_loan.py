"""ContractLoan 合同融资贷: one loan, from the application to the last repayment, as domain.md tells it in eight steps.

Read it from `run` downward. Parties' steps arrive at the desk (workflows/loan_desk.py) and are written into the journal;
this file waits for what they change. Nothing here is lost when a process dies: a loan goes on where it stood.
"""

import asyncio
from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    WorkflowAlreadyStartedError,
)
from temporalio.workflow import ChildWorkflowHandle, ParentClosePolicy

from activities.bank import BankActivities
from activities.procurement import ProcurementActivities
from activities.receivables import ReceivablesActivities
from activities.records import RecordActivities
from activities.treasury import TreasuryActivities
from workflows.account_change import AccountChange
from workflows.outside import refusal_in
from workflows.party_steps import party_steps
from workflows.repayment import Repayment
from zhengcaidai import temporal
from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages import facts
from zhengcaidai.messages.account_changes import ChangeOutcome
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.loans import AccountChangeStart, LoanOutcome, LoanStart
from zhengcaidai.messages.orders import DisbursementReceipt
from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Receipt
from zhengcaidai.messages.words import Words, joined
from zhengcaidai.rules import errands
from zhengcaidai.rules.accounts import is_change_needed
from zhengcaidai.rules.contracts import alterations, contract_faults, names_another_lender
from zhengcaidai.rules.eligibility import check_application, verdict
from zhengcaidai.rules.lending import account_locked_on, receipt_fault
from zhengcaidai.rules.sharing import shared
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["ContractLoan"]

_REVIEW = frozenset({Stage.VERIFIED, Stage.ACCEPTED, Stage.MATERIALS_REQUESTED})
_BEFORE_LOCK = frozenset({Stage.SIGNED, Stage.ACCOUNT_CHANGE})


@workflow.defn
@party_steps(STEPS, Receipt)
class ContractLoan(Repayment):
    """合同融资贷: 申请 → 核验 → 审批 → 签约 → 账户 → 锁定 → 放款 → 还款 → 结清."""

    @workflow.init
    def __init__(self, start: LoanStart) -> None:
        super().__init__(start)
        self._change: ChildWorkflowHandle[Any, ChangeOutcome] | None = None

    @workflow.run
    async def run(self, start: LoanStart) -> LoanOutcome:
        """The eight steps; each returns whether the loan goes on."""
        self.start_desk()
        if (
            await self._verify()
            and await self._bank_reviews()
            and await self._parties_sign()
            and await self._contract_is_signed()
            and await self._account_agrees()
            and await self._lock_account()
            and await self._disburse()
        ):
            await self.repay_and_settle()
        else:
            await self._end_early()
        self.is_filed = True
        await self.close_desk()
        return LoanOutcome(
            loan_id=self.loan.loan_id,
            stage=self.loan.stage,
            reason=self.loan.end_reason,
            entries=self.loan.sequence,
        )

    @property
    def _rules(self) -> RulesInForce:
        if self.book.rules is None:
            raise RuntimeError("the rules are loaded in the first step")
        return self.book.rules

    # 2. Verify 核验

    async def _verify(self) -> bool:
        if self.loan.stage is not Stage.SUBMITTED:
            return not self.has_ended
        application, orders, call = self.loan.application, self.orders, self.outside.call
        inquiry, award_number = orders.procurement_inquiry(), application.award_number
        rules = asyncio.create_task(call(RecordActivities.rules, orders.rule_inquiry(), "载入地区规则与工作日历"))
        looked_up = asyncio.create_task(call(ProcurementActivities.look_up, inquiry, "核对中标、合同与不良行为记录"))
        confirmed = asyncio.create_task(call(ReceivablesActivities.confirm, award_number, "中征平台确认应收账款"))
        claimed = asyncio.create_task(call(RecordActivities.claim, orders.claim(), "登记融资合同，防止重复融资"))
        # All are waited for, whatever the others say: a claim that came after its loan's end would stand for ever.
        await workflow.wait((rules, looked_up, confirmed, claimed))
        try:
            self.book.rules, found = shared(rules.result()), looked_up.result()
            receivable, claim = confirmed.result(), claimed.result()
        except ActivityError as error:
            self.book.append(facts.VerificationFailed(reasons=(refusal_in(error),), fraud=False), workflow.now())
            return False
        if self.has_ended:
            return False
        if not self._is_welcome(application):
            return False
        altered = alterations(found.award, found.contract) if found.award else ()
        if altered and not workflow.patched("altered-contract-is-refused"):
            altered = ()
        result = verdict(application, self._rules.profile, found, receivable, claim, altered=altered)
        now = workflow.now()
        if result.reasons or found.award is None:
            # Loans begun earlier reported an unknown award number as well; what they told the bureau stays told.
            fraud = result.is_fraud or (found.award is None and not workflow.patched("unknown-award-is-no-forgery"))
            self.book.append(facts.VerificationFailed(reasons=result.reasons, fraud=fraud), now)
            return False
        verified = facts.Verified(
            award=found.award,
            contract=found.contract,
            receivable=receivable,
            repeat_borrower=claim.repeat_borrower,
        )
        self.book.append(verified, now)
        push = self.orders.application_push()
        self.outside.send(ReceivablesActivities.push_application, push, errands.APPLICATION_TO_PLATFORM)
        if self.book.is_online:
            self.outside.send(BankActivities.push_application, push, errands.APPLICATION_TO_BANK)
        return True

    def _is_welcome(self, application: LoanApplication) -> bool:
        """What the door checks, here too: a loan sent on from another bank has not come through the door."""
        try:
            check_application(application, self._rules.product, self._rules.profile)
        except RuleBroken as broken:
            self.book.append(facts.VerificationFailed(reasons=(Words.of(broken.problem),), fraud=False), workflow.now())
            return False
        return True

    # 3. Bank review 审批; 4. Sign 签约

    async def _bank_reviews(self) -> bool:
        return await self.until(lambda: self.loan.stage not in _REVIEW)

    async def _parties_sign(self) -> bool:
        return await self.until(lambda: self.loan.stage is not Stage.APPROVED)

    # 5. Account 账户

    async def _contract_is_signed(self) -> bool:
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
        award, offer, bank_name = self.loan.award, self.loan.offer, self._rules.product.bank_name
        if contract is None or award is None or offer is None:
            return None
        other = names_another_lender(contract, (bank_name, offer.designated_account.bank_name))
        fault = joined((*alterations(award, contract), *((other,) if other else ())))
        return fault if fault and workflow.patched("contract-read-to-the-end") else None

    async def _account_agrees(self) -> bool:
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
        timed = tuple(rule for rule in self._rules.platform_clocks if rule.clock.is_of_account_change)
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
                lender=self._rules.product,
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

    # 6. Lock 锁定

    async def _lock_account(self) -> bool:
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

    # 7. Disburse 放款

    async def _disburse(self) -> bool:
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

    # Early ends 提前终结

    async def _end_early(self) -> None:
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
                ContractLoan.run,
                start,
                id=temporal.loan_workflow_id(application.loan_id),
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=ParentClosePolicy.ABANDON,
                search_attributes=temporal.starting_attributes(application.region, application.bank_id),
                static_summary=temporal.static_summary(
                    application.loan_id, application.amount_fen, application.bank_id
                ),
            )
        except WorkflowAlreadyStartedError:
            reason = Words(
                zh=f"贷款编号 {application.loan_id} 已被占用", en=f"the loan number {application.loan_id} is taken"
            )
            taken = facts.DeliveryRefused(what=errands.SENT_ON, reason=reason)
            self.book.append(taken, workflow.now())
            return False
        return True
