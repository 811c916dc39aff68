"""待办: what a loan waits for. From this one list come inbox, endpoints, Temporal's current details, reminders and pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zhengcaidai.messages import steps
from zhengcaidai.messages.clocks import ClockId, Deadline
from zhengcaidai.messages.money import MoneySource
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.products import Channel, Product
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import Step
from zhengcaidai.messages.tasks import Task
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.dues import is_delivered
from zhengcaidai.rules.grounds import ground
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.organisations import organisation_of, paying_treasury

__all__ = ["open_tasks"]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked, of whom, on which clocks; the earliest of those that run is shown."""

    role: Role
    steps: tuple[type[Step], ...]
    zh: str
    en: str
    clocks: tuple[ClockId, ...] = ()
    ground: str | None = None
    """The kind of step or fact on whose clause it stands where no clock runs (rules/grounds.py)."""
    reference: str = ""


_TAKING_UP = (ClockId.ACCEPTANCE,)
_LENDING = (ClockId.FINANCING, ClockId.APPROVAL, ClockId.PRODUCT_PROMISE)
_PAYING_OUT = (ClockId.FINANCING, ClockId.DISBURSEMENT, ClockId.PRODUCT_PROMISE)


def open_tasks(
    loan: Loan, deadlines: Iterable[Deadline], product: Product | None, profile: RegionProfile | None = None
) -> tuple[Task, ...]:
    """Everything asked of anybody now; empty only at the loan's end. `profile` tells which treasury pays.

    A task of the role `system` says that the engine itself, or an outside system it calls, is at work.
    """
    running = tuple(each for each in deadlines if each.status.is_open)
    wanted = (*_of_stage(loan, product), *_of_overlays(loan))
    return tuple(_task(loan, each, running, profile) for each in wanted)


def _of_stage(loan: Loan, product: Product | None) -> Iterator[_Wanted]:
    match loan.stage:
        case Stage.SUBMITTED:
            yield _Wanted(
                Role.SYSTEM,
                (),
                "核验中标、合同与应收账款",
                "verifying award, contract and receivable",
                ground="verified",
            )
        case Stage.VERIFIED:
            yield _Wanted(Role.BANK, (steps.Accept, steps.Reject), "受理或拒绝", "accept or reject", _TAKING_UP)
        case Stage.ACCEPTED:
            decisions = (steps.Approve, steps.RequestMaterials, steps.Reject)
            yield _Wanted(
                Role.BANK, decisions, "批准、要求补正或拒绝", "approve, request materials or reject", _LENDING
            )
        case Stage.MATERIALS_REQUESTED:
            items = "、".join(loan.materials_asked.items) if loan.materials_asked else ""
            yield _Wanted(
                Role.SUPPLIER,
                (steps.SupplyMaterials, steps.Withdraw),
                f"补齐材料：{items}",
                f"supply: {items}",
                (ClockId.MATERIALS_SUPPLEMENT,),
            )
        case Stage.APPROVED:
            yield _Wanted(
                Role.SUPPLIER,
                (steps.Sign, steps.Withdraw),
                "签订融资协议",
                "sign the agreement",
                (ClockId.OFFER_EXPIRY,),
            )
        case Stage.SIGNED:
            yield from _of_signed(loan)
        case Stage.ACCOUNT_CHANGE:
            yield from _of_account_change(loan)
        case Stage.ACCOUNT_LOCKED:
            yield from _of_locked(loan, product)
        case Stage.DISBURSED | Stage.REPAYING:
            yield from _of_repayment(loan)
            yield from _of_held_returns(loan)
        case _:
            return


def _of_signed(loan: Loan) -> Iterator[_Wanted]:
    if loan.contract is None and loan.contract_reported is None:
        yield _Wanted(
            Role.PURCHASER,
            (steps.FileContract,),
            "签订采购合同（写明约定的回款账户）并备案",
            "sign the contract, with the agreed account in it, and file it",
            (ClockId.CONTRACT_SIGNING, ClockId.CONTRACT_FILING, ClockId.CONTRACT_WAIT),
            "file_contract",
        )
    else:
        yield _Wanted(Role.SYSTEM, (), "核对合同与回款账户", "checking the contract and its account")


def _of_account_change(loan: Loan) -> Iterator[_Wanted]:
    if loan.change_id is None:
        yield _Wanted(
            Role.SUPPLIER,
            (steps.RefileAccountChange, steps.Withdraw),
            "账户变更未获同意：重新申请或撤回",
            "the account change was refused: ask again or withdraw",
            (ClockId.CHANGE_REFILE,),
            "account_change_opened",
        )
    else:
        yield _Wanted(
            Role.SYSTEM,
            (),
            f"合同账户变更 {loan.change_id} 办理中",
            f"account change {loan.change_id} is under way",
            ground="account_change_opened",
        )


