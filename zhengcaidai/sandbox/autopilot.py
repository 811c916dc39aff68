"""自动审批: lets a bank's system accept and approve by itself, after a delay, through the engine's API."""

from decimal import Decimal
from enum import StrEnum

from pydantic import Field as PydanticField
from sqlmodel import Field, Session

from zhengcaidai.messages.accounts import Account
from zhengcaidai.messages.base import AnnualRate, Frozen
from zhengcaidai.messages.money import DayCount, RepaymentMethod
from zhengcaidai.messages.orders import ApplicationPush
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.steps import Accept, Approve
from zhengcaidai.sandbox.bank_books import BankTable
from zhengcaidai.sandbox.engine import Engine
from zhengcaidai.sandbox.outbox import Outbox

__all__ = ["Policy", "PolicyMode", "decide", "policy_of", "set_policy"]


class PolicyMode(StrEnum):
    """Who decides."""

    MANUAL = "manual"
    """The bank's people, through the engine's API."""
    AUTOPILOT = "autopilot"


class Policy(Frozen):
    """How a bank's system answers an application."""

    mode: PolicyMode = PolicyMode.MANUAL
    accept_after_seconds: float = PydanticField(default=0, ge=0, le=600)
    approve_after_seconds: float = PydanticField(default=0, ge=0, le=600)
    annual_rate: AnnualRate = Decimal("0.0385")
    penalty_rate: AnnualRate = Decimal("0.05775")
    day_count: DayCount = DayCount.ACTUAL_360
    method: RepaymentMethod = RepaymentMethod.ON_COLLECTION
    designated_account: Account | None = None
    """None: the account that this bank keeps for the supplier."""


class PolicyRow(BankTable, table=True):
    """The one policy of a bank."""

    id: int = Field(default=1, primary_key=True)
    content: str


def policy_of(session: Session) -> Policy:
    """The policy in force; manual until another is set."""
    row = session.get(PolicyRow, 1)
    return Policy.model_validate_json(row.content) if row else Policy()


def set_policy(session: Session, policy: Policy) -> None:
    """From the next application on."""
    session.merge(PolicyRow(content=policy.model_dump_json()))


def decide(
    session: Session, policy: Policy, push: ApplicationPush, account: Account, *, engine: Engine, outbox: Outbox
) -> None:
    """Put acceptance and approval in the outbox; the approval waits until the acceptance has arrived."""
    application = push.application
    bank = Principal(user_id="autopilot", organisation_id=application.bank_id, role=Role.BANK)
    approval = Approve(
        amount_fen=application.amount_fen,
        annual_rate=policy.annual_rate,
        penalty_rate=policy.penalty_rate,
        day_count=policy.day_count,
        term_days=application.term_days,
        method=policy.method,
        designated_account=policy.designated_account or account,
    )
    accepted = outbox.put(
        session,
        engine.step(application.loan_id, Accept(), bank, f"accept-{push.key}"),
        delay_seconds=policy.accept_after_seconds,
    )
    outbox.put(
        session,
        engine.step(application.loan_id, approval, bank, f"approve-{push.key}"),
        delay_seconds=policy.accept_after_seconds + policy.approve_after_seconds,
        after=accepted,
    )
