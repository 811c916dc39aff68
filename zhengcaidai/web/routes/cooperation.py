"""`/v1/banks/{bank_id}/suspension`, `/restoration`: a finance bureau ends or restores a bank's cooperation (合作资格)."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from zhengcaidai.errors import NotFound, WrongParty
from zhengcaidai.messages.base import Frozen, Identifier, Text
from zhengcaidai.messages.cooperation import CooperationDecision
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.regions import RegionCode
from zhengcaidai.registers.regions import region as region_profile
from zhengcaidai.rules.cooperation import check_decision, deciding_clause
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.products import ProductFilter
from zhengcaidai.web.auth import only
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.keys import RequestFingerprint, numbers_of
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, WRITING, answers, problems
from zhengcaidai.web.services import CurrentServices, Services
from zhengcaidai.web.writing import CurrentFingerprint, WriteRoute, needs_key

__all__ = ["deciding", "reading"]

deciding = APIRouter(prefix="/v1/banks", tags=["banks 银行"], route_class=WriteRoute, dependencies=[Depends(needs_key)])
reading = APIRouter(prefix="/v1/banks", tags=["banks 银行"])

BankId = Annotated[Identifier, Path(description="银行 / bank", examples=["bank-two"])]
Bureau = Annotated[Principal, only(Role.FINANCE_BUREAU)]

_BODY = {"region": "530100", "reason": "虚假宣传，限期改正后再犯"}
_DECISION = {
    "decision_id": "HZ20261121-7Q4M2K9XTB5D",
    "bank_id": "bank-two",
    **_BODY,
    "suspended": True,
    "clause": "kunming/5.2",
    "by": {"user_id": "qian", "organisation_id": "bureau-530100", "role": "finance_bureau"},
    "at": "2026-11-21T10:00:00+08:00",
}


class CooperationBody(Frozen):
    """在哪个地区、为何终止或恢复."""

    region: RegionCode
    reason: Text


def _answers(suspended: bool) -> dict[int | str, dict[str, Any]]:
    return answers(201, "已登记 recorded", {**_DECISION, "suspended": suspended}) | problems(
        *WRITING, "not-found", "rule-broken", "conflict"
    )


@deciding.post(
    "/{bank_id}/suspension", status_code=201, summary="终止合作资格 End a bank's cooperation", responses=_answers(True)
)
async def suspend(
    bank_id: BankId,
    body: Annotated[CooperationBody, example_body(_BODY)],
    by: Bureau,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
) -> CooperationDecision:
    """本地区或上级财政部门终止银行在该地区（含下级）的融资业务合作资格：不再接受新的申请，已有贷款照旧走完 (kunming/5.2)。

    By the region's finance bureau or one above it: no new applications there or below; loans already begun run on.
    """
    return await _decide(bank_id, body, by, fingerprint, services, suspended=True)


@deciding.post("/{bank_id}/restoration", status_code=201, summary="恢复合作资格 Restore it", responses=_answers(False))
async def restore(
    bank_id: BankId,
    body: Annotated[CooperationBody, example_body({**_BODY, "reason": "已整改"})],
    by: Bureau,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
) -> CooperationDecision:
    """恢复在该地区被终止的合作资格；终止是对哪个地区作的，就恢复哪个地区 (kunming/5.2)。

    Of the region for which it was ended: what a bureau above ended for the whole city is not restored for a district.
    """
    return await _decide(bank_id, body, by, fingerprint, services, suspended=False)


async def _decide(
    bank_id: str,
    body: CooperationBody,
    by: Principal,
    fingerprint: RequestFingerprint,
    services: Services,
    *,
    suspended: bool,
) -> CooperationDecision:
    now = datetime.now(UTC)
    today = shanghai_date(now)
    clause = deciding_clause(by, region_profile(body.region, today))
    numbers = numbers_of("HZ", today, fingerprint)
    for number in numbers:  # the same request again, after its first answer was lost
        known = await services.cooperation.decision(number)
        if known is not None:
            return known
    if not (await services.products.list(ProductFilter(bank_id=bank_id), PageRequest(limit=1))).items:
        raise NotFound(
            f"没有银行 {bank_id}，或它没有报备过产品。",
            f"There is no bank {bank_id}, or it has registered no product.",
            where="bank_id",
        )
    found = {each.region: each for each in await services.cooperation.standing({bank_id})}
    check_decision(body.region, found, suspended=suspended)
    decision = CooperationDecision(
        decision_id=numbers[0], bank_id=bank_id, suspended=suspended, clause=clause, by=by, at=now, **dict(body)
    )
    await services.cooperation.record(decision)
    return decision


@reading.get(
    "/{bank_id}/cooperation",
    summary="合作资格记录 What was decided of a bank",
    responses=answers(200, "最新的在前 the newest first", {"items": [_DECISION], "next_cursor": None})
    | problems(*READING),
)
async def decisions(
    bank_id: BankId,
    by: Annotated[Principal, only(Role.BANK, Role.FINANCE_BUREAU, Role.OPERATOR)],
    page: CurrentPage,
    services: CurrentServices,
) -> Listing[CooperationDecision]:
    """何时、由谁、因何终止或恢复 (kunming/5.2)。银行看本行。 When, by whom and why; a bank sees its own."""
    if by.role is Role.BANK and by.organisation_id != bank_id:
        raise WrongParty(
            "只能查看本行的记录。", "A bank sees its own record.", where="bank_id", right=by.organisation_id
        )
    return Listing[CooperationDecision].of(await services.cooperation.decisions(bank_id, page), lambda each: each)
