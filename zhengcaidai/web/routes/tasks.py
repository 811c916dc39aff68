"""`GET /v1/tasks`: my inbox (待办)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query

from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.tasks import Claimed
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, answers, problems
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.views import InboxItem, inbox_item

__all__ = ["inbox"]

inbox = APIRouter(prefix="/v1/tasks", tags=["tasks 待办"])

_ITEM = {
    **examples.TASK_CLAIM,
    **examples.REMINDER,
    "subject": "loan",
    "subject_id": examples.LOAN_ID,
    "task": examples.TASK,
    "actions": [{"action": "accept", "href": f"/v1/loans/{examples.LOAN_ID}/accept"}],
    "loan": examples.LOAN,
    "stands_in_for": None,
}


@inbox.get(
    "",
    summary="我的待办 My inbox",
    responses=answers(200, "先到期的在前 the first due first", {"items": [_ITEM], "next_cursor": None})
    | problems(*READING),
)
async def tasks(
    by: CurrentPrincipal,
    page: CurrentPage,
    services: CurrentServices,
    claimed: Annotated[
        Claimed | None, Query(description="我认领的或无人认领的；不填为全部 / mine or unclaimed; left out: all")
    ] = None,
) -> Listing[InboxItem]:
    """等待本单位以本角色办理的事项：要求、期限、依据、在哪里办理、由谁认领、由谁催办。

    What is asked of you, until when, where to answer, which colleague works on it, and who reminded you of it last.
    """
    today = shanghai_date(datetime.now(UTC))
    return Listing[InboxItem].of(await services.inbox.tasks(by, page, today, claimed), inbox_item)
