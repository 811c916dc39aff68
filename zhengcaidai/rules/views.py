"""What is shown of a loan (展示): the row that is listed, and the trouble that an operator should see at once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from zhengcaidai.messages.alarms import AlarmKey, Threshold
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.masking import masked_numbers
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.tasks import LoanView, Task
from zhengcaidai.messages.troubles import Trouble, Urgency
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.wording import moment_words
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["awaited_in", "current_details", "holds", "loan_view", "trouble_of", "urgency_of"]


def loan_view(
    loan: Loan, tasks: Sequence[Task], deadlines: Sequence[Deadline], submitted_at: datetime, now: datetime
) -> LoanView:
    """The loan's row. Nothing in it is set: all of it follows from the journal."""
    statement = loan.statement(shanghai_date(now))
    return LoanView(
        loan_id=loan.loan_id,
        region=loan.application.region,
        stage=loan.stage,
        supplier_id=loan.application.supplier.organisation_id,
        bank_id=loan.application.bank_id,
        purchaser_id=loan.purchaser_id,
        product_id=loan.application.product_id,
        award_number=loan.application.award_number,
        filing_number=loan.contract.filing_number if loan.contract else loan.application.filing_number,
        amount_fen=loan.offer.amount_fen if loan.offer else loan.application.amount_fen,
        principal_fen=statement.principal_fen if statement else 0,
        owed_fen=statement.owed_fen if statement else 0,
        submitted_at=submitted_at,
        disbursed_on=loan.disbursed.value_date if loan.disbursed else None,
        due_on=loan.terms.due_on if loan.terms else None,
        awaited=awaited_in(loan, tasks, now),
        next_due_at=min((each.due_at for each in deadlines if each.status.is_open and each.counts), default=None),
        breaches=len(loan.breaches),
        overdue=statement.overdue if statement else False,
        frozen=bool(loan.court_freezes),
        suspected_fraud=loan.is_fraud_feared,
        sequence=loan.sequence,
        updated_at=now,
    )


def awaited_in(loan: Loan, tasks: Sequence[Task], now: datetime) -> tuple[Role, ...]:
    """等待方: whose turn it is. A loan whose account is being changed waits for whom the change waits.

    The bank may collect at any time, but it is its turn only when the loan is due: else it would be said to keep every loan
    waiting that is being repaid.
    """
    instead = loan.change_awaits if loan.change_id is not None else None
    turns = (
        task for task in tasks if task.clock is not ClockId.LOAN_REPAYMENT or task.due_at is None or task.due_at <= now
    )
    roles = (instead if instead and task.role is Role.SYSTEM else task.role for task in turns)
    return tuple(dict.fromkeys(roles))


def trouble_of(loan: Loan, now: datetime, *, outside_down: bool) -> Trouble:
    """异常, the gravest first."""
    statement = loan.statement(shanghai_date(now))
    found = (
        (Trouble.FRAUD, loan.is_fraud_feared),
        (Trouble.FREEZE, bool(loan.court_freezes)),
        (Trouble.TERMINATED, loan.terminated is not None and not loan.stage.is_end),
        (Trouble.DISBURSEMENT_REFUSED, loan.disbursement_refusal is not None),
        (Trouble.OUTSIDE_DOWN, outside_down),
        (Trouble.OVERDUE, statement is not None and statement.overdue),
    )
    return next((trouble for trouble, holds in found if holds), Trouble.NONE)


def urgency_of(deadlines: Sequence[Deadline], sent: Collection[str]) -> Urgency:
    """时限状态 of the clocks that still run; what was reminded of is told by the keys of what was sent."""
    open_now = [each for each in deadlines if each.status.is_open and each.counts]
    if any(each.is_breach for each in open_now):
        return Urgency.BREACHED
    reminders = (key for key in map(AlarmKey.read, sent) if key.threshold is Threshold.REMINDER)
    reminded = {key.version for key in reminders}
    return Urgency.DUE_SOON if any(each.version in reminded for each in open_now) else Urgency.CALM


def holds(loan: Loan) -> tuple[str, ...]:
    """暂停付款: why no money leaves the bank, one line a reason; none once it has left."""
    if loan.disbursed is not None or loan.stage.is_end:
        return ()
    freezes = tuple(f"暂停放款：法院冻结 {freeze.order_number}" for freeze in loan.court_freezes)
    suspicion = (f"暂停放款：疑似欺诈（{loan.fraud_suspected}），待财政部门核查",) if loan.fraud_suspected else ()
    return suspicion + freezes


def current_details(title_zh: str, tasks: Sequence[Task], deadlines: Sequence[Deadline], notes: Sequence[str]) -> str:
    """Markdown for the Temporal UI: stage, who is awaited, until when, by which clause, what was breached; no personal data."""
    lines = [f"**{title_zh}**", ""]
    for task in tasks:
        until = f"，至 {moment_words(task.due_at)}{'（暂定）' if task.provisional else ''}" if task.due_at else ""
        clause = f"，依据 `{task.clause}`" if task.clause else ""
        lines.append(f"- 等待**{task.role.title_zh}**：{masked_numbers(task.zh)}{until}{clause}")
    for deadline in deadlines:
        if deadline.is_breach:
            holder = f"，到期时在{deadline.holder_at_due.title_zh}" if deadline.holder_at_due else ""
            ended = f"，{moment_words(deadline.closed_at)} 办结" if deadline.closed_at else "，仍未办结"
            limit = f"{deadline.clock.title_zh}应于 {moment_words(deadline.due_at)} 前完成（`{deadline.clause}`）"
            lines.append(f"- **超时**：{limit}{holder}{ended}")
    lines += [f"- {masked_numbers(note)}" for note in notes]
    return "\n".join(lines)