def _of_locked(loan: Loan, product: Product | None) -> Iterator[_Wanted]:
    """Who pays out: the bank's system, or an offline bank's people, who say what they did in any case."""
    if loan.is_payout_in_doubt and not _is_offline(product):
        doubt = loan.disbursement_refusal or Words(
            zh="银行系统应答之前已暂停放款", en="payment was put on hold before the bank's system had answered"
        )
        said = (steps.ReportDisbursement, steps.ReportNotPaidOut)
        ways = said if loan.is_held else (*said, steps.RetryDisbursement)
        zh, en = f"放款存疑，请核实是否已放款：{doubt.zh}", f"say whether it was paid out: {doubt.en}"
        yield _Wanted(Role.BANK, ways, zh, en, _PAYING_OUT)
    elif loan.disbursement_refusal is not None:
        refusal = loan.disbursement_refusal
        yield _Wanted(
            Role.BANK, (steps.RetryDisbursement,), f"未放款：{refusal.zh}", f"not paid out: {refusal.en}", _PAYING_OUT
        )
    elif loan.ordered is None and loan.is_held:
        return
    elif loan.ordered is None or not _is_offline(product):
        yield _Wanted(Role.SYSTEM, (), "银行系统放款中", "the bank's system is paying out", _PAYING_OUT)
    else:
        said = (steps.ReportDisbursement, steps.ReportNotPaidOut)
        zh, en = "放款并报告，或确认未放款", "pay out and report it, or give the instruction back"
        if loan.is_held:
            zh, en = (
                "暂停放款：确认未放款；已放款的请报告",
                "do not pay: give the instruction back; if it was paid, report it",
            )
        yield _Wanted(Role.BANK, said, zh, en, _PAYING_OUT)


def _is_offline(product: Product | None) -> bool:
    return product is not None and product.channel is Channel.OFFLINE


def _of_repayment(loan: Loan) -> Iterator[_Wanted]:
    """用款计划、支付、扣款还贷 (kunming/2.3.6)."""
    planned = sum(plan.amount_fen for plan in loan.plans)
    contract_fen = loan.contract.amount_fen - loan.deducted_fen if loan.contract else 0
    if planned < contract_fen and loan.terminated is None:
        is_undated = loan.contract is not None and not loan.contract.payments and not is_delivered(loan)
        yield _Wanted(
            Role.PURCHASER,
            (steps.FileFundUsePlan, steps.ReportDelivery) if is_undated else (steps.FileFundUsePlan,),
            "按合同申报用款计划",
            "file the fund-use plan for the contract's payment",
            (ClockId.TREASURY_PAYMENT,),
            "file_fund_use_plan",
        )
    yield _Wanted(
        Role.TREASURY,
        (steps.PostPayment,),
        "支付合同款到锁定账户",
        "pay the contract into the locked account",
        (ClockId.TREASURY_PAYMENT,),
        "post_payment",
    )
    yield _Wanted(
        Role.BANK,
        (steps.PostPayment,),
        "从回款账户收回贷款",
        "collect the loan from the account",
        (ClockId.LOAN_REPAYMENT,),
        "swept",
    )


def _of_held_returns(loan: Loan) -> Iterator[_Wanted]:
    """退汇先于其付款到达: held, without effect, until the payment is reported (rules/ledger.py)."""
    held = loan.ledger.held if loan.ledger else ()
    for role in (Role.TREASURY, Role.BANK):
        theirs = [each for each in held if (each.source is MoneySource.TREASURY) is (role is Role.TREASURY)]
        if theirs:
            numbers = "、".join(f"{each.key}→{each.returns}" for each in theirs)
            yield _Wanted(
                role,
                (steps.PostPayment, steps.ReturnPayment),
                f"退汇所指的付款尚未入账：请补报该付款；付款编号有误的，以新的退汇编号另报：{numbers}",
                f"returns of payments that are not known: report the payment, or, if its number is wrong, the return anew under "
                f"another number: {numbers}",
                ground="post_payment",
            )


def _of_overlays(loan: Loan) -> Iterator[_Wanted]:
    if loan.stage.is_end:
        return
    bureau = Role.FINANCE_BUREAU
    if loan.fraud_suspected is not None and not loan.fraud_confirmed:
        yield _Wanted(
            bureau,
            (steps.ClearFraud, steps.ConfirmFraud),
            f"核查欺诈嫌疑：{loan.fraud_suspected}",
            f"investigate: {loan.fraud_suspected}",
            ground="suspect_fraud",
        )
    for freeze in loan.court_freezes:
        order = freeze.order_number
        yield _Wanted(
            bureau,
            (steps.LiftCourtFreeze,),
            f"法院冻结 {order}",
            f"court freeze {order}",
            ground="record_court_freeze",
            reference=order,
        )
    if loan.correction is not None:
        yield _Wanted(
            bureau,
            (steps.DecideClockCorrection,),
            f"审批更正起算日：{loan.correction.step.clock.title_zh}",
            f"decide the correction of the clock: {loan.correction.step.clock.title_en}",
        )


def _task(loan: Loan, wanted: _Wanted, running: tuple[Deadline, ...], profile: RegionProfile | None) -> Task:
    candidates = [each for each in running if each.clock in wanted.clocks and each.counts]
    deadline = min(candidates, key=lambda each: each.due_at, default=None)
    return Task(
        actions=tuple(step.name() for step in wanted.steps),
        role=wanted.role,
        organisation_id=(
            paying_treasury(loan, profile) if wanted.role is Role.TREASURY else organisation_of(loan, wanted.role)
        ),
        zh=wanted.zh,
        en=wanted.en,
        clause=deadline.clause if deadline else _clause(wanted, loan),
        clock=deadline.clock if deadline else None,
        due_at=deadline.due_at if deadline else None,
        provisional=deadline.provisional if deadline else False,
        reference=wanted.reference,
    )


def _clause(wanted: _Wanted, loan: Loan) -> str | None:
    return ground(wanted.ground, loan.application.region) if wanted.ground else None
