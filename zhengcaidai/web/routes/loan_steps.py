"""`POST /v1/loans/{loan_id}/{step}`: one endpoint a step, made from the one list of steps (办理)."""

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends, Response

from zhengcaidai.errors import WrongStage
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import STEPS, Receipt, Resend, Step
from zhengcaidai.registers.regions import region as region_profile
from zhengcaidai.rules.cooperation import check_cooperation
from zhengcaidai.rules.eligibility import check_application
from zhengcaidai.rules.identifiers import cautions_in
from zhengcaidai.rules.precedents import second_told
from zhengcaidai.rules.stages import ALLOWED
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.scopes import Scope
from zhengcaidai.temporal import loan_workflow_id
from zhengcaidai.web import examples
from zhengcaidai.web.attachments import check_documents
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.bodies import LoanId
from zhengcaidai.web.gateway import ClosedWorkflow
from zhengcaidai.web.keys import RequestFingerprint, number_of
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.recorded import loan_of
from zhengcaidai.web.reopening import is_late_money, reopen
from zhengcaidai.web.services import CurrentServices, Services
from zhengcaidai.web.step_routes import add_steps, taken_by
from zhengcaidai.web.views import StepAnswer
from zhengcaidai.web.writing import CurrentFingerprint, WriteRoute, needs_key

__all__ = ["stepping"]

stepping = APIRouter(
    prefix="/v1/loans/{loan_id}", tags=["steps 办理"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)


async def _take(
    kind: type[Step],
    loan_id: LoanId,
    body: Frozen,
    by: CurrentPrincipal,
    scope: CurrentScope,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
    response: Response,
) -> StepAnswer:
    receipt = await _taken(kind, loan_id, body, by, scope, fingerprint, services, response)
    return StepAnswer(**dict(receipt), cautions=cautions_in(dict(body)))


async def _taken(
    kind: type[Step],
    loan_id: str,
    body: Frozen,
    by: Principal,
    scope: Scope,
    fingerprint: RequestFingerprint,
    services: Services,
    response: Response,
) -> Receipt:
    said: dict[str, Any] = dict(body)
    view = (await services.loans.loan(scope, loan_id)).view  # another tenant's loan is no loan
    known = (await loan_of(services, scope, loan_id)).keys.get(fingerprint.key) if kind is Resend else None
    if kind is Resend:
        # Sent again after midnight, because its answer was lost, it is still what it was, and has its number already.
        made = number_of("L", shanghai_date(datetime.now(UTC)), fingerprint)
        said["new_loan_id"] = known.new_loan_id if isinstance(known, Resend) else made
        response.headers["Location"] = f"/v1/loans/{said['new_loan_id']}"
    step = kind(**said)
    await check_documents(step, services.documents, scope)
    if isinstance(step, Resend) and by.role in Resend.by_role and known is None:
        await _check_next_bank(step, loan_id, scope, services)
    workflow_id, taken, stage = loan_workflow_id(loan_id), taken_by(step, by, fingerprint), Stage(view.stage)
    try:
        return await services.workflows.take(workflow_id, taken, Receipt)
    except ClosedWorkflow as error:
        if is_late_money(step, stage) and by.role in kind.by_role:
            await reopen(services, loan_id, step.value_date)
            return await services.workflows.take(workflow_id, taken, Receipt)
        with second_told((await loan_of(services, scope, loan_id)).stage_entry, by):
            raise WrongStage(
                f"贷款已办结（{stage.title_zh}），不能“{step.title_zh}”。",
                f"The loan has ended ({stage}); nothing more can be done in it.",
                where="stage",
            ) from error


async def _check_next_bank(step: Resend, loan_id: str, scope: Scope, services: Services) -> None:
    """转投 withdraws first, so the next bank's door is asked before: the same rules as for a new application.

    Raises RuleBroken, naming field and clause (kunming/2.2.2, kunming/5.2, luoyang/2.5).
    """
    application = (await loan_of(services, scope, loan_id)).application
    sent = application.model_copy(update={"bank_id": step.bank_id, "product_id": step.product_id})
    profile = region_profile(application.region, shanghai_date(datetime.now(UTC)))
    check_application(sent, await services.products.get(step.product_id), profile)
    check_cooperation(sent.region, await services.cooperation.standing({sent.bank_id}))


def _stages(step: type[Step]) -> str:
    return "、".join(stage.value for stage in Stage if stage in ALLOWED[step])


add_steps(stepping, "", STEPS, _take, stages=_stages, receipt=examples.STEP_ANSWER)
