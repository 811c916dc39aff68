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
from workflows.since import Since
from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages import facts
from zhengcaidai.messages.applications import LoanApplication
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.words import Words
from zhengcaidai.rules import errands
from zhengcaidai.rules.contracts import alterations
from zhengcaidai.rules.eligibility import check_application, verdict
from zhengcaidai.rules.sharing import shared

__all__ = ["verify"]


async def verify(desk: LoanDesk) -> bool:
    """Everyone is asked at once; a forged award or contract ends it, and the bureau is told (hanyang/3, kunming/5.2)."""
    if desk.loan.stage is not Stage.SUBMITTED:
        return not desk.has_ended
    application, orders, call = desk.loan.application, desk.orders, desk.outside.call
    inquiry, award_number = orders.procurement_inquiry(), application.award_number
    rules = asyncio.create_task(call(RecordActivities.rules, orders.rule_inquiry(), "载入地区规则与工作日历"))
    looked_up = asyncio.create_task(call(ProcurementActivities.look_up, inquiry, "核对中标、合同与不良行为记录"))
    confirmed = asyncio.create_task(call(ReceivablesActivities.confirm, award_number, "中征平台确认应收账款"))
    claimed = asyncio.create_task(call(RecordActivities.claim, orders.claim(), "登记融资合同，防止重复融资"))
    # All are waited for, whatever the others say: a claim that came after its loan's end would stand for ever.
    await workflow.wait((rules, looked_up, confirmed, claimed))
    try:
        desk.book.rules, found = shared(rules.result()), looked_up.result()
        receivable, claim = confirmed.result(), claimed.result()
    except ActivityError as error:
        desk.book.append(facts.VerificationFailed(reasons=(refusal_in(error),), fraud=False), workflow.now())
        return False
    if desk.has_ended:
        return False
    if not _is_welcome(desk, application):
        return False
    altered = alterations(found.award, found.contract) if found.award else ()
    if altered and not Since.ALTERED_CONTRACT_IS_REFUSED.holds():
        altered = ()
    result = verdict(application, desk.rules.profile, found, receivable, claim, altered=altered)
    now = workflow.now()
    if result.reasons or found.award is None:
        fraud = result.is_fraud or (found.award is None and not Since.UNKNOWN_AWARD_IS_NO_FORGERY.holds())
        desk.book.append(facts.VerificationFailed(reasons=result.reasons, fraud=fraud), now)
        return False
    verified = facts.Verified(
        award=found.award,
        contract=found.contract,
        receivable=receivable,
        repeat_borrower=claim.repeat_borrower,
    )
    desk.book.append(verified, now)
    push = desk.orders.application_push()
    desk.outside.send(ReceivablesActivities.push_application, push, errands.APPLICATION_TO_PLATFORM)
    if desk.book.is_online:
        desk.outside.send(BankActivities.push_application, push, errands.APPLICATION_TO_BANK)
    return True


def _is_welcome(desk: LoanDesk, application: LoanApplication) -> bool:
    """What the door checks, here too: a loan sent on from another bank has not come through the door."""
    try:
        check_application(application, desk.rules.product, desk.rules.profile)
    except RuleBroken as broken:
        desk.book.append(facts.VerificationFailed(reasons=(Words.of(broken.problem),), fraud=False), workflow.now())
        return False
    return True
