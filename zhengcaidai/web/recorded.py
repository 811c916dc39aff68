"""A loan as its recorded journal tells it (台账): what the projection's row does not hold, or holds as of an earlier day."""

from datetime import date
from functools import reduce

from zhengcaidai.errors import WrongStage
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.money import Statement
from zhengcaidai.rules.effects import after, opened
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.scopes import Scope
from zhengcaidai.web.services import Services

__all__ = ["loan_from", "loan_of", "statement_on"]


async def loan_of(services: Services, scope: Scope, loan_id: str) -> Loan:
    """The whole loan. Raises NotFound; WrongStage in the moment before its application is written down."""
    return loan_from(await services.loans.journal(scope, loan_id))


async def statement_on(services: Services, scope: Scope, loan_id: str, today: date) -> Statement | None:
    """对账 as of today, interest of the days since the last entry included; None before disbursement.

    On a test clock the loan's own day may be ahead of today's: then as of the day of its last entry. Raises as `loan_of`.
    """
    entries = await services.loans.journal(scope, loan_id)
    return loan_from(entries).statement(max(today, shanghai_date(entries[-1].at)))


def loan_from(entries: tuple[Entry, ...]) -> Loan:
    """The loan that these lines tell of. Raises WrongStage if there are none yet."""
    if not entries:
        raise WrongStage("贷款正在登记。", "The loan is being recorded.", where="stage")
    return reduce(after, entries[1:], opened(entries[0]))
