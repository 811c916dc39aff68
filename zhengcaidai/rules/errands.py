"""What is told to outside systems (对外办理事项), in words: the operator reads them beside the call, a party in the timeline."""

from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.orders import NoticeKind
from zhengcaidai.messages.words import Words

__all__ = [
    "ACCOUNT_TO_PLATFORM",
    "ACCOUNT_TO_PROCUREMENT",
    "APPLICATION_TO_BANK",
    "APPLICATION_TO_PLATFORM",
    "CLAIM_AGAIN",
    "CLAIM_RELEASED",
    "DEAL_TO_PLATFORM",
    "END_TO_BANK",
    "END_TO_PLATFORM",
    "FRAUD_TO_BUREAU",
    "LATE_PAYMENT_TO_BUREAU",
    "LOCK_AGAIN",
    "LOCK_RELEASED",
    "LOCK_RELEASED_SETTLED",
    "SENT_ON",
    "SWEEP",
    "breach_to_bank",
    "breach_to_bureau",
    "text_message",
]

APPLICATION_TO_PLATFORM = Words(zh="申请推送中征平台", en="application to the receivables platform")
APPLICATION_TO_BANK = Words(zh="申请推送银行系统", en="application to the bank's system")
DEAL_TO_PLATFORM = Words(zh="融资成交单反馈平台", en="deal sheet to the receivables platform")
LOCK_RELEASED = Words(zh="解除账户锁定", en="release of the account's lock")
LOCK_RELEASED_SETTLED = Words(zh="结清，解除账户锁定", en="settled: release of the account's lock")
LOCK_AGAIN = Words(zh="重新锁定回款账户", en="locking the collection account again")
CLAIM_RELEASED = Words(zh="合同融资登记解除", en="release of the contract for other financing")
CLAIM_AGAIN = Words(zh="重新登记合同融资", en="registering the contract as financed again")
SWEEP = Words(zh="扣款还贷入账", en="booking of the repayment")
END_TO_PLATFORM = Words(zh="办结情况反馈平台", en="the loan's end to the receivables platform")
END_TO_BANK = Words(zh="办结情况告知银行系统", en="the loan's end to the bank's system")
SENT_ON = Words(zh="转投", en="sending on to another bank")
LATE_PAYMENT_TO_BUREAU = Words(zh="采购人拖延付款报告财政部门", en="the purchaser's late payment to the finance bureau")
FRAUD_TO_BUREAU = Words(zh="虚假合同报告财政部门", en="report of a false contract to the finance bureau")
ACCOUNT_TO_PROCUREMENT = Words(zh="采购系统更新合同账户", en="the new account to the procurement system")
ACCOUNT_TO_PLATFORM = Words(zh="账户变更反馈中征平台", en="the new account to the receivables platform")


def breach_to_bureau(clock: ClockId) -> Words:
    """超时通报 (luoyang/3.2)."""
    return Words(zh=f"超时通报财政部门：{clock.title_zh}", en=f"breach told to the finance bureau: {clock.title_en}")


def breach_to_bank(clock: ClockId) -> Words:
    """超时通报 (luoyang/3.2)."""
    return Words(
        zh=f"超时通报银行总行：{clock.title_zh}", en=f"breach told to the bank's head office: {clock.title_en}"
    )


def text_message(template: NoticeKind) -> Words:
    """短信."""
    return Words(zh=f"短信：{template.title_zh}", en=f"text message: {template.title_en}")
