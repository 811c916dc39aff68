"""`/v1/account-changes`: changes of a contract's collection account, within a loan or by themselves (合同账户变更)."""

from functools import reduce
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Response

from zhengcaidai.errors import WrongStage
from zhengcaidai.messages.account_changes import CHANGE_STEPS, ChangeReceipt, ChangeStage
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.account_changes import CHANGE_ALLOWED, Change, change_after
from zhengcaidai.rules.precedents import second_told
from zhengcaidai.store.changes import ChangeFilter
from zhengcaidai.temporal import change_workflow_id
from zhengcaidai.web import examples
from zhengcaidai.web.attachments import check_documents
from zhengcaidai.web.auth import CurrentIdentity, CurrentPrincipal, only
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.change_desk import ChangeBody, change_form, open_change
from zhengcaidai.web.gateway import ClosedWorkflow
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, STEPPING, TEXT, answers, problems
from zhengcaidai.web.printing import html_page, pdf_page
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.step_routes import add_steps, taken_by
from zhengcaidai.web.views import ChangeItem, ChangePage, change_item, change_page
from zhengcaidai.web.writing import CurrentFingerprint, WriteRoute, needs_key

__all__ = ["changing", "reading"]

_TAGS: list[Any] = ["account changes 账户变更"]
changing = APIRouter(
    prefix="/v1/account-changes", tags=_TAGS, route_class=WriteRoute, dependencies=[Depends(needs_key)]
)
reading = APIRouter(prefix="/v1/account-changes", tags=_TAGS)

ChangeId = Annotated[Identifier, Path(description="账户变更编号 / the change's number", examples=[examples.CHANGE_ID])]
_ITEM = {
    "change_id": examples.CHANGE_ID,
    "region": "410300",
    "filing_number": "洛备[2026]1号",
    "supplier_id": "supplier-410300-1",
    "purchaser_id": "purchaser-410300-1",
    "loan_id": examples.LOAN_ID,
    "stage": "draft",
    "stage_title": "待盖章上传",
    "old_account": "示例结算银行洛阳分行 ****0001",
    "new_account": "示例第二银行股份有限公司 ****0001",
    "updated_at": "2026-12-28T10:00:00+08:00",
}
_PAGE = {
    **_ITEM,
    "supplier_name": "洛阳示例医疗用品有限公司",
    "purchaser_name": "洛阳市示例医院",
    "consent_of_bank_id": None,
    "court_order": None,
    "accounts": [examples.ACCOUNT, examples.ACCOUNT],
    "tasks": [
        {
            **examples.TASK,
            "actions": ["upload_scan", "submit_change"],
            "role": "supplier",
            "task_id": f"account_change:{examples.CHANGE_ID}:8d0c6b1fa2e94735-1",
        }
    ],
    "deadlines": [],
    "cautions": [examples.CAUTION],
    "scan": None,
    "reason": None,
    "entries": [],
    "form": f"/v1/account-changes/{examples.CHANGE_ID}/form.html",
}
_NOT_OF_A_LOAN = {"filing_number": "洛备[2026]1号", "new_account": examples.ACCOUNT}


@changing.post(
    "",
    status_code=201,
    summary="申请账户变更 Ask for an account change",
    responses=answers(201, "已受理 opened", {**examples.CHANGE_RECEIPT, "sequence": 0, "stage": "draft"})
    | problems(*STEPPING, "outside-refused"),
)
async def ask(
    body: Annotated[ChangeBody, example_body(_NOT_OF_A_LOAN)],
    _by: Annotated[Principal, only(Role.SUPPLIER)],
    identity: CurrentIdentity,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
    response: Response,
) -> ChangeReceipt:
    """供应商申请变更合同收款账户；已锁定的须贷款银行同意，放款后仅凭法院冻结文书 (hanyang/4.1.4, hanyang/3, kunming/2.3.5)。

    Pledged to a lender: its consent as well. After disbursement: only on a court's order that the bureau has recorded.
    """
    change_id = await open_change(body, identity, fingerprint, services)
    response.headers["Location"] = f"/v1/account-changes/{change_id}"
    return ChangeReceipt(change_id=change_id, sequence=0, stage=ChangeStage.DRAFT)


