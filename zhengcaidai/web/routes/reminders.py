"""`POST /v1/tasks/remind`: one organisation reminds another of what awaits it (催办). Nothing is decided here."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from zhengcaidai.errors import Refusal
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.tasks import Reminder, TaskId
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.bodies import TaskIdsBody, example_body
from zhengcaidai.web.language import Language, language_of
from zhengcaidai.web.openapi import WRITING, answers, problems
from zhengcaidai.web.problems import ProblemDocument, document_of
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.writing import WriteRoute, needs_key

__all__ = ["reminding"]

reminding = APIRouter(
    prefix="/v1/tasks", tags=["tasks 待办"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)


class ReminderAnswer(Frozen):
    """Of one task: the organisation's reminder of that day, or why not."""

    task_id: TaskId
    reminder: Reminder | None
    problem: ProblemDocument | None


class RemindersAnswer(Frozen):
    """In the order asked."""

    items: tuple[ReminderAnswer, ...]


@reminding.post(
    "/remind",
    summary="催办 Remind of tasks",
    responses=answers(
        200,
        "逐项答复 an answer for each",
        {"items": [{"task_id": examples.TASK_ID, "reminder": examples.REMINDER, "problem": None}]},
    )
    | problems(*WRITING),
)
async def remind(
    body: Annotated[TaskIdsBody, example_body({"task_ids": [examples.TASK_ID]})],
    by: CurrentPrincipal,
    scope: CurrentScope,
    services: CurrentServices,
    request: Request,
) -> RemindersAnswer:
    """催办本单位可见的贷款或账户变更所等待的其他单位，可一次多项，逐项答复；对方在待办中可见。task_id 见贷款或账户变更的 tasks。

    本单位对同一待办每日催办一次，当日再催答复首次的时刻。只提醒，不代为办理，也不改变期限。

    Of what a loan or an account change that is yours to see awaits of others; their inbox shows it. `task_id` stands with
    each of its `tasks`. Once a calendar day for an organisation and a task: a second time answers with the first's
    moment. It does nobody's task and moves no deadline.
    """
    language = language_of(request.headers.get("accept-language"))
    found = await services.reminders.remind(by, scope, body.task_ids, datetime.now(SHANGHAI))
    return RemindersAnswer(
        items=tuple(_answer(task_id, each, language) for task_id, each in zip(body.task_ids, found, strict=True))
    )


def _answer(task_id: TaskId, found: Reminder | Refusal, language: Language) -> ReminderAnswer:
    if isinstance(found, Refusal):
        return ReminderAnswer(task_id=task_id, reminder=None, problem=document_of(found.problem, language))
    return ReminderAnswer(task_id=task_id, reminder=found, problem=None)
