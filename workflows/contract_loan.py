"""ContractLoan 合同融资贷: one loan, from the application to the last repayment, as docs/process.md tells it.

Read it from `run` downward: each step is a file of its own. Parties' steps arrive at the desk (workflows/loan_desk.py) and are
written into the journal; the process waits for what they change. Nothing here is lost when a process dies: a loan goes on
where it stood.
"""

from temporalio import workflow

from workflows.collection_account import account_agrees, contract_is_signed, lock_account
from workflows.disbursement import disburse
from workflows.early_end import end_early
from workflows.loan_desk import LoanDesk
from workflows.party_steps import party_steps
from workflows.repayment import repay_and_settle
from workflows.verification import verify
from zhengcaidai.messages.loans import LoanOutcome, LoanStart
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Receipt

__all__ = ["ContractLoan"]

_REVIEW = frozenset({Stage.VERIFIED, Stage.ACCEPTED, Stage.MATERIALS_REQUESTED})


@workflow.defn
@party_steps(STEPS, Receipt)
class ContractLoan(LoanDesk):
    """合同融资贷: 申请 → 核验 → 审批 → 签约 → 账户 → 锁定 → 放款 → 还款 → 结清."""

    @workflow.init
    def __init__(self, start: LoanStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: LoanStart) -> LoanOutcome:
        """1 Apply 申请: the loan begins with it. Each further step returns whether the loan goes on."""
        self.start_desk()
        if (
            await verify(self)  # 2 核验
            and await self._bank_reviews()  # 3 审批
            and await self._parties_sign()  # 4 签约
            and await contract_is_signed(self)  # 5 账户
            and await account_agrees(self)
            and await lock_account(self)  # 6 锁定
            and await disburse(self)  # 7 放款
        ):
            await repay_and_settle(self)  # 8 还款, 9 结清
        else:
            await end_early(self)
        self.is_filed = True
        await self.close_desk()
        return LoanOutcome(
            loan_id=self.loan.loan_id,
            stage=self.loan.stage,
            reason=self.loan.end_reason,
            entries=self.loan.sequence,
        )

    async def _bank_reviews(self) -> bool:
        """The bank accepts, asks for materials, approves or rejects, within its working days (workflows/clock.py)."""
        return await self.until(lambda: self.loan.stage not in _REVIEW)

    async def _parties_sign(self) -> bool:
        """The supplier signs before the offer expires."""
        return await self.until(lambda: self.loan.stage is not Stage.APPROVED)