@reading.get(
    "",
    summary="账户变更列表 Account changes",
    responses=answers(200, "最新的在前 the newest first", {"items": [_ITEM], "next_cursor": None}) | problems(*READING),
)
async def changes(
    page: CurrentPage,
    scope: CurrentScope,
    services: CurrentServices,
    stage: Annotated[ChangeStage | None, Query(description="环节 / stage")] = None,
    filing_number: Annotated[FilingNumber | None, Query(description="合同备案号 / contract filing number")] = None,
    loan_id: Annotated[Identifier | None, Query(description="贷款编号 / loan")] = None,
) -> Listing[ChangeItem]:
    """本单位可见的账户变更。 Those that are yours to see."""
    wanted = ChangeFilter(stage=stage, filing_number=filing_number, loan_id=loan_id)
    return Listing[ChangeItem].of(await services.changes.changes(scope, wanted, page), change_item)


@reading.get(
    "/{change_id}",
    summary="一项账户变更 One account change",
    responses=answers(200, "环节、账户、待办、流水 stage, accounts, tasks, journal", _PAGE)
    | problems(*READING, "not-found"),
)
async def change(
    change_id: ChangeId, by: CurrentPrincipal, scope: CurrentScope, services: CurrentServices
) -> ChangePage:
    """环节、账户、待办与流水。 Where it stands, and what it waits for."""
    return change_page(await services.changes.detail(scope, change_id), by.role)


_PARTIES = only(Role.SUPPLIER, Role.PURCHASER, Role.BANK)
_PRINTED = problems(*READING, "not-found", "font-missing", "outside-refused")


@reading.get(
    "/{change_id}/form.html",
    summary="合同账户变更申请（网页） The form to print",
    response_class=Response,
    dependencies=[_PARTIES],
    responses=answers(200, "可打印的网页 a page to print", "<!doctype html>…", "text/html", schema=TEXT) | _PRINTED,
)
async def form_page(change_id: ChangeId, scope: CurrentScope, services: CurrentServices) -> Response:
    """打印、盖章、扫描后上传 (hanyang/4.1.4)。 To be printed, sealed, scanned and uploaded."""
    return await html_page(await change_form(services, scope, change_id))


@reading.get(
    "/{change_id}/form.pdf",
    summary="合同账户变更申请（PDF） The form as PDF",
    response_class=Response,
    dependencies=[_PARTIES],
    responses=answers(200, "PDF", "%PDF-1.7 …", "application/pdf", schema=TEXT) | _PRINTED,
)
async def form_pdf(change_id: ChangeId, scope: CurrentScope, services: CurrentServices) -> Response:
    """打印、盖章、扫描后上传 (hanyang/4.1.4)。 To be printed, sealed, scanned and uploaded."""
    return await pdf_page(await change_form(services, scope, change_id), f"{change_id}-form")


async def _take(
    kind: type[Step],
    change_id: ChangeId,
    body: Frozen,
    by: CurrentPrincipal,
    scope: CurrentScope,
    fingerprint: CurrentFingerprint,
    services: CurrentServices,
) -> ChangeReceipt:
    step = kind(**dict(body))
    view = await services.changes.change(scope, change_id)
    await check_documents(step, services.documents, scope)
    try:
        return await services.workflows.take(
            change_workflow_id(change_id), taken_by(step, by, fingerprint), ChangeReceipt
        )
    except ClosedWorkflow as error:
        with second_told(reduce(change_after, view.entries, Change(order=view.order)).stage_entry, by):
            raise WrongStage(
                f"账户变更已办结（{view.stage.title_zh}），不能“{step.title_zh}”。",
                f"The account change has ended ({view.stage}); nothing more can be done in it.",
                where="stage",
            ) from error


add_steps(
    changing,
    "/{change_id}",
    CHANGE_STEPS,
    _take,
    stages=lambda step: "、".join(stage.value for stage in ChangeStage if stage in CHANGE_ALLOWED[step]),
    receipt=examples.CHANGE_RECEIPT,
)
