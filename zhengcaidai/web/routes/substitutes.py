"""`/v1/substitutes`: who stands in for whom, from a day to a day (代办)."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.tasks import Substitution
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.substitutes import check_substitution
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.keys import number_of
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, WRITING, answers, problems
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.writing import CurrentFingerprint, WriteRoute, needs_key

__all__ = ["naming", "reading"]

naming = APIRouter(
    prefix="/v1/substitutes", tags=["tasks 待办"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)
reading = APIRouter(prefix="/v1/substitutes", tags=["tasks 待办"])

_DAYS = {"substitute": "wang-1", "starts_on": "2026-10-08", "ends_on": "2026-10-16"}
_SUBSTITUTION = {"substitution_id": "SB20260930-7Q4M2K9XTB5D", "user_id": "li-1", **_DAYS}


class SubstitutionBody(Frozen):
    """代办: who stands in, both days included; for whom, is whoever asks."""

    substitute: Identifier
    starts_on: date
    ends_on: date


class EndBody(Frozen):
    """The address says it all."""


@naming.post(
    "",
    status_code=201,
    summary="指定代办人 Name a substitute",
    responses=answers(201, "已登记 named", _SUBSTITUTION) | problems(*WRITING),
)
async def name(
    body: Annotated[SubstitutionBody, example_body(_DAYS)],
    by: CurrentPrincipal,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
) -> Substitution:
    """本人外出期间由本单位同一角色的同事代办：代办人可以接手本人认领的待办，办理时仍用其本人的身份。

    While it lasts, the colleague may take over what is claimed by whoever asks; steps are taken in the colleague's own name.
    """
    today = shanghai_date(datetime.now(UTC))
    substitution = Substitution(substitution_id=number_of("SB", today, fingerprint), user_id=by.user_id, **dict(body))
    check_substitution(substitution, today)
    return await services.substitutes.name(by, substitution)


@naming.post(
    "/{substitution_id}/end",
    summary="提前结束代办 End it early",
    responses=answers(200, "已结束 over", {**_SUBSTITUTION, "ends_on": "2026-10-11"}) | problems(*WRITING, "not-found"),
)
async def end(
    substitution_id: Annotated[
        Identifier,
        Path(description="代办编号 / the substitution's number", examples=[_SUBSTITUTION["substitution_id"]]),
    ],
    _body: Annotated[EndBody, example_body({})],
    by: CurrentPrincipal,
    services: CurrentServices,
) -> Substitution:
    """自今日起不再代办；被代办人与代办人均可结束。 From today on; by either of the two."""
    return await services.substitutes.end(by, substitution_id, shanghai_date(datetime.now(UTC)))


@reading.get(
    "",
    summary="代办列表 Substitutes",
    responses=answers(200, "最新的在前 the newest first", {"items": [_SUBSTITUTION], "next_cursor": None})
    | problems(*READING),
)
async def substitutes(by: CurrentPrincipal, page: CurrentPage, services: CurrentServices) -> Listing[Substitution]:
    """本单位本角色现在和将来的代办。 Those of your organisation and role that are not over."""
    today = shanghai_date(datetime.now(UTC))
    return Listing[Substitution].of(await services.substitutes.list(by, page, today), lambda each: each)
