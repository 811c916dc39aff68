"""Who may do what, when (业务环节): the one table behind validators, endpoints, tasks and documents."""

from zhengcaidai.errors import WrongParty, WrongStage
from zhengcaidai.messages import steps
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.organisations import stands_for

__all__ = ["ALLOWED", "check_party", "check_stage"]

_REVIEW = frozenset({Stage.ACCEPTED, Stage.MATERIALS_REQUESTED})
_BEFORE_MONEY = frozenset(stage for stage in Stage if stage.is_before_disbursement)
_OPEN = frozenset(stage for stage in Stage if not stage.is_end)
_LENT = frozenset({Stage.DISBURSED, Stage.REPAYING})
_LOCKED = _LENT | {Stage.ACCOUNT_LOCKED, Stage.SETTLED}

ALLOWED: dict[type[Step], frozenset[Stage]] = {
    steps.Accept: frozenset({Stage.VERIFIED}),
    steps.RequestMaterials: frozenset({Stage.ACCEPTED}),
    steps.SupplyMaterials: frozenset({Stage.MATERIALS_REQUESTED}),
    steps.Approve: _REVIEW,
    steps.Reject: _REVIEW | {Stage.VERIFIED},
    steps.Sign: frozenset({Stage.APPROVED}),
    steps.Withdraw: _BEFORE_MONEY,
    steps.Resend: _BEFORE_MONEY,
    steps.FileContract: frozenset({Stage.SIGNED}),
    steps.RefileAccountChange: frozenset({Stage.ACCOUNT_CHANGE}),
    steps.ReportDisbursement: frozenset({Stage.ACCOUNT_LOCKED, Stage.DISBURSED, Stage.REPAYING}),
    steps.ReportNotPaidOut: frozenset({Stage.ACCOUNT_LOCKED}),
    steps.RetryDisbursement: frozenset({Stage.ACCOUNT_LOCKED}),
    steps.FileFundUsePlan: _LENT,
    steps.PostPayment: _LOCKED - {Stage.ACCOUNT_LOCKED},
    steps.ReturnPayment: _LOCKED - {Stage.ACCOUNT_LOCKED},
    steps.ReportStoppedPayment: _LOCKED,
    steps.ReportTermination: _OPEN,
    steps.ReportDeduction: _OPEN,
    steps.ReportDelivery: _LENT,
    steps.RecordCourtFreeze: _OPEN,
    steps.LiftCourtFreeze: _OPEN,
    steps.SuspectFraud: _OPEN,
    steps.ClearFraud: _OPEN,
    steps.ConfirmFraud: _OPEN,
    steps.CorrectClockStart: _OPEN,
    steps.DecideClockCorrection: _OPEN,
}
"""The stages in which a step is allowed. A repeat of what was done already is answered before this table is asked."""


def check_party(loan: Loan, step: Step, by: Principal) -> None:
    """The step belongs to this party, and the loan to its organisation. Raises WrongParty."""
    roles = type(step).by_role
    if by.role not in roles:
        own = "、".join(role.title_zh for role in roles)
        raise WrongParty(
            f"“{step.title_zh}”由{own}办理，{by.role.title_zh}不能办理。",
            f"“{step.name()}” is done by {' or '.join(roles)}, not by {by.role}.",
            where="role",
            right=" / ".join(roles),
        )
    if not stands_for(loan, by):
        raise WrongParty(
            "该笔贷款不属于贵单位。",
            "This loan is not your organisation's.",
            where="organisation",
        )


def check_stage(loan: Loan, step: Step) -> None:
    """The step is allowed where the loan stands. Raises WrongStage, which names the stages that would be right."""
    allowed = ALLOWED[type(step)]
    if loan.stage in allowed:
        return
    in_order = [stage for stage in Stage if stage in allowed]
    raise WrongStage(
        f"贷款现处于“{loan.stage.title_zh}”，不能“{step.title_zh}”；"
        f"可在以下环节办理：{'、'.join(stage.title_zh for stage in in_order)}。",
        f"The loan is {loan.stage}; “{step.name()}” is possible when it is {', '.join(in_order)}.",
        where="stage",
        right=" / ".join(in_order),
    )
