"""`POST /v1/tasks/…`: claim, give back and hand over within an organisation (认领、退回、转办). Nothing is approved here."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from zhengcaidai.errors import Refusal
from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.tasks import TaskClaim, TaskId
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.bodies import TaskIdsBody, example_body
from zhengcaidai.web.language import Language, language_of
from zhengcaidai.web.openapi import WRITING, answers, problems
from zhengcaidai.web.problems import ProblemDocument, document_of
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.writing import WriteRoute, needs_key

__all__ = ["claiming"]

claiming = APIRouter(prefix="/v1/tasks", tags=["tasks 待办"], route_class=WriteRoute, dependencies=[Depends(needs_key)])

_CLAIMING = problems(*WRITING, "not-found", "conflict")

_TaskIdInPath = Annotated[
    TaskId, Path(description="待办编号 / the task's number", examples=[examples.TASK_CLAIM["task_id"]])
]


class EmptyBody(Frozen):
    """The address says it all."""


class HandOverBody(Frozen):
    """转办: to which colleague of the same organisation and role; as substitute, to oneself."""

    to: Identifier


class ClaimAnswer(Frozen):
    """Of one task: the claim, or why not."""

    task_id: TaskId
    claim: TaskClaim | None
    problem: ProblemDocument | None


class ClaimsAnswer(Frozen):
    """In the order asked."""

    items: tuple[ClaimAnswer, ...]


@claiming.post(
    "/claims",
    summary="批量认领 Claim several tasks",
    responses=answers(
        200,
        "逐项答复 an answer for each",
        {"items": [{"task_id": examples.TASK_CLAIM["task_id"], "claim": examples.TASK_CLAIM, "problem": None}]},
    )
    | problems(*WRITING),
)
async def claim_several(
    body: Annotated[TaskIdsBody, example_body({"task_ids": [examples.TASK_CLAIM["task_id"]]})],
    by: CurrentPrincipal,
    services: CurrentServices,
    request: Request,
) -> ClaimsAnswer:
    """一次认领多项，逐项答复；他人已认领的不影响其余。只认领，不代为办理：每一项仍须逐一办理。

    An answer for each: one that a colleague has does not hold up the rest. Each task is still answered by itself.
    """
    language = language_of(request.headers.get("accept-language"))
    found = await services.task_claims.claim(by, body.task_ids, datetime.now(SHANGHAI))
    return ClaimsAnswer(
        items=tuple(_answer(task_id, each, language) for task_id, each in zip(body.task_ids, found, strict=True))
    )


def _answer(task_id: TaskId, found: TaskClaim | Refusal, language: Language) -> ClaimAnswer:
    if isinstance(found, Refusal):
        return ClaimAnswer(task_id=task_id, claim=None, problem=document_of(found.problem, language))
    return ClaimAnswer(task_id=task_id, claim=found, problem=None)


@claiming.post(
    "/{task_id}/claim",
    summary="认领 Claim a task",
    responses=answers(200, "已认领 claimed", examples.TASK_CLAIM) | _CLAIMING,
)
async def claim(
    task_id: _TaskIdInPath,
    _body: Annotated[EmptyBody, example_body({})],
    by: CurrentPrincipal,
    services: CurrentServices,
) -> TaskClaim:
    """由我办理，同事在待办中可见。他人已认领的答复 409，说明由谁、何时认领。认领不改变谁有权办理：以流程的校验为准。

    Colleagues see it in their inbox. It decides nothing about who may take the step: the loan's own checks do that.
    """
    (found,) = await services.task_claims.claim(by, (task_id,), datetime.now(SHANGHAI))
    if isinstance(found, Refusal):
        raise found
    return found


@claiming.post(
    "/{task_id}/release",
    summary="退回 Give a task back",
    responses=answers(200, "已退回 nobody's again", {**examples.TASK_CLAIM, "claimed_by": None, "claimed_at": None})
    | _CLAIMING,
)
async def release(
    task_id: _TaskIdInPath,
    _body: Annotated[EmptyBody, example_body({})],
    by: CurrentPrincipal,
    services: CurrentServices,
) -> TaskClaim:
    """退回后无人认领。认领人、转出人和当日的代办人可以退回。 By whoever has it, gave it, or stands in for the one who has it."""
    return await services.task_claims.release(by, task_id, datetime.now(SHANGHAI))


@claiming.post(
    "/{task_id}/hand-over",
    summary="转办 Hand a task over",
    responses=answers(
        200, "已转办 handed over", {**examples.TASK_CLAIM, "claimed_by": "wang-1", "claimed_from": "li-1"}
    )
    | _CLAIMING,
)
async def hand_over(
    task_id: _TaskIdInPath,
    body: Annotated[HandOverBody, example_body({"to": "wang-1"})],
    by: CurrentPrincipal,
    services: CurrentServices,
) -> TaskClaim:
    """转给本单位同一角色的同事；代办人转给自己即接手；转出人可以收回。

    To a colleague of the same organisation and role. A substitute takes over by naming itself; who gave may take back.
    """
    return await services.task_claims.hand_over(by, task_id, body.to, datetime.now(SHANGHAI))
