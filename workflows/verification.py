"""Verification 核验: the second step of a loan. What the supplier says is compared with what the outside systems know."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.bank import BankActivities
from activities.procurement import ProcurementActivities
from activities.receivables import ReceivablesActivities
from activities.records import RecordActivities
from workflows.loan_desk import LoanDesk
from workflows.outside import refusal_in
from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages import facts
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words
from zhengcaidai.rules import errands
from zhengcaidai.rules.contracts import alterations
from zhengcaidai.rules.eligibility import check_application, verdict
from zhengcaidai.rules.sharing import shared

__all__ = ["Verification"]


class Verification(LoanDesk):
    """核对中标、合同、应收账款与不良行为记录."""

    async def verify(self) -> bool:
        """Everyone is asked at once; a forged award or contract ends it, and the bureau is told (hanyang/3, kunming/5.2)."""
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
        result = verdict(application, self.rules.profile, found, receivable, claim, altered=altered)
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
            check_application(application, self.rules.product, self.rules.profile)
        except RuleBroken as broken:
            self.book.append(facts.VerificationFailed(reasons=(Words.of(broken.problem),), fraud=False), workflow.now())
            return False
        return True
