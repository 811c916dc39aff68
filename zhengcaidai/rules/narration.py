"""The journal in words (流水说明): each line as a clerk would tell it, in Chinese and English, without personal data.

Account numbers appear masked; the clause is the one on which the line stands (kunming/2.3.2, luoyang/2.4, hanyang/4.1.3).
"""

from dataclasses import dataclass, replace

from zhengcaidai.messages import facts, steps
from zhengcaidai.messages.alarms import AlarmKey, Threshold
from zhengcaidai.messages.journal import Event
from zhengcaidai.messages.words import Words, joined
from zhengcaidai.rules.grounds import ground
from zhengcaidai.rules.wording import moment_words, percent_words, yuan

__all__ = ["Line", "narrate"]


@dataclass(frozen=True, slots=True)
class Line:
    """What happened, and what there is to say about it."""

    title_zh: str
    title_en: str
    note_zh: str = ""
    note_en: str = ""
    clause: str | None = None


def narrate(event: Event, region: str) -> Line:
    """One line of the journal of a loan in that region, in words; only clauses that hold there are named."""
    if isinstance(event, steps.Step):
        note_zh, note_en = _step_note(event)
        line = Line(event.title_zh, _spaced(event.kind), note_zh, note_en)
    else:
        line = _fact(event)
    if line.clause is not None:
        return line
    if isinstance(event, facts.VerificationFailed):
        reasons = (reason.clause for reason in event.reasons if reason.clause)
        return replace(line, clause=next(reasons, ground("forged", region) if event.fraud else None))
    return replace(line, clause=ground(event.kind, region))


_TITLES = {step.name(): step.title_zh for step in steps.STEPS}
"""By kind, what a step is called."""


def _spaced(kind: str) -> str:
    """`awaiting_consent` in words: `awaiting consent`."""
    return kind.replace("_", " ")


def _step_note(step: Event) -> tuple[str, str]:
    match step:
        case steps.RequestMaterials(items=items):
            return "、".join(items), ", ".join(items)
        case steps.Approve(amount_fen=amount, annual_rate=rate, term_days=days):
            percent = percent_words(rate)
            return (
                f"{yuan(amount)} 元，年利率 {percent}，{days} 天",
                f"{yuan(amount)} yuan at {percent} for {days} days",
            )
        case steps.Sign(agreement_number=number):
            return f"协议 {number}", f"agreement {number}"
        case steps.FileContract(filing_number=number):
            return f"备案号 {number}", f"filed under {number}"
        case steps.ReportDisbursement(amount_fen=amount, bank_reference=reference):
            return f"{yuan(amount)} 元，回单 {reference}", f"{yuan(amount)} yuan, reference {reference}"
        case steps.FileFundUsePlan(plan_number=number, amount_fen=amount, pay_on=day):
            return f"{number}：{yuan(amount)} 元，{day} 付", f"{number}: {yuan(amount)} yuan on {day}"
        case steps.PostPayment(payment_id=number, amount_fen=amount, value_date=day):
            return f"{number}：{yuan(amount)} 元，起息 {day}", f"{number}: {yuan(amount)} yuan, value {day}"
        case steps.ReturnPayment(payment_id=number, amount_fen=amount):
            return f"{number} 退回 {yuan(amount)} 元", f"{yuan(amount)} yuan of {number} came back"
        case steps.ReportStoppedPayment(amount_fen=amount, account_masked=account):
            return f"{yuan(amount)} 元拟付 {account}，已拦截", f"{yuan(amount)} yuan to {account} was stopped"
        case steps.ReportDeduction(amount_fen=amount, reason=reason):
            return f"{yuan(amount)} 元：{reason}", f"{yuan(amount)} yuan: {reason}"
        case steps.ReportDelivery(delivered_on=day):
            return f"{day} 交付", f"delivered on {day}"
        case steps.RecordCourtFreeze(order_number=number, court=court):
            return f"{court} {number}", f"{court} {number}"
        case steps.CorrectClockStart(clock=clock, corrected_on=day):
            return f"{clock.title_zh} 改为 {day}", f"{clock.title_en} to {day}"
        case steps.DecideClockCorrection(approve=approve, reason=reason):
            return f"{'同意' if approve else '不同意'}：{reason}", f"{'approved' if approve else 'refused'}: {reason}"
        case steps.Resend(new_loan_id=number, bank_id=bank):
            return f"转投 {bank}，新编号 {number}", f"sent on to {bank} as {number}"
        case _:
            reason = getattr(step, "reason", "") or getattr(step, "note", "")
            return reason, reason


