"""What parties may do to a loan at random: right and wrong steps, by right and wrong people, twice, late, out of order."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.workflows.samples import NEW_ACCOUNT, OLD_ACCOUNT, SCAN, Parties, account, offer
from zhengcaidai.messages import steps
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.money import RepaymentMethod
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.steps import STEPS, Step, TakenStep

KEYS = tuple(f"K{number}" for number in range(60))
PAYMENTS = ("P1", "P2", "P3")
STRANGERS = tuple(
    Principal(user_id=f"x-{role}", organisation_id=f"stranger-{role}", role=role)
    for role in Role
    if role is not Role.SYSTEM
)


def people(parties: Parties) -> st.SearchStrategy[Principal]:
    """Those of the loan, and some who are not."""
    own = tuple(parties.of(role) for role in Role if role is not Role.SYSTEM)
    return st.sampled_from((*own, *own, *own, *STRANGERS))


def _days(today: date) -> st.SearchStrategy[date]:
    return st.sampled_from((0, 0, 0, 0, -1, -10, -30, 1)).map(lambda days: today + timedelta(days=days))


def _amounts() -> st.SearchStrategy[int]:
    return st.sampled_from((1, 33_333, 100_000, 200_000, 250_000))


_REASON = st.just("随机")


ENDINGS = (steps.Reject, steps.Withdraw, steps.Resend, steps.ReportTermination, steps.ConfirmFraud)
"""Steps after which little more can happen: drawn seldom, so that loans grow old."""


TO_AND_FRO = (steps.RequestMaterials, steps.ReportNotPaidOut)
"""Steps that only ask for another step, which leads back to where it was."""


@cache
def steps_of(today: date, filing_number: str) -> dict[type[Step], st.SearchStrategy[Step]]:
    """Each step, its content right more often than not."""
    return {**_steps_before_money(filing_number), **_steps_with_money(today), **_steps_at_any_time(today)}


def _steps_before_money(filing_number: str) -> dict[type[Step], st.SearchStrategy[Step]]:
    return {
        steps.Accept: st.builds(steps.Accept),
        steps.RequestMaterials: st.builds(steps.RequestMaterials, items=st.just(("纳税证明",)), reason=_REASON),
        steps.SupplyMaterials: st.builds(steps.SupplyMaterials, documents=st.just((SCAN,))),
        steps.Approve: st.builds(
            offer,
            amount_fen=st.sampled_from((100_000, 200_000, 200_000, 200_001)),
            method=st.sampled_from(RepaymentMethod),
            term_days=st.sampled_from((10, 95, 180)),
            designated_account=st.sampled_from((NEW_ACCOUNT,) * 5 + (account(name="另一公司"),)),
        ),
        steps.Reject: st.builds(steps.Reject, reason=_REASON),
        steps.Sign: st.builds(steps.Sign, agreement_number=st.just("AG-1")),
        steps.Withdraw: st.builds(steps.Withdraw, reason=_REASON),
        steps.Resend: st.builds(
            steps.Resend,
            new_loan_id=st.just("L-NEW"),
            bank_id=st.sampled_from(("bank-2", "bank-kunlun")),
            product_id=st.just("other"),
            reason=_REASON,
        ),
        steps.FileContract: st.builds(
            steps.FileContract, filing_number=st.sampled_from((filing_number, filing_number, "合备[2026]0号"))
        ),
        steps.RefileAccountChange: st.builds(steps.RefileAccountChange, reason=_REASON),
    }


def _steps_with_money(today: date) -> dict[type[Step], st.SearchStrategy[Step]]:
    numbers = st.sampled_from((NEW_ACCOUNT.number,) * 7 + (OLD_ACCOUNT.number,))
    return {
        steps.ReportDisbursement: st.builds(
            steps.ReportDisbursement, bank_reference=st.just("REF"), amount_fen=_amounts(), value_date=_days(today)
        ),
        steps.ReportNotPaidOut: st.builds(steps.ReportNotPaidOut, reason=_REASON),
        steps.RetryDisbursement: st.builds(steps.RetryDisbursement, reason=_REASON),
        steps.FileFundUsePlan: st.builds(
            steps.FileFundUsePlan,
            plan_number=st.sampled_from(("PL1", "PL2")),
            amount_fen=_amounts(),
            pay_on=_days(today),
            account_number=numbers,
        ),
        steps.PostPayment: st.builds(
            steps.PostPayment,
            payment_id=st.sampled_from(PAYMENTS),
            amount_fen=_amounts(),
            account_number=numbers,
            value_date=_days(today),
        ),
        steps.ReturnPayment: st.builds(
            steps.ReturnPayment,
            return_id=st.sampled_from(("R1", "R2", "P1")),
            payment_id=st.sampled_from((*PAYMENTS, "R1", "release-1")),
            amount_fen=_amounts(),
            value_date=_days(today),
        ),
        steps.ReportStoppedPayment: st.builds(
            steps.ReportStoppedPayment,
            check_id=st.just("C1"),
            amount_fen=_amounts(),
            account_masked=st.just("****4000"),
        ),
    }


def _steps_at_any_time(today: date) -> dict[type[Step], st.SearchStrategy[Step]]:
    return {
        steps.ReportTermination: st.builds(steps.ReportTermination, reason=_REASON),
        steps.ReportDeduction: st.builds(steps.ReportDeduction, amount_fen=_amounts(), reason=_REASON),
        steps.ReportDelivery: st.builds(steps.ReportDelivery, delivered_on=_days(today)),
        steps.RecordCourtFreeze: st.builds(
            steps.RecordCourtFreeze, order_number=st.sampled_from(("执1号", "执2号")), court=st.just("示例法院")
        ),
        steps.LiftCourtFreeze: st.builds(
            steps.LiftCourtFreeze, order_number=st.sampled_from(("执1号", "执2号")), reason=_REASON
        ),
        steps.SuspectFraud: st.builds(steps.SuspectFraud, reason=_REASON),
        steps.ClearFraud: st.builds(steps.ClearFraud, reason=_REASON),
        steps.ConfirmFraud: st.builds(steps.ConfirmFraud, reason=_REASON),
        steps.CorrectClockStart: st.builds(
            steps.CorrectClockStart,
            clock=st.sampled_from(ClockId),
            corrected_on=st.one_of(_days(today), st.dates()),
            reason=_REASON,
        ),
        steps.DecideClockCorrection: st.builds(
            steps.DecideClockCorrection, clock=st.sampled_from(ClockId), approve=st.booleans(), reason=_REASON
        ),
    }


@st.composite
def a_step(draw: st.DrawFn, today: date, filing_number: str) -> Step:
    """Any step."""
    made = steps_of(today, filing_number)
    assert made.keys() == set(STEPS)
    ends = draw(st.integers(0, 49)) == 0
    return draw(made[draw(st.sampled_from([step for step in STEPS if (step in ENDINGS) == ends]))])


@st.composite
def taken_steps(draw: st.DrawFn, parties: Parties, today: date, filing_number: str) -> TakenStep[Any]:
    """A step, mostly by one whose it is, now and then by anybody."""
    step = draw(a_step(today, filing_number))
    right = st.sampled_from(tuple(parties.of(role) for role in type(step).by_role))
    by = draw(st.one_of(right, right, right, people(parties)))
    return TakenStep[Any](step=step, by=by, key=draw(st.sampled_from(KEYS)))
