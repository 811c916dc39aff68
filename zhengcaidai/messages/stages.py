"""The stages of a contract loan (业务环节), in the order domain.md tells them."""

from enum import StrEnum

__all__ = ["Stage"]


class Stage(StrEnum):
    """Where a loan stands. The last five are ends."""

    SUBMITTED = "submitted"
    VERIFIED = "verified"
    ACCEPTED = "accepted"
    MATERIALS_REQUESTED = "materials_requested"
    APPROVED = "approved"
    SIGNED = "signed"
    ACCOUNT_CHANGE = "account_change"
    ACCOUNT_LOCKED = "account_locked"
    DISBURSED = "disbursed"
    REPAYING = "repaying"
    SETTLED = "settled"
    REFUSED = "refused"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"

    @property
    def is_end(self) -> bool:
        """Nothing more is asked of any party; a settled loan can still be reopened by a returned payment."""
        return self in _ENDS

    @property
    def is_before_disbursement(self) -> bool:
        """No money has left the bank yet: the supplier may still withdraw."""
        return self in _BEFORE_DISBURSEMENT

    @property
    def title_zh(self) -> str:
        """The stage's name as a clerk reads it."""
        return _TITLES[self]


_ENDS = frozenset({Stage.SETTLED, Stage.REFUSED, Stage.REJECTED, Stage.WITHDRAWN, Stage.LAPSED})
_BEFORE_DISBURSEMENT = frozenset(
    {
        Stage.SUBMITTED,
        Stage.VERIFIED,
        Stage.ACCEPTED,
        Stage.MATERIALS_REQUESTED,
        Stage.APPROVED,
        Stage.SIGNED,
        Stage.ACCOUNT_CHANGE,
        Stage.ACCOUNT_LOCKED,
    }
)
_TITLES = {
    Stage.SUBMITTED: "已提交",
    Stage.VERIFIED: "已核验",
    Stage.ACCEPTED: "已受理",
    Stage.MATERIALS_REQUESTED: "待补正",
    Stage.APPROVED: "已批准",
    Stage.SIGNED: "已签约",
    Stage.ACCOUNT_CHANGE: "账户变更中",
    Stage.ACCOUNT_LOCKED: "账户已锁定",
    Stage.DISBURSED: "已放款",
    Stage.REPAYING: "还款中",
    Stage.SETTLED: "已结清",
    Stage.REFUSED: "核验不通过",
    Stage.REJECTED: "银行拒绝",
    Stage.WITHDRAWN: "已撤回",
    Stage.LAPSED: "已失效",
}
