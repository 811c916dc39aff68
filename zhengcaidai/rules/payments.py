"""What is asked of a reported payment (付款核对): by whom it is told, under what number, into which account, of what day.

A part of rules/checks.py, which says of which step each is asked.
"""

from datetime import date

from zhengcaidai.errors import InvalidInput, RuleBroken, WrongParty
from zhengcaidai.messages import steps
from zhengcaidai.messages.accounts import same_account_number
from zhengcaidai.messages.money import MoneyEvent, MoneyEventKind
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.regions import ProvisionId, RegionProfile
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.organisations import paying_treasury
from zhengcaidai.rules.receipts import RELEASE

__all__ = [
    "check_locked_account",
    "check_not_future",
    "check_paying_treasury",
    "check_payment_keys",
    "check_return_is_of_something",
]


def check_payment_keys(loan: Loan, step: steps.PostPayment | steps.ReturnPayment) -> None:
    """The engine's own refunds have keys too: a party names one only to say that the refund itself came back."""
    own = "return_id" if isinstance(step, steps.ReturnPayment) else "payment_id"
    known = loan.ledger.events if loan.ledger else {}
    if isinstance(step, steps.ReturnPayment) and step.return_id == step.payment_id:
        raise InvalidInput(
            "退汇编号不能与所退付款的编号相同。",
            "A return has a number of its own, not that of the payment it undoes.",
            where="return_id",
            right=f"≠ {step.payment_id}",
        )
    if isinstance(step, steps.ReturnPayment) and step.payment_id in known:
        _check_not_a_fee(known[step.payment_id])
    for where, number in ((own, getattr(step, own)), ("payment_id", step.payment_id)):
        if number.startswith(RELEASE) and (where == own or number not in known):
            raise InvalidInput(
                f"编号不能以 {RELEASE} 开头，那是系统退还余款的编号。",
                f"Numbers that begin with {RELEASE} are those of the engine's own refunds of surplus.",
                where=where,
                right="本机构的付款编号 / the institution's own number",
            )


def check_return_is_of_something(loan: Loan, step: steps.ReturnPayment) -> None:
    """Asked of who can be answered: while money is still expected, a return may come before its payment; once the loan is
    settled nobody would look for the payment any more. Raises InvalidInput.
    """
    known = loan.ledger.events if loan.ledger else {}
    if loan.stage is Stage.SETTLED and step.payment_id not in known and step.return_id not in known:
        raise InvalidInput(
            f"贷款已结清，没有编号为 {step.payment_id} 的付款可退。",
            f"The loan is settled, and no payment {step.payment_id} is known that could come back.",
            where="payment_id",
            right=" / ".join(key for key, event in known.items() if event.kind is MoneyEventKind.RECEIVED) or None,
        )


def _check_not_a_fee(event: MoneyEvent) -> None:
    if event.kind is MoneyEventKind.FEE_CHARGED:
        raise InvalidInput(
            f"{event.key} 是约定费用，不是付款，不能退汇。",
            f"{event.key} is an agreed fee and no payment; there is nothing to come back.",
            where="payment_id",
            right="付款编号 / a payment's number",
        )


def check_paying_treasury(by: Principal, loan: Loan, profile: RegionProfile) -> None:
    """A payment is a fact of the treasury that paid it: one above does not report it for another (kunming/2.3.6)."""
    own = paying_treasury(loan, profile)
    if by.role is Role.TREASURY and by.organisation_id != own:
        raise WrongParty(
            f"款项由付款的国库 {own} 报告；上级国库可以查询和校验，不代报付款。",
            f"A payment is reported by the treasury that paid it, {own}; one above may look and check, not report for it.",
            where="organisation",
            right=own,
        )


def check_locked_account(number: str, loan: Loan, profile: RegionProfile) -> None:
    """Money of the contract goes to the locked account and to no other (kunming/3.2, luoyang/2.3, hanyang/1)."""
    locked = loan.locked_account
    if locked is None or not same_account_number(number, locked.number):
        shown = locked.masked if locked else "—"
        sole = profile.provision(ProvisionId.ACCOUNT_SOLE)
        raise RuleBroken(
            f"该合同的款项只能进入锁定的回款账户 {shown}。",
            f"Money of this contract goes only into the locked account {shown}.",
            where="account_number",
            right=shown,
            clause=sole.clause if sole else None,
        )


def check_not_future(day: date, today: date) -> None:
    """起息日: what is not valued yet has not happened; the refusal says when to tell it again."""
    if day > today:
        raise InvalidInput(
            f"起息日 {day} 不能晚于今天 {today}：尚未起息的款项还没有发生，请于 {day} 当日或之后再报。",
            f"The value date {day} is after today, {today}: what has no value yet has not happened. "
            f"Send it again on {day} or later.",
            where="value_date",
            right=f"≤ {today}",
        )
