"""`GET /v1/banks/{bank_id}/performance`: what a bank's evaluation counts (考核, luoyang/3.2)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from zhengcaidai.errors import WrongParty
from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.web.auth import only
from zhengcaidai.web.openapi import READING, answers, problems
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.services import CurrentServices

__all__ = ["reading"]

reading = APIRouter(prefix="/v1/banks", tags=["banks 银行"])


class ClockPerformance(Frozen):
    """超时次数与占用时间 under one clock."""

    clock: ClockId
    ended: int
    """Limits of the bank's duty that came to their end, in time or late."""
    held_working_days: int
    """Working days of these on which the bank itself held the loan; what others held is left out."""
    breaches: int
    """Limits of the bank's duty that passed."""
    held_by_bank: int
    """Of these, those that passed while the bank itself held the loan: what counts against it."""


class Performance(Frozen):
    """考核数据 of one bank, within the reach of whoever asks."""

    bank_id: Identifier
    since: AwareDatetime | None
    until: AwareDatetime | None
    clocks: tuple[ClockPerformance, ...]
    ended: int
    held_working_days: int
    breaches: int
    held_by_bank: int


_EXAMPLE = {
    "bank_id": "bank-two",
    "since": "2026-01-01T00:00:00+08:00",
    "until": None,
    "clocks": [{"clock": "approval", "ended": 12, "held_working_days": 61, "breaches": 2, "held_by_bank": 1}],
    "ended": 12,
    "held_working_days": 61,
    "breaches": 2,
    "held_by_bank": 1,
}


@reading.get(
    "/{bank_id}/performance",
    summary="银行考核数据 A bank's performance",
    responses=answers(200, "用时与超时次数 time held and missed limits", _EXAMPLE) | problems(*READING),
)
async def performance(
    bank_id: Annotated[Identifier, Path(examples=["bank-two"])],
    by: Annotated[Principal, only(Role.BANK, Role.FINANCE_BUREAU, Role.OPERATOR)],
    scope: CurrentScope,
    services: CurrentServices,
    since: Annotated[AwareDatetime | None, Query(description="自 / from")] = None,
    until: Annotated[AwareDatetime | None, Query(description="至（不含） / before")] = None,
) -> Performance:
    """办结的时限及银行自己占用的工作日；超时次数，及其中到期时由银行自己占用的次数 (luoyang/3.2)。银行看本行，财政部门看本地区。

    Limits that ended, and the working days on which the bank itself held the loan; limits that passed, and those that
    passed while the bank itself held it. `since` and `until` are of the end, and of the moment of the breach. A bank sees
    its own.
    """
    if by.role is Role.BANK and by.organisation_id != bank_id:
        raise WrongParty(
            "只能查看本行的数据。", "A bank sees its own figures.", where="bank_id", right=by.organisation_id
        )
    missed = {each.clock: each for each in await services.loans.breach_counts(scope, bank_id, since, until)}
    times = {each.clock: each for each in await services.loans.bank_times(scope, bank_id, since, until)}
    clocks = tuple(
        ClockPerformance(
            clock=clock,
            ended=times[clock].ended if clock in times else 0,
            held_working_days=times[clock].held_working_days if clock in times else 0,
            breaches=missed[clock].breaches if clock in missed else 0,
            held_by_bank=missed[clock].held_by_bank if clock in missed else 0,
        )
        for clock in sorted(missed.keys() | times.keys())
    )
    return Performance(
        bank_id=bank_id,
        since=since,
        until=until,
        clocks=clocks,
        ended=sum(each.ended for each in clocks),
        held_working_days=sum(each.held_working_days for each in clocks),
        breaches=sum(each.breaches for each in clocks),
        held_by_bank=sum(each.held_by_bank for each in clocks),
    )
