"""流水: the append-only journal of a loan. Everything else about it is derived from this."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.clocks import RunOfClock
from zhengcaidai.messages.parties import Principal

__all__ = ["Entry", "Event", "Noted"]

Event = Annotated[
    steps.Accept
    | steps.RequestMaterials
    | steps.SupplyMaterials
    | steps.Approve
    | steps.Reject
    | steps.Sign
    | steps.Withdraw
    | steps.Resend
    | steps.FileContract
    | steps.RefileAccountChange
    | steps.ReportDisbursement
    | steps.ReportNotPaidOut
    | steps.RetryDisbursement
    | steps.FileFundUsePlan
    | steps.PostPayment
    | steps.ReturnPayment
    | steps.ReportStoppedPayment
    | steps.ReportTermination
    | steps.ReportDeduction
    | steps.ReportDelivery
    | steps.RecordCourtFreeze
    | steps.LiftCourtFreeze
    | steps.SuspectFraud
    | steps.ClearFraud
    | steps.ConfirmFraud
    | steps.CorrectClockStart
    | steps.DecideClockCorrection
    | facts.Submitted
    | facts.Verified
    | facts.VerificationFailed
    | facts.ApplicationLapsed
    | facts.ContractChecked
    | facts.ContractNotFound
    | facts.FundUsePlanRefused
    | facts.AccountChangeOpened
    | facts.AccountChangeProgressed
    | facts.AccountChangeEnded
    | facts.ContractAccountChanged
    | facts.AccountLocked
    | facts.DisbursementOrdered
    | facts.DisbursementRefused
    | facts.DisbursementInDoubt
    | facts.Disbursed
    | facts.Reminded
    | facts.Breached
    | facts.CalendarLoaded
    | facts.DeadlineMoved
    | facts.PaymentConfirmed
    | facts.Swept
    | facts.Settled
    | facts.LockReleased
    | facts.StepRefused
    | facts.DeliveryRefused
    | facts.Reopened,
    Field(discriminator="kind"),
]
"""A party's step, or something that the engine found or did."""


class Noted(Frozen):
    """旁注: what the loan found when a step was taken, and on which its effect depends; kept, since it cannot be found again."""

    on_value_date: bool = False
    """按起息日: money told of after a day that it met is that day's by its value date; without this, it came when it was told."""
    missed: tuple[str, ...] = ()
    """逾期未付的日期: of a purchaser's word on its contract, the days that it had missed by then; its word clears none of them."""
    run: RunOfClock = RunOfClock()
    """Of a correction that is asked for: the run that was open then."""


class Entry(Frozen):
    """One line of the journal: what, by whom, when. Lines are added, never edited."""

    sequence: int = Field(ge=1)
    at: AwareDatetime
    by: Principal
    event: Event
    key: Identifier | None = None
    """Of a party's step: the key under which a repeat of it is known again."""
    noted: Noted | None = None
    """What held at that moment, where it makes a difference. Lines written before there were such notes have none."""
