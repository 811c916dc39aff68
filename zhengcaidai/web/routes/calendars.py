"""`/v1/calendars`: the yearly notice, loaded while loans are open (工作日历)."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.registers.calendars import parse_calendar
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.web.auth import CurrentPrincipal, only
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.broadcast import TELL_WITHIN_SECONDS, put_in_force
from zhengcaidai.web.gateway import answering
from zhengcaidai.web.listing import Listing
from zhengcaidai.web.openapi import READING, WRITING, answers, problems
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.writing import WriteRoute, needs_key

__all__ = ["loading", "reading"]

loading = APIRouter(
    prefix="/v1/calendars", tags=["rules 规则"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)
reading = APIRouter(prefix="/v1/calendars", tags=["rules 规则"])


class CalendarBody(Frozen):
    """A year's file: its text in TOML, and its name for the error messages."""

    text: str = Field(min_length=1, max_length=100_000)
    source: str = Field(default="calendar.toml", min_length=1, max_length=200)


class CalendarItem(Frozen):
    """One year's edition in force."""

    year: int
    version: str
    basis: CalendarBasis
    known_from: date
    provisional: bool


class CalendarLoadedAnswer(CalendarItem):
    """What was told of it."""

    newly_loaded: bool
    """False: this edition was in force already; whoever had not been told was told now."""
    loans: int
    account_changes: int


_ITEM = {
    "year": 2027,
    "version": "2027@国办发明电〔2026〕1号#3f2a91c0",
    "basis": "notice",
    "known_from": "2026-11-20",
    "provisional": False,
}
_TEXT = (
    'year = 2027\nsample = true\nknown_from = 2026-11-20\n\n[[rest]]\nholidays = ["new_year"]\nfirst = 2027-01-01\n…\n'
)


@loading.post(
    "",
    summary="载入日历 Load a calendar",
    responses=answers(
        200, "已通知的贷款与变更 how many were told", {**_ITEM, "newly_loaded": True, "loans": 12, "account_changes": 1}
    )
    | problems(*WRITING, "rule-broken", "workflows-down"),
)
async def load(
    body: Annotated[CalendarBody, example_body({"text": _TEXT, "source": "2027.toml"})],
    _by: Annotated[Principal, only(Role.OPERATOR)],
    services: CurrentServices,
) -> CalendarLoadedAnswer:
    """载入某年放假安排：即日起按此计算，全部未结贷款与账户变更随之重算，无须重新部署。

    In force from now on; every open loan and account change counts anew. Sent again, it reaches whom it had not reached.
    """
    calendar = parse_calendar(body.text, body.source)
    if calendar.basis is CalendarBasis.SAMPLE and not services.settings.sandbox:
        raise RuleBroken(
            "样例日历只能用于演示环境。",
            "A sample calendar is for the sandbox alone.",
            where="sample",
            right="[notice]",
        )
    client = await services.workflows.client()
    async with answering(TELL_WITHIN_SECONDS):
        told = await put_in_force(services.calendars, client, calendar, datetime.now(UTC))
    return CalendarLoadedAnswer(
        **dict(_item(calendar)),
        newly_loaded=told.newly_loaded,
        loans=told.loans,
        account_changes=told.account_changes,
    )


@reading.get(
    "",
    summary="现行日历 Calendars in force",
    responses=answers(200, "按年度 by year", {"items": [_ITEM], "next_cursor": None}) | problems(*READING),
)
async def calendars(_by: CurrentPrincipal, services: CurrentServices) -> Listing[CalendarItem]:
    """今日起算的时限所用的各年度版本。 The editions by which a limit from today is counted."""
    years = await services.rulebook.calendar(shanghai_date(datetime.now(UTC)))
    return Listing[CalendarItem](items=tuple(_item(each) for each in years))


def _item(calendar: CalendarYear) -> CalendarItem:
    return CalendarItem(
        year=calendar.year,
        version=calendar.version,
        basis=calendar.basis,
        known_from=calendar.known_from,
        provisional=calendar.is_provisional,
    )
