"""`GET /v1/loans/{loan_id}/…`: timeline, deadlines, documents and printed papers of one loan."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from zhengcaidai.messages.money import LedgerEntry
from zhengcaidai.store.paging import MAX_PAGE
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.bodies import LoanId
from zhengcaidai.web.explaining import ExplainedDeadline, explained, known_editions
from zhengcaidai.web.listing import Listing
from zhengcaidai.web.openapi import READING, TEXT, answers, problems
from zhengcaidai.web.printing import deal_sheet, html_page, pdf_page, settlement_certificate
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.recorded import loan_of
from zhengcaidai.web.redaction import known_to
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.timeline import TimelineEntry, timeline_entry
from zhengcaidai.web.views import DocumentItem, document_item

__all__ = ["pages"]

pages = APIRouter(prefix="/v1/loans/{loan_id}", tags=["loans 贷款"])

_After = Annotated[int, Query(ge=0, description="此序号之后 / after this sequence number")]
_Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]

_ENTRY = {
    "sequence": 3,
    "at": "2026-09-18T11:00:00+08:00",
    "kind": "accept",
    "role": "bank",
    "organisation_id": "bank-one",
    "user_id": "li",
    "title_zh": "受理",
    "title_en": "accept",
    "note_zh": "",
    "note_en": "",
    "clause": "kunming/4.2",
    "event": {"kind": "accept"},
}

_BOOKED = {
    "sequence": 1,
    "kind": "allocation",
    "key": "PAY-1",
    "cause": "PAY-1",
    "fees_fen": 0,
    "penalty_fen": 0,
    "interest_fen": 154000,
    "principal_fen": 19846000,
    "surplus_fen": 0,
    "value_date": "2026-10-20",
    "posted_at": "2026-10-20T15:30:00+08:00",
    "reverses": None,
}


@pages.get(
    "/timeline",
    summary="时间线 Timeline",
    responses=answers(200, "按发生顺序 in order", {"items": [_ENTRY], "next_cursor": None})
    | problems(*READING, "not-found"),
)
async def timeline(
    loan_id: LoanId,
    by: CurrentPrincipal,
    scope: CurrentScope,
    services: CurrentServices,
    after: _After = 0,
    limit: _Limit = MAX_PAGE,
) -> Listing[TimelineEntry]:
    """谁在何时办了什么；账号、手机号只向需要的一方显示。 Who did what when; numbers are masked unless needed."""
    entries = await services.loans.journal(scope, loan_id, after, limit + 1)
    region = (await services.loans.loan(scope, loan_id)).view.region
    shown = tuple(timeline_entry(entry, known_to(by.role), region) for entry in entries[:limit])
    more = str(shown[-1].sequence) if len(entries) > limit else None
    return Listing[TimelineEntry](items=shown, next_cursor=more)


@pages.get(
    "/deadlines",
    summary="时限及说明 Deadlines, explained",
    responses=answers(200, "每一时限逐日说明 day by day", Listing[ExplainedDeadline](items=(examples.DEADLINE,)))
    | problems(*READING, "not-found"),
)
async def deadlines(loan_id: LoanId, scope: CurrentScope, services: CurrentServices) -> Listing[ExplainedDeadline]:
    """起算、依据、日历版本、逐日计算，中英文说明。 Start, clause, calendar and every day, in both languages."""
    found = await services.loans.deadlines(scope, loan_id)
    known = await known_editions(services.calendars, await services.loans.journal(scope, loan_id))
    return Listing[ExplainedDeadline](items=tuple(explained(each, known) for each in found))


@pages.get(
    "/ledger",
    summary="台账 Ledger",
    responses=answers(200, "按入账顺序 as booked", {"items": [_BOOKED], "next_cursor": None})
    | problems(*READING, "not-found"),
)
async def ledger(
    loan_id: LoanId,
    scope: CurrentScope,
    services: CurrentServices,
    after: _After = 0,
    limit: _Limit = MAX_PAGE,
) -> Listing[LedgerEntry]:
    """每笔款项冲抵了多少费用、罚息、利息、本金，余多少；冲销另记一笔 (kunming/2.3.6)。

    How each sum was spread: fees, penalty, interest, principal, surplus. What is undone stands as an entry of its own.
    """
    loan = await loan_of(services, scope, loan_id)
    entries = loan.ledger.entries[after : after + limit] if loan.ledger else ()
    more = str(after + limit) if loan.ledger and len(loan.ledger.entries) > after + limit else None
    return Listing[LedgerEntry](items=tuple(entries), next_cursor=more)


@pages.get(
    "/documents",
    summary="贷款材料 Documents",
    responses=answers(
        200,
        "按收到的顺序 in order",
        {
            "items": [
                {
                    "document": examples.DOCUMENT,
                    "href": f"/v1/documents/{examples.DOCUMENT['sha256']}",
                    "sequence": 1,
                    "organisation_id": "supplier-530100-1",
                    "at": "2026-09-18T10:30:00+08:00",
                }
            ],
            "next_cursor": None,
        },
    )
    | problems(*READING, "not-found"),
)
async def documents(loan_id: LoanId, scope: CurrentScope, services: CurrentServices) -> Listing[DocumentItem]:
    """贷款流水中提到的全部文件。 Every document that the loan's journal names."""
    found = await services.loans.documents(scope, loan_id)
    return Listing[DocumentItem](items=tuple(document_item(each) for each in found))


_PRINTED = problems(*READING, "not-found", "wrong-stage", "font-missing")
_HTML = answers(200, "可打印的网页 a page to print", "<!doctype html>…", "text/html", schema=TEXT)
_PDF = answers(200, "PDF", "%PDF-1.7 …", "application/pdf", schema=TEXT)


@pages.get(
    "/deal-sheet.html", summary="融资成交单（网页） Deal sheet", response_class=Response, responses=_HTML | _PRINTED
)
async def deal_sheet_page(loan_id: LoanId, scope: CurrentScope, services: CurrentServices) -> Response:
    """放款后可打印 (hanyang/4.1.3)。 Once the loan is disbursed."""
    return await html_page(await deal_sheet(services, scope, loan_id))


@pages.get(
    "/deal-sheet.pdf", summary="融资成交单（PDF） Deal sheet", response_class=Response, responses=_PDF | _PRINTED
)
async def deal_sheet_pdf(loan_id: LoanId, scope: CurrentScope, services: CurrentServices) -> Response:
    """放款后可打印 (hanyang/4.1.3)。 Once the loan is disbursed."""
    return await pdf_page(await deal_sheet(services, scope, loan_id), f"{loan_id}-deal-sheet")


@pages.get(
    "/settlement-certificate.html",
    summary="结清证明（网页） Settlement certificate",
    response_class=Response,
    responses=_HTML | _PRINTED,
)
async def settlement_page(
    loan_id: LoanId, by: CurrentPrincipal, scope: CurrentScope, services: CurrentServices
) -> Response:
    """结清后可打印。 Once nothing is owed."""
    return await html_page(await settlement_certificate(services, scope, loan_id, by.role))


@pages.get(
    "/settlement-certificate.pdf",
    summary="结清证明（PDF） Settlement certificate",
    response_class=Response,
    responses=_PDF | _PRINTED,
)
async def settlement_pdf(
    loan_id: LoanId, by: CurrentPrincipal, scope: CurrentScope, services: CurrentServices
) -> Response:
    """结清后可打印。 Once nothing is owed."""
    certificate = await settlement_certificate(services, scope, loan_id, by.role)
    return await pdf_page(certificate, f"{loan_id}-settlement")
