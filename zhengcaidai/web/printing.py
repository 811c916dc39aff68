"""Printed papers (文书), filled in from a loan's journal; drawn in a thread, since drawing takes a while."""

import asyncio

from fastapi import Response
from fastapi.responses import HTMLResponse

from zhengcaidai.documents.forms import render_html, render_pdf
from zhengcaidai.errors import WrongStage
from zhengcaidai.messages.documents import DealSheetForm, PrintedForm, SettlementCertificate
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.regions import ProvisionId
from zhengcaidai.messages.stages import Stage
from zhengcaidai.registers.sources import text_source
from zhengcaidai.rules.loan import Loan
from zhengcaidai.store.scopes import Scope
from zhengcaidai.web.recorded import loan_of
from zhengcaidai.web.redaction import known_to, redacted
from zhengcaidai.web.services import Services

__all__ = ["deal_sheet", "html_page", "pdf_page", "settlement_certificate"]

_NO_SCRIPT = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


async def html_page(form: PrintedForm) -> Response:
    """The paper as a page to print."""
    return HTMLResponse(await asyncio.to_thread(render_html, form), headers=_NO_SCRIPT)


async def pdf_page(form: PrintedForm, name: str) -> Response:
    """The paper as PDF."""
    content = await asyncio.to_thread(render_pdf, form)
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def deal_sheet(services: Services, scope: Scope, loan_id: str) -> DealSheetForm:
    """融资成交单 (hanyang/4.1.3). Raises NotFound; WrongStage before disbursement."""
    loan = await loan_of(services, scope, loan_id)
    if loan.terms is None or loan.contract is None or loan.offer is None:
        raise WrongStage(
            "尚未放款，没有融资成交单。",
            "The loan is not disbursed yet: there is no deal sheet.",
            where="stage",
            right=Stage.DISBURSED.value,
        )
    return DealSheetForm(
        loan_number=loan_id,
        filing_number=loan.contract.filing_number,
        contract_title=loan.contract.title,
        supplier_name=loan.contract.supplier_name,
        purchaser_name=loan.contract.purchaser_name,
        lender_name=await _lender(services, loan),
        amount_fen=loan.terms.principal_fen,
        annual_rate=loan.offer.annual_rate,
        term_days=loan.offer.term_days,
        disbursed_on=loan.terms.disbursed_on,
        due_on=loan.terms.due_on,
        source=text_source(loan.application.region, loan.terms.disbursed_on, ProvisionId.DEAL_TO_PLATFORM),
    )


async def settlement_certificate(services: Services, scope: Scope, loan_id: str, reader: Role) -> SettlementCertificate:
    """结清证明. Raises NotFound; WrongStage before settlement."""
    detail = await services.loans.loan(scope, loan_id)
    loan = await loan_of(services, scope, loan_id)
    settled_on = detail.statement.settled_on if detail.statement else None
    if loan.stage is not Stage.SETTLED or settled_on is None or loan.terms is None or loan.contract is None:
        raise WrongStage(
            "尚未结清，没有结清证明。",
            "The loan is not settled: there is no certificate.",
            where="stage",
            right=Stage.SETTLED.value,
        )
    certificate = SettlementCertificate(
        loan_number=loan_id,
        filing_number=loan.contract.filing_number,
        supplier_name=loan.contract.supplier_name,
        bank_name=await _lender(services, loan),
        amount_fen=loan.terms.principal_fen,
        disbursed_on=loan.terms.disbursed_on,
        settled_on=settled_on,
        released_account=loan.locked_account or loan.contract.collection_account,
        released_on=loan.lock_released_on,
    )
    return redacted(certificate, known_to(reader))


async def _lender(services: Services, loan: Loan) -> str:
    product = await services.products.get(loan.application.product_id)
    return product.bank_name if product else loan.application.bank_id
