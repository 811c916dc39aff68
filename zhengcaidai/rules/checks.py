"""May this step be taken now, by this person, with this content (办理校验)? Asked before anything changes.

Behind every channel: update validator, signal, endpoint. A refusal says what, where and what would be right.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import singledispatch

from zhengcaidai.errors import Conflict, InvalidInput, RuleBroken, WrongParty, WrongStage
from zhengcaidai.messages import steps
from zhengcaidai.messages.calendars import CalendarAdoption
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.products import Channel
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step, TakenStep
from zhengcaidai.rules.clocks import deadlines
from zhengcaidai.rules.corrections import begun_in
from zhengcaidai.rules.dues import is_delivered
from zhengcaidai.rules.grounds import ground
from zhengcaidai.rules.ledger import post, returned_fen
from zhengcaidai.rules.lending import account_locked_on
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.offers import check_offer
from zhengcaidai.rules.payments import check_locked_account, check_not_future, check_paying_treasury, check_payment_keys
from zhengcaidai.rules.precedents import done_before, is_repeat_of, second_told
from zhengcaidai.rules.receipts import money_event
from zhengcaidai.rules.stages import check_party, check_stage
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["check", "is_repeat"]

_LOAN_ID_LENGTH = 40
"""The keys of what a loan orders begin with its number and must fit into an identifier as well."""

_CORRECTABLE = timedelta(days=366)
"""A start further back is no slip of the pen, and may lie outside the calendar."""


@dataclass(frozen=True, slots=True)
class _Context:
    loan: Loan
    by: Principal
    found: RulesInForce | None
    now: datetime

    @property
    def rules(self) -> RulesInForce:
        """What the loan goes by; it is loaded while the application is verified, before any step that asks for it."""
        if self.found is None:
            raise WrongStage("申请正在核验。", "The application is being verified.", where="stage")
        return self.found

    @property
    def today(self) -> date:
        return shanghai_date(self.now)


def is_repeat(loan: Loan, taken: TakenStep[Step]) -> bool:
    """The same step again: by its key, or, of a payment, a plan or a disbursement, by its own number and content.

    It is answered as the first time and changes nothing. Raises WrongParty: only the step's own party is answered;
    InvalidInput or Conflict: the number is not one that it may use, or is known with other content.
    """
    check_party(loan, taken.step, taken.by)
    known = loan.keys.get(taken.key)
    with second_told(done_before(loan.done, known or taken.step, taken.by), taken.by):
        return is_repeat_of(known, taken.step) if known else _is_known(loan, taken)


def _is_known(loan: Loan, taken: TakenStep[Step]) -> bool:
    match taken.step:
        case steps.PostPayment(payment_id=key) | steps.ReturnPayment(return_id=key):
            check_payment_keys(loan, taken.step)
            if loan.ledger is None or key not in loan.ledger.events:
                return False
            post(loan.ledger, money_event(taken.step, taken.by.role, loan.ledger.events[key].posted_at))
            return True
        case steps.FileFundUsePlan(plan_number=number):
            known = next((plan for plan in loan.plans if plan.plan_number == number), None)
            return _same(known, taken.step, known == taken.step)
        case steps.ReportStoppedPayment(check_id=number):
            told = loan.stopped_payments.get((taken.by.organisation_id, number))
            return _same(told, taken.step, told == taken.step)
        case steps.ReportDisbursement(bank_reference=reference, amount_fen=amount, value_date=day):
            out = loan.disbursed
            same = out is not None and (out.bank_reference, out.amount_fen, out.value_date) == (reference, amount, day)
            return _same(out, taken.step, same)
        case _:
            return False


def _same(known: object | None, step: Step, same: bool) -> bool:
    return known is not None and (same or is_repeat_of(known, step))


def check(loan: Loan, taken: TakenStep[Step], rules: RulesInForce | None, now: datetime) -> None:
    """Raises the Refusal that fits: WrongParty, WrongStage, RuleBroken, InvalidInput or Conflict."""
    check_party(loan, taken.step, taken.by)
    with second_told(loan.stage_entry, taken.by):
        check_stage(loan, taken.step)
    with second_told(done_before(loan.done, taken.step, taken.by), taken.by):
        _check(taken.step, _Context(loan, taken.by, rules, now))


@singledispatch
def _check(step: Step, context: _Context) -> None:
    """Nothing more to ask of this step than its party and stage."""


@_check.register
def _(step: steps.Approve, context: _Context) -> None:
    check_offer(step, context.loan, context.rules, context.today)


@_check.register
def _(step: steps.Sign, context: _Context) -> None:
    """An offer is open until its last day is over, the same moment at which its clock lets the loan lapse."""
    loan, rules = context.loan, context.rules
    timed = tuple(rule for rule in rules.platform_clocks if rule.clock is ClockId.OFFER_EXPIRY)
    adoptions = (CalendarAdoption(at=loan.timeline.marks[0].at, years=rules.calendar), *loan.adoptions)
    for offer in deadlines(timed, loan.timeline, adoptions, context.now, repeat=False):
        if offer.status.is_open and offer.is_breach:
            raise WrongStage(
                f"授信要约已于 {offer.due_date} 到期，不能再签约。",
                f"The offer's last day was {offer.due_date}; it can no longer be signed.",
                where="stage",
                right=f"≤ {offer.due_date}",
            )


@_check.register(steps.Withdraw)
@_check.register(steps.Resend)
def _(step: Step, context: _Context) -> None:
    if context.loan.ordered is not None:
        raise WrongStage(
            "放款指令已发出，不能撤回；银行确认尚未放款后可以撤回。",
            "The instruction to pay out has been given. The bank may say that it has not paid; then it can be withdrawn.",
            where="stage",
            right="report-not-paid-out",
        )
    if isinstance(step, steps.Resend) and step.bank_id == context.loan.application.bank_id:
        raise InvalidInput("转投须选择另一家银行。", "Choose another bank to send it to.", where="bank_id")
    if isinstance(step, steps.Resend) and len(step.new_loan_id) > _LOAN_ID_LENGTH:
        raise InvalidInput(
            f"贷款编号不能超过 {_LOAN_ID_LENGTH} 个字符。",
            f"A loan's number has at most {_LOAN_ID_LENGTH} characters.",
            where="new_loan_id",
        )


@_check.register
def _(step: steps.FileContract, context: _Context) -> None:
    if context.loan.contract is not None or context.loan.contract_reported is not None:
        raise WrongStage("合同已登记。", "The contract is registered already.", where="filing_number")


@_check.register
def _(step: steps.RefileAccountChange, context: _Context) -> None:
    if context.loan.change_id is not None:
        raise WrongStage(
            "账户变更正在办理。", "An account change is under way.", where="stage", right=context.loan.change_id
        )


@_check.register
def _(step: steps.ReportDisbursement, context: _Context) -> None:
    loan, offer = context.loan, context.loan.offer
    if loan.disbursed is not None:
        raise Conflict(
            f"该笔贷款已放款（{loan.disbursed.bank_reference}），只能放款一次。",
            f"This loan was paid out before ({loan.disbursed.bank_reference}); it is paid out once.",
            where="bank_reference",
        )
    if context.rules.product.channel is not Channel.OFFLINE and not loan.is_payout_in_doubt:
        raise WrongStage(
            "线上产品由银行系统放款，无需报告。",
            "An online product is paid out by the bank's system; there is nothing to report.",
            where="channel",
        )
    if offer is None or step.amount_fen != offer.amount_fen:
        right = str(offer.amount_fen if offer else 0)
        zh, en = f"放款金额应为批准的 {right} 分。", f"The amount must be the {right} fen that were approved."
        raise InvalidInput(zh, en, where="amount_fen", right=right)
    check_not_future(step.value_date, context.today)
    locked_on = account_locked_on(loan)
    if step.value_date < locked_on:
        raise RuleBroken(
            f"回款账户 {locked_on} 才锁定，此前不得放款。",
            f"The account was locked on {locked_on}: nothing is paid out before that.",
            where="value_date",
            right=f"≥ {locked_on}",
            clause=ground("disbursed", loan.application.region),
        )


@_check.register
def _(step: steps.ReportNotPaidOut, context: _Context) -> None:
    is_theirs = context.rules.product.channel is Channel.OFFLINE or context.loan.is_payout_in_doubt
    if context.loan.ordered is None or not is_theirs:
        raise WrongStage(
            "没有待银行人员办理的放款指令。", "No instruction to pay out is with the bank's people.", where="stage"
        )


@_check.register
def _(step: steps.RetryDisbursement, context: _Context) -> None:
    if context.loan.disbursement_refusal is None:
        raise WrongStage("银行系统没有拒绝放款指令。", "The bank's system has not refused to pay out.", where="stage")


_PLANNED_AHEAD = timedelta(days=366)
"""A plan spends this year's budget or the next one's; a later day is a slip of the pen."""


@_check.register
def _(step: steps.FileFundUsePlan, context: _Context) -> None:
    check_locked_account(step.account_number, context.loan, context.rules.profile)
    _check_within_contract(step.amount_fen, context, "用款计划", "fund-use plan")
    last = context.today + _PLANNED_AHEAD
    if not context.today <= step.pay_on <= last:
        raise InvalidInput(
            f"付款日 {step.pay_on} 应在今天 {context.today} 至一年后的 {last} 之间。",
            f"The day of payment {step.pay_on} should lie between today, {context.today}, and a year ahead, {last}.",
            where="pay_on",
            right=f"{context.today} – {last}",
        )


@_check.register
def _(step: steps.ReportDeduction, context: _Context) -> None:
    if context.loan.contract is not None:
        _check_within_contract(step.amount_fen, context, "扣款", "deduction", planned=False)


@_check.register
def _(step: steps.ReportDelivery, context: _Context) -> None:
    contract = context.loan.contract
    if contract is not None and contract.payments:
        days = "、".join(str(each.pay_on) for each in contract.payments)
        raise RuleBroken(
            f"合同已约定付款日（{days}），从其约定。",
            f"The contract names its days of payment ({days}); they go before the law's limit.",
            where="delivered_on",
            clause="law/order-802-9",
        )
    if is_delivered(context.loan):
        raise WrongStage("交付日已登记。", "The day of delivery is on record.", where="delivered_on")
    signed_on = contract.signed_on if contract else context.today
    if not signed_on <= step.delivered_on <= context.today:
        raise InvalidInput(
            f"交付日应在合同签订日 {signed_on} 至今天 {context.today} 之间。",
            f"The day of delivery lies between the contract's signing, {signed_on}, and today, {context.today}.",
            where="delivered_on",
            right=f"{signed_on} – {context.today}",
        )


def _check_within_contract(amount_fen: int, context: _Context, zh: str, en: str, *, planned: bool = True) -> None:
    """What is planned and what is deducted come, together, to the contract's price at most.

    Money that came back (退汇) may be planned again.
    """
    loan = context.loan
    price = loan.contract.amount_fen if loan.contract else 0
    used = loan.deducted_fen + (_planned_fen(loan) if planned else 0)
    if used + amount_fen > price:
        raise RuleBroken(
            f"{zh} {amount_fen} 分，连同此前 {used} 分，超过合同金额 {price} 分。",
            f"This {en} of {amount_fen} fen, with {used} before it, is more than the contract's {price} fen.",
            where="amount_fen",
            right=f"≤ {price - used}",
        )


def _planned_fen(loan: Loan) -> int:
    returned = returned_fen(loan.ledger) if loan.ledger else 0
    return max(0, sum(plan.amount_fen for plan in loan.plans) - returned)


@_check.register
def _(step: steps.PostPayment, context: _Context) -> None:
    check_paying_treasury(context.by, context.loan, context.rules.profile)
    check_locked_account(step.account_number, context.loan, context.rules.profile)
    check_not_future(step.value_date, context.today)
    _check_booked(step, context)


@_check.register
def _(step: steps.ReturnPayment, context: _Context) -> None:
    check_paying_treasury(context.by, context.loan, context.rules.profile)
    check_not_future(step.value_date, context.today)
    _check_booked(step, context)


def _check_booked(step: steps.PostPayment | steps.ReturnPayment, context: _Context) -> None:
    """A trial posting: what the ledger would refuse is refused here, before anything is written."""
    ledger, terms = context.loan.ledger, context.loan.terms
    if ledger is None or terms is None:
        raise WrongStage("尚未放款，不能入账。", "Nothing was paid out yet.", where="stage")
    if step.value_date < terms.disbursed_on:
        raise InvalidInput(
            f"起息日 {step.value_date} 早于放款日 {terms.disbursed_on}。",
            f"The value date {step.value_date} is before the disbursement on {terms.disbursed_on}.",
            where="value_date",
            right=f"≥ {terms.disbursed_on}",
        )
    check_payment_keys(context.loan, step)
    post(ledger, money_event(step, context.by.role, context.now))


@_check.register
def _(step: steps.RecordCourtFreeze, context: _Context) -> None:
    if any(each.order_number == step.order_number for each in context.loan.court_freezes):
        raise Conflict(
            "该文号的冻结已登记。", "The freeze of that order number is recorded already.", where="order_number"
        )


@_check.register
def _(step: steps.LiftCourtFreeze, context: _Context) -> None:
    standing = [each.order_number for each in context.loan.court_freezes]
    if step.order_number not in standing:
        raise InvalidInput(
            "没有登记该文号的冻结。",
            "No freeze of that order number is recorded.",
            where="order_number",
            right=" / ".join(standing) or None,
        )


@_check.register(steps.ClearFraud)
@_check.register(steps.ConfirmFraud)
def _(step: Step, context: _Context) -> None:
    if context.loan.fraud_suspected is None or context.loan.fraud_confirmed:
        raise WrongStage("没有待查的欺诈嫌疑。", "No suspicion of fraud is open.", where="stage")


@_check.register
def _(step: steps.SuspectFraud, context: _Context) -> None:
    if context.loan.fraud_suspected is not None:
        raise WrongStage("已有待查的欺诈嫌疑。", "A suspicion of fraud is open already.", where="stage")


@_check.register
def _(step: steps.CorrectClockStart, context: _Context) -> None:
    if context.loan.correction is not None:
        raise WrongStage("已有一项更正待审批。", "A correction is waiting for its decision already.", where="clock")
    earliest = context.today - _CORRECTABLE
    if not earliest <= step.corrected_on <= context.today:
        raise InvalidInput(
            "起算日只能更正为一年以内、今天为止的日期。",
            "A clock's start is corrected to a day within the last year, today included.",
            where="corrected_on",
            right=f"{earliest} – {context.today}",
        )
    if not begun_in(step.clock, context.loan, context.rules):
        raise WrongStage(
            f"“{step.clock.title_zh}”时限尚未起算，或本地区没有此时限。",
            f"The clock {step.clock} has not started, or the region has none.",
            where="clock",
        )


@_check.register
def _(step: steps.DecideClockCorrection, context: _Context) -> None:
    pending = context.loan.correction
    if pending is None or pending.step.clock is not step.clock:
        raise WrongStage("没有待审批的更正。", "No correction of that clock is waiting.", where="clock")
    if pending.asked_by.user_id == context.by.user_id or context.by.role is not Role.FINANCE_BUREAU:
        raise WrongParty(
            "申请人不能审批自己的申请。",
            "Who asked for it cannot approve it.",
            where="user",
            right="另一人 / a second person",
        )


@_check.register
def _(step: steps.ReportTermination, context: _Context) -> None:
    if context.loan.terminated is not None or context.loan.stage is Stage.SETTLED:
        raise WrongStage("合同终止已登记。", "The contract's end is recorded already.", where="stage")
