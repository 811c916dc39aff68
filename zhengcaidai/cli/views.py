"""视图: links to the loans that an operator looks for, as queries of the Temporal UI."""

from collections.abc import Iterator
from urllib.parse import quote

from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.troubles import Trouble, Urgency
from zhengcaidai.temporal import AWAITED, NAMESPACE, TROUBLE, URGENCY

__all__ = ["SAVED_VIEWS", "saved_views"]

_RUNNING = 'WorkflowType IN ("ContractLoan", "AccountChange") AND ExecutionStatus = "Running"'

SAVED_VIEWS: dict[str, str] = {
    "等银行": f'{_RUNNING} AND {AWAITED.name} = "{Role.BANK}"',
    "等采购人": f'{_RUNNING} AND {AWAITED.name} = "{Role.PURCHASER}"',
    "等财政": f'{_RUNNING} AND {AWAITED.name} IN ("{Role.FINANCE_BUREAU}", "{Role.TREASURY}")',
    "将到期": f'{_RUNNING} AND {URGENCY.name} = "{Urgency.DUE_SOON}"',
    "已超时": f'{_RUNNING} AND {URGENCY.name} = "{Urgency.BREACHED}"',
    "异常": f'{_RUNNING} AND {TROUBLE.name} != "{Trouble.NONE}"',
}
"""Title → query."""


def saved_views(ui_url: str) -> Iterator[tuple[str, str]]:
    """Title and link of each view."""
    for title, query in SAVED_VIEWS.items():
        yield title, f"{ui_url}/namespaces/{NAMESPACE}/workflows?query={quote(query)}"
