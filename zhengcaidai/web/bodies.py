"""What a request carries (请求体): a step without what the API itself knows, an application without its supplier's id."""

from typing import Annotated, Any

from fastapi import Body, Path
from pydantic import Field, create_model

from zhengcaidai.messages.applications import Basis, EnterpriseScale
from zhengcaidai.messages.base import FilingNumber, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.identifiers import Mobile, Uscc
from zhengcaidai.messages.regions import RegionCode
from zhengcaidai.messages.steps import Step
from zhengcaidai.messages.tasks import TaskId
from zhengcaidai.web.examples import LOAN_ID
from zhengcaidai.web.openapi import kept

__all__ = ["ApplicationBody", "LoanId", "SupplierBody", "TaskIdsBody", "example_body", "step_body"]

_MADE_HERE = frozenset({"kind", "new_loan_id"})
"""The address says the kind; numbers are made by the API."""

LoanId = Annotated[Identifier, Path(description="贷款编号 / the loan's number", examples=[LOAN_ID])]


class SupplierBody(Frozen):
    """供应商 as it applies; its organisation is that of whoever asks."""

    uscc: Uscc
    name: Text
    scale: EnterpriseScale
    mobile: Mobile


class ApplicationBody(Frozen):
    """融资申请 (kunming/2.3.2, hanyang/4.1.3): bank, product, basis, amount, term, 征信查询授权."""

    region: RegionCode
    supplier: SupplierBody
    bank_id: Identifier
    product_id: Identifier
    basis: Basis
    award_number: FilingNumber
    filing_number: FilingNumber | None = None
    amount_fen: PositiveFen
    term_days: int = Field(strict=True, gt=0, le=3660)
    credit_inquiry_authorisation: DocumentRef
    materials: tuple[DocumentRef, ...] = Field(default=(), max_length=50)


class TaskIdsBody(Frozen):
    """批量: several tasks, of which each is answered by itself."""

    task_ids: tuple[TaskId, ...] = Field(min_length=1, max_length=100)


def step_body(step: type[Step]) -> type[Frozen]:
    """What a party sends to take the step."""
    fields: Any = {name: (info.annotation, info) for name, info in step.model_fields.items() if name not in _MADE_HERE}
    return create_model(f"{step.__name__}Body", __base__=Frozen, __doc__=step.__doc__, **fields)


def example_body(example: Any, summary: str = "示例 example") -> Any:
    """The request body's parameter, with an example for the API's description."""
    return Body(openapi_examples={"example": {"summary": summary, "value": kept(example)}})