def _fact(event: Event) -> Line:
    match event:
        case facts.Submitted(application=asked):
            amount = yuan(asked.amount_fen)
            return Line(
                "提交申请", "application submitted", f"申请 {amount} 元，{asked.term_days} 天", f"{amount} yuan for {asked.term_days} days"
            )  # fmt: skip
        case facts.Verified(repeat_borrower=repeat):
            kind = ("再次贷款", "repeat loan") if repeat else ("首次贷款", "first loan")
            return Line("核验通过", "verified", *kind)
        case facts.VerificationFailed(reasons=reasons, fraud=fraud):
            told = Words(zh="已报财政部门", en="reported to the finance bureau")
            words = joined((*reasons, told) if fraud else reasons)
            return Line("核验不通过", "verification failed", words.zh if words else "", words.en if words else "")
        case facts.ApplicationLapsed(reason=reason):
            return Line("失效", "lapsed", reason.zh, reason.en)
        case facts.ContractChecked(contract=contract):
            return Line("合同已核对", "contract checked", contract.filing_number, contract.filing_number)
        case facts.ContractNotFound(filing_number=number, reason=reason):
            return Line("合同未通过核对", "contract refused", f"{number}：{reason.zh}", f"{number}: {reason.en}")
        case facts.AccountLocked(account=account):
            return Line("账户锁定", "account locked", account.masked, account.masked)
        case facts.Disbursed(amount_fen=amount, bank_reference=reference, value_date=day, fees_fen=fees):
            zh, en = (
                f"{yuan(amount)} 元，{day}，回单 {reference}",
                f"{yuan(amount)} yuan on {day}, reference {reference}",
            )
            if fees:
                zh, en = f"{zh}，约定费用 {yuan(fees)} 元", f"{en}, agreed fees of {yuan(fees)} yuan"
            return Line("放款", "disbursed", zh, en)
        case facts.Settled(received_fen=received, surplus_fen=surplus):
            zh = f"收回 {yuan(received)} 元，余款 {yuan(surplus)} 元归供应商"
            return Line(
                "结清", "settled", zh, f"{yuan(received)} yuan received, {yuan(surplus)} surplus to the supplier"
            )
        case facts.Swept(released_fen=released):
            zh, en = (
                (f"余款 {yuan(released)} 元退供应商", f"{yuan(released)} yuan to the supplier")
                if released
                else ("", "")
            )
            return Line("扣款还贷", "swept", zh, en)
        case facts.PaymentConfirmed(payment_id=number):
            return Line("国库确认付款", "payment confirmed by the treasury", number, number)
        case facts.Reopened(owed_fen=owed):
            return Line("重新打开", "reopened", f"欠 {yuan(owed)} 元", f"{yuan(owed)} yuan owed")
        case facts.LockReleased():
            return Line("账户解锁", "lock released")
        case _:
            return _procedure(event)


def _procedure(event: Event) -> Line:
    match event:
        case facts.AccountChangeOpened(old_account=old, new_account=new):
            words = f"{old.masked} → {new.masked}"
            return Line("账户变更发起", "account change opened", words, words)
        case facts.AccountChangeProgressed(stage=stage):
            return Line("账户变更进展", "account change", stage.title_zh, _spaced(stage))
        case facts.AccountChangeEnded(outcome=outcome):
            zh, en = outcome.stage.title_zh, _spaced(outcome.stage)
            if outcome.reason is not None:
                zh, en = f"{zh}：{outcome.reason.zh}", f"{en}: {outcome.reason.en}"
            return Line("账户变更办结", "account change ended", zh, en)
        case facts.ContractAccountChanged(account=account):
            return Line("合同账户已变更", "contract's account changed", account.masked, account.masked)
        case facts.DisbursementOrdered(amount_fen=amount):
            return Line("放款指令", "disbursement ordered", f"{yuan(amount)} 元", f"{yuan(amount)} yuan")
        case facts.FundUsePlanRefused(plan_number=number, reason=reason):
            return Line("用款计划未被接受", "fund-use plan refused", f"{number}：{reason.zh}", f"{number}: {reason.en}")
        case facts.DisbursementRefused(reason=reason):
            return Line("银行拒绝放款", "disbursement refused", reason.zh, reason.en)
        case facts.DisbursementInDoubt(reason=reason):
            return Line("放款存疑", "disbursement in doubt", reason.zh, reason.en)
        case facts.Reminded(clock=clock, due_at=due, alarm_key=key) if AlarmKey.read(key).threshold is Threshold.REPEAT:
            zh, en = f"{clock.title_zh}已于 {moment_words(due)} 到期", f"{clock.title_en} was due {moment_words(due)}"
            return Line("超时再次通报", "breach repeated", zh, en)
        case facts.Reminded(clock=clock, due_at=due):
            return Line(
                "时限提醒",
                "reminder",
                f"{clock.title_zh}，{moment_words(due)} 到期",
                f"{clock.title_en}, due {moment_words(due)}",
            )
        case facts.Breached(deadline=deadline):
            holder, due_words = deadline.holder_at_due, moment_words(deadline.due_at)
            zh = f"{deadline.clock.title_zh}应于 {due_words} 前完成" + (
                f"，到期时在{holder.title_zh}" if holder else ""
            )
            en = f"{deadline.clock.title_en} was due {due_words}" + (f", held by {_spaced(holder)}" if holder else "")
            return Line("超时", "breached", zh, en, deadline.clause)
        case facts.CalendarLoaded(calendar=calendar):
            return Line("日历更新", "calendar loaded", calendar.version, f"calendar of {calendar.year}")
        case facts.DeadlineMoved(clock=clock, old_due_at=old, new_due_at=new):
            return Line(
                "期限变动",
                "deadline moved",
                f"{clock.title_zh}：{moment_words(old)} → {moment_words(new)}",
                f"{clock.title_en}: {moment_words(old)} → {moment_words(new)}",
            )
        case facts.StepRefused(step=step, problem=problem):
            zh, en = f"{_TITLES.get(step, step)}：{problem.zh}", f"{_spaced(step)}: {problem.en}"
            return Line("未予办理", "refused", zh, en, problem.clause)
        case facts.DeliveryRefused(what=what, reason=reason):
            zh, en = f"{what.zh}：{reason.zh}", f"{what.en}: {reason.en}"
            return Line("外部系统拒收", "refused by an outside system", zh, en)
        case _:
            raise TypeError(f"no words for {event.kind}")
