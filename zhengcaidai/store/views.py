"""From rows to messages."""

from zhengcaidai.messages.tasks import LoanView
from zhengcaidai.store.tables import LoanRow

__all__ = ["loan_view"]


def loan_view(row: LoanRow) -> LoanView:
    """The loan as it was recorded."""
    return LoanView.model_validate({name: getattr(row, name) for name in LoanView.model_fields})
