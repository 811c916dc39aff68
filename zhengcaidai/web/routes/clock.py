"""`POST /sandbox/clock/advance`: the sandbox's test clock (测试时钟); nowhere else is there such an address."""

import asyncio
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field, model_validator

from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.malformed import Malformed
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.rules.working_days import WorkingDayCalendar, shanghai_date, working_day_calendar
from zhengcaidai.store.changes import ChangeFilter
from zhengcaidai.store.paging import MAX_PAGE, PageRequest
from zhengcaidai.store.scopes import Scope
from zhengcaidai.temporal import change_workflow_id, loan_workflow_id
from zhengcaidai.web import examples
from zhengcaidai.web.auth import only
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.broadcast import OPEN_CHANGES, OPEN_LOANS, open_workflows
from zhengcaidai.web.clocks import Moved
from zhengcaidai.web.gateway import answering
from zhengcaidai.web.openapi import WRITING, answers, problems
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.services import CurrentServices, Services
from zhengcaidai.web.writing import WriteRoute, needs_key

__all__ = ["advancing"]

advancing = APIRouter(
    prefix="/sandbox/clock", tags=["sandbox 演示"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)

_FARTHEST = timedelta(days=3660)
_WITHIN_SECONDS = 120


class Goal(StrEnum):
    """Where to, other than by a duration."""

    NEXT_WORKING_DAY = "next_working_day"


class AdvanceBody(Frozen):
    """推进时钟: which loans, and how far; their open account changes go with them."""

    loan_ids: tuple[Identifier, ...] = Field(default=(), max_length=1000, description="贷款编号 / the loans")
    all: bool = Field(default=False, description="全部未结贷款 / every open loan")
    by: timedelta | None = Field(
        default=None, ge=timedelta(), le=_FARTHEST, description="时长（ISO 8601，如 P3D） / how far, in ISO 8601"
    )
    hours: float | None = Field(
        default=None, ge=0, le=_FARTHEST / timedelta(hours=1), description="时长，单位：小时 / how far, in hours"
    )
    to: Goal | None = Field(default=None, description="下一个工作日九时 / to nine o'clock of the next working day")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if self.all == bool(self.loan_ids):
            raise Malformed(
                "loan_ids 与 all 须且只须给出一项。",
                "Give loan_ids or all, not both.",
                right='{"loan_ids": ["…"]} / {"all": true}',
            )
        if sum(each is not None for each in (self.by, self.hours, self.to)) != 1:
            raise Malformed(
                "by、hours、to 须且只须给出一项。",
                "Give one of by, hours and to.",
                right='{"by": "P3D"} / {"hours": 12} / {"to": "next_working_day"}',
            )
        return self


class _Advanced(Frozen):
    before: AwareDatetime
    now: AwareDatetime
    running: bool
    waits_for: tuple[str, ...]
    """Not empty: it stands still until these have ended, and then makes up for what it was told to move."""


class AdvancedLoan(_Advanced):
    """One loan's own time."""

    loan_id: Identifier


class AdvancedChange(_Advanced):
    """One account change's own time."""

    change_id: Identifier


class AdvanceAnswer(Frozen):
    """Where their clocks stand."""

    loans: tuple[AdvancedLoan, ...]
    account_changes: tuple[AdvancedChange, ...]


@advancing.post(
    "/advance",
    summary="推进测试时钟 Advance the test clock",
    responses=answers(
        200,
        "各自的时刻 where their clocks stand",
        {
            "loans": [
                {
                    "loan_id": examples.LOAN_ID,
                    "before": "2026-09-18T10:30:00+08:00",
                    "now": "2026-09-21T09:00:00+08:00",
                    "running": True,
                    "waits_for": [],
                }
            ],
            "account_changes": [],
        },
    )
    | problems(*WRITING, "not-found", "workflows-down"),
)
async def advance(
    body: Annotated[AdvanceBody, example_body({"loan_ids": [examples.LOAN_ID], "to": "next_working_day"})],
    _by: Annotated[Principal, only(Role.OPERATOR)],
    scope: CurrentScope,
    services: CurrentServices,
) -> AdvanceAnswer:
    """推进所选贷款（或全部）的时间，其未结账户变更随之推进；仅演示环境。 Sandbox only; each loan has a clock of its own."""
    client = await services.workflows.client()
    async with answering(_WITHIN_SECONDS):
        if body.all:
            loans = await open_workflows(client, OPEN_LOANS)
            changes = await open_workflows(client, OPEN_CHANGES)
        else:
            loans = [loan_workflow_id(loan_id) for loan_id in dict.fromkeys(body.loan_ids)]
            changes = await _changes_of(body.loan_ids, scope, services)
        far = await _how_far(body, services)
        clock = services.clock
        assert clock is not None
        moved_loans, moved_changes = await asyncio.gather(
            clock.advance(client, loans, far, must_run=not body.all),
            clock.advance(client, changes, far, must_run=False),
        )
    loan_name, change_name = loan_workflow_id(""), change_workflow_id("")
    return AdvanceAnswer(
        loans=tuple(
            AdvancedLoan(loan_id=each.removeprefix(loan_name), **_shown(moved)) for each, moved in moved_loans.items()
        ),
        account_changes=tuple(
            AdvancedChange(change_id=each.removeprefix(change_name), **_shown(moved))
            for each, moved in moved_changes.items()
        ),
    )


def _shown(moved: Moved) -> dict[str, Any]:
    return {
        "before": moved.before,
        "now": moved.after,
        "running": moved.running,
        "waits_for": moved.waits_for,
    }


async def _how_far(body: AdvanceBody, services: Services) -> timedelta | WorkingDayCalendar:
    if body.hours is not None:
        return timedelta(hours=body.hours)
    if body.by is not None:
        return body.by
    return working_day_calendar(await services.rulebook.calendar(shanghai_date(datetime.now(UTC))))


async def _changes_of(loan_ids: tuple[str, ...], scope: Scope, services: Services) -> list[str]:
    found: list[str] = []
    for loan_id in loan_ids:
        page = await services.changes.changes(scope, ChangeFilter(loan_id=loan_id), PageRequest(limit=MAX_PAGE))
        found += [change_workflow_id(each.change_id) for each in page.items if not each.stage.is_end]
    return found
