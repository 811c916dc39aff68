"""`/v1/loans`: applications in, loans out (融资申请与贷款)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime

from zhengcaidai.errors import Conflict, RuleBroken
from zhengcaidai.messages.applications import LoanApplication, Supplier
from zhengcaidai.messages.facts import Submitted
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.loans import LoanStart
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.records import LoanUpdate
from zhengcaidai.messages.regions import RegionCode
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Receipt
from zhengcaidai.registers.regions import region as region_profile
from zhengcaidai.rules.cooperation import check_cooperation
from zhengcaidai.rules.effects import opened
from zhengcaidai.rules.eligibility import check_application
from zhengcaidai.rules.views import loan_view
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.queries import LoanFilter
from zhengcaidai.temporal import loan_workflow_id
from zhengcaidai.web import examples
from zhengcaidai.web.attachments import check_documents
from zhengcaidai.web.auth import CurrentIdentity, CurrentPrincipal, Identity, only, own_code
from zhengcaidai.web.bodies import ApplicationBody, LoanId, example_body
from zhengcaidai.web.keys import numbers_of
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, STEPPING, answers, problems
from zhengcaidai.web.reach import CurrentScope, regions_within, scope_of
from zhengcaidai.web.recorded import statement_on
from zhengcaidai.web.services import CurrentServices, Services
from zhengcaidai.web.views import LoanItem, LoanPage, loan_item, loan_page
from zhengcaidai.web.writing import CurrentFingerprint, WriteRoute, needs_key

__all__ = ["applying", "reading"]

applying = APIRouter(prefix="/v1/loans", tags=["loans 贷款"], route_class=WriteRoute, dependencies=[Depends(needs_key)])
reading = APIRouter(prefix="/v1/loans", tags=["loans 贷款"])


@applying.post(
    "",
    status_code=201,
    summary="提交融资申请 Apply for a loan",
    responses=answers(201, "已提交 submitted", {**examples.RECEIPT, "sequence": 1, "stage": "submitted"})
    | problems(*STEPPING),
)
async def apply(
    body: Annotated[ApplicationBody, example_body(examples.APPLICATION)],
    by: Annotated[Principal, only(Role.SUPPLIER)],
    identity: CurrentIdentity,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
    response: Response,
) -> Receipt:
    """供应商提交申请：核对准入后开始一笔贷款，编号由平台生成。 Checked at the door, then the loan begins."""
    now = datetime.now(UTC)
    _check_own_code(body, identity)
    today, yesterday = numbers_of("L", shanghai_date(now), fingerprint)
    product = await services.products.get(body.product_id)
    application = _application(body, by, today)
    profile = region_profile(body.region, shanghai_date(now))
    check_application(application, product, profile)
    check_cooperation(application.region, await services.cooperation.standing({application.bank_id}))
    assert product is not None
    await check_documents(application, services.documents, scope_of(by))
    if await services.workflows.exists(loan_workflow_id(yesterday)):
        application = application.model_copy(update={"loan_id": yesterday})
    await _check_not_financed(application, services)
    await _start(application, by, fingerprint.key, product, services, now)
    response.headers["Location"] = f"/v1/loans/{application.loan_id}"
    return Receipt(loan_id=application.loan_id, sequence=1, stage=Stage.SUBMITTED)


def _check_own_code(body: ApplicationBody, identity: Identity) -> None:
    """Nobody applies in another company's name: the issuer says whose code the organisation has."""
    code = own_code(identity)
    if body.supplier.uscc != code:
        raise RuleBroken(
            "统一社会信用代码与登录单位不一致。",
            "The unified social credit code is not that of the organisation that is logged in.",
            where="supplier.uscc",
            right=code,
        )


def _application(body: ApplicationBody, by: Principal, loan_id: str) -> LoanApplication:
    said = {name: value for name, value in body if name != "supplier"}
    supplier = Supplier(organisation_id=by.organisation_id, **dict(body.supplier))
    return LoanApplication(loan_id=loan_id, supplier=supplier, **said)


async def _check_not_financed(application: LoanApplication, services: Services) -> None:
    """One contract, one loan; the register decides when the loan is verified, this only says so at once (重复融资)."""
    holder = await services.records.holder_of(application.award_number)
    if holder is not None and holder != application.loan_id:
        raise Conflict(
            "该采购项目已有一笔融资在办或未结清，一份合同只能融资一次。",
            "This award is under finance already; a contract is financed once.",
            where="award_number",
        )


async def _start(
    application: LoanApplication, by: Principal, key: str, product: Product, services: Services, now: datetime
) -> None:
    """Start the workflow, then list the loan at once: what the workflow writes, at whatever moment, is newer."""
    await services.workflows.start_loan(LoanStart(application=application, by=by, key=key), product)
    first = Entry(sequence=1, at=now, by=by, event=Submitted(application=application), key=key)
    view = loan_view(opened(first), (), (), now, now).model_copy(update={"sequence": 0})
    await services.records.record(
        LoanUpdate(view=view, tasks=(), deadlines=(), entries=(), locked_account=None, statement=None)
    )


@reading.get(
    "",
    summary="贷款列表 Loans",
    responses=answers(200, "最新提交的在前 the newest first", {"items": [examples.LOAN], "next_cursor": None})
    | problems(*READING),
)
async def loans(
    page: CurrentPage,
    scope: CurrentScope,
    services: CurrentServices,
    stage: Annotated[Stage | None, Query(description="业务环节 / stage")] = None,
    region: Annotated[RegionCode | None, Query(description="地区，含下级 / region and those below")] = None,
    bank_id: Annotated[str | None, Query(max_length=80, description="银行 / bank")] = None,
    awaited: Annotated[Role | None, Query(description="等待方 / who has to act")] = None,
    breached: Annotated[bool | None, Query(description="有超时 / has missed a limit")] = None,
    overdue: Annotated[bool | None, Query(description="逾期 / overdue")] = None,
    due_before: Annotated[AwareDatetime | None, Query(description="最近期限早于 / next due before")] = None,
) -> Listing[LoanItem]:
    """本单位可见的贷款；金额计至各笔的 as_of 当日。 The loans that are yours to see; amounts are as of each loan's `as_of`."""
    wanted = LoanFilter(
        stage=stage,
        regions=regions_within(region) if region else frozenset(),
        bank_id=bank_id,
        awaited=awaited,
        breached=breached,
        overdue=overdue,
        due_before=due_before,
    )
    return Listing[LoanItem].of(await services.loans.loans(scope, wanted, page), loan_item)


@reading.get(
    "/{loan_id}",
    summary="一笔贷款 One loan",
    responses=answers(
        200,
        "环节、待办、对账 stage, tasks, statement",
        {
            **examples.LOAN,
            "tasks": [{**examples.TASK, "task_id": examples.TASK_ID}],
            "statement": None,
            "collection_account": None,
        },
    )
    | problems(*READING, "not-found"),
)
async def loan(loan_id: LoanId, by: CurrentPrincipal, scope: CurrentScope, services: CurrentServices) -> LoanPage:
    """环节、待办、对账与回款账户；金额计至 as_of 当日（今日）。 Where it stands, what it waits for, what is owed today.

    `statement`, `principal_fen`, `owed_fen` and `overdue` are as of the day `as_of`: today, or the day of the loan's last
    entry where a test clock has moved it ahead. In lists `as_of` is the day of the loan's last change.
    """
    detail = await services.loans.loan(scope, loan_id)
    if detail.statement is None:
        return loan_page(detail, by.role, None)
    today = shanghai_date(datetime.now(UTC))
    return loan_page(detail, by.role, await statement_on(services, scope, loan_id, today))
