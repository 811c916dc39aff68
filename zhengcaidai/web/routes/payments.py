"""`/v1/payment-checks`: may this payment go (付款校验)?"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime

from zhengcaidai.errors import NotFound
from zhengcaidai.messages.base import FilingNumber, Frozen
from zhengcaidai.messages.orders import PaymentCheck, PaymentCheckAnswer
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.records import LockState
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.rules.accounts import check_payment
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.payments import StoppedPayment
from zhengcaidai.store.scopes import Scope
from zhengcaidai.web.auth import only
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, WRITING, answers, problems
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.services import CurrentServices, Services
from zhengcaidai.web.writing import WriteRoute, needs_key

__all__ = ["checking", "reading"]

checking = APIRouter(
    prefix="/v1/payment-checks", tags=["treasury 国库"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)
reading = APIRouter(prefix="/v1/payment-checks", tags=["treasury 国库"])

_CHECK = {
    "check_id": "CHK-2026-1",
    "filing_number": "昆备[2026]2号",
    "amount_fen": 12000000,
    "account_number": "9999888877776666",
    "account_name": "昆明示例教学设备有限公司",
}
_STOPPED = {
    "check_id": "CHK-2026-1",
    "allowed": False,
    "loan_id": "L20260918-7Q4M2K9XTB5D",
    "zh": "该合同的款项只能支付到锁定的回款账户，本笔已拦截。",
    "en": "This contract pays only into its locked account; the payment is stopped.",
    "clause": "kunming/3.2",
}


class StoppedItem(Frozen):
    """拦截付款."""

    filing_number: FilingNumber
    amount_fen: int
    account_masked: str
    answer: PaymentCheckAnswer
    checked_at: AwareDatetime


@checking.post(
    "",
    summary="付款校验 Check a payment",
    responses=answers(200, "可否支付及理由 whether it may go, and why", _STOPPED)
    | problems(*WRITING, "not-found", "conflict"),
)
async def check(
    body: Annotated[PaymentCheck, example_body(_CHECK)],
    by: Annotated[Principal, only(Role.TREASURY)],
    scope: CurrentScope,
    services: CurrentServices,
) -> PaymentCheckAnswer:
    """款项付出之前校验：账户已锁定的合同只付锁定账户 (kunming/3.2, luoyang/2.3)。不依赖流程引擎；拦截的付款随后报给贷款。

    The answer never waits for the workflow engine: it is logged first, and the loan is told as soon as that answers.
    A contract under finance is for the treasury of its region, or of one above; for any other it is not there.
    """
    known = await services.payments.answered(by, body)
    if known is not None:
        return known
    lock = await services.records.lock_of(body.filing_number)
    profile = None if lock is None else await _rules_of(lock, scope, services)
    answer = await services.payments.log(by, body, check_payment(body, lock, profile), datetime.now(UTC))
    if not answer.allowed:
        services.stopped.wake()
    return answer


async def _rules_of(lock: LockState, scope: Scope, services: Services) -> RegionProfile:
    """The rules that the loan began under. Raises NotFound: another region's treasury learns neither loan nor account,
    and leaves no trace in the loan (kunming/3.2).
    """
    try:
        view = (await services.loans.loan(scope, lock.loan_id)).view
    except NotFound as error:
        raise NotFound(
            f"本级国库没有合同 {lock.filing_number} 的付款可校验。",
            f"Contract {lock.filing_number} is not one that this treasury pays.",
            where="filing_number",
            right="合同所在地区或其上级的国库 / the treasury of the contract's region, or of one above",
        ) from error
    return await services.rulebook.profile(view.region, shanghai_date(view.submitted_at))


@reading.get(
    "",
    summary="拦截的付款 Stopped payments",
    responses=answers(
        200,
        "最新的在前 the newest first",
        {
            "items": [
                {
                    "filing_number": "昆备[2026]2号",
                    "amount_fen": 12000000,
                    "account_masked": "****6666",
                    "answer": _STOPPED,
                    "checked_at": "2026-10-30T10:00:00+08:00",
                }
            ],
            "next_cursor": None,
        },
    )
    | problems(*READING),
)
async def stopped(page: CurrentPage, scope: CurrentScope, services: CurrentServices) -> Listing[StoppedItem]:
    """本单位可见贷款的拦截付款。 Of the loans that are yours to see."""
    return Listing[StoppedItem].of(await services.payments.stopped(scope, page), _item)


def _item(found: StoppedPayment) -> StoppedItem:
    return StoppedItem(
        filing_number=found.filing_number,
        amount_fen=found.amount_fen,
        account_masked=found.account_masked,
        answer=found.answer,
        checked_at=found.checked_at,
    )
