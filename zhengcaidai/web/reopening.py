"""A settled loan taken out of the files (重新打开): its workflow has ended after its watch, and then a payment comes back.

Money that the treasury takes back a year later is owed again all the same (kunming/2.3.6). The loan goes on in a new workflow
from its journal, under the rules that it began under: its product may promise more by now, or its bank have a system, and the
calendar of a year may have changed; none of that may judge again what was done. A loan that settled before its rules were kept
goes by those that hold today for the day it was submitted.
"""

from datetime import UTC, date, datetime, timedelta
from typing import TypeGuard

from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import PostPayment, ReturnPayment, Step
from zhengcaidai.rules.alarms import WORK_BEGINS
from zhengcaidai.rules.working_days import SHANGHAI, shanghai_date
from zhengcaidai.temporal import loan_workflow_id
from zhengcaidai.web.recorded import loan_from
from zhengcaidai.web.services import Services

__all__ = ["is_late_money", "reopen"]


def is_late_money(step: Step, stage: Stage) -> TypeGuard[PostPayment | ReturnPayment]:
    """Money may come or go back long after; nothing else is done in a loan that is settled and filed."""
    return stage is Stage.SETTLED and isinstance(step, PostPayment | ReturnPayment)


async def reopen(services: Services, loan_id: str, value_date: date) -> None:
    """Start the loan's workflow again from its journal; it waits a day for the step. Raises WorkflowsDown.

    `value_date`: the step's. On a test clock the loan has lived ahead of the wall's time, until then at least.
    """
    journal = await services.records.journal(loan_id, 0)
    loan, first, last = loan_from(journal), journal[0], journal[-1]
    application = loan.application
    rules = await services.records.rules_of(loan_id)
    if rules is None:
        began_on = shanghai_date(first.at)
        rules = await services.rulebook.in_force(application.region, application.product_id, began_on)
    start = LoanStart(
        application=application,
        by=first.by,
        key=first.key or "start",
        journal=journal,
        rules=rules,
        recorded=last.sequence,
        plans_submitted=tuple(plan.plan_number for plan in loan.plans),
        called_back_on=value_date,
    )
    await services.workflows.reopen_loan(start, rules.product)
    if services.clock is not None:
        lived_until = max(last.at, datetime.combine(value_date, WORK_BEGINS, SHANGHAI))
        ahead = max(timedelta(), lived_until - datetime.now(UTC))
        client = await services.workflows.client()
        await services.clock.advance(client, [loan_workflow_id(loan_id)], ahead, must_run=True)
