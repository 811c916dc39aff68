"""The collection account (回款账户): whose it must be, when it may change, and where a purchaser may pay."""

from dataclasses import dataclass

from zhengcaidai.errors import RuleBroken
from zhengcaidai.messages.account_changes import CourtOrder
from zhengcaidai.messages.accounts import Account, same_account_number
from zhengcaidai.messages.orders import PaymentCheck, PaymentCheckAnswer
from zhengcaidai.messages.records import LockState
from zhengcaidai.messages.regions import ProvisionId, RegionProfile
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.grounds import ground

__all__ = ["ChangeGround", "change_ground", "check_holder", "check_payment", "is_change_needed"]

_BOUND = frozenset({Stage.SIGNED, Stage.ACCOUNT_CHANGE, Stage.ACCOUNT_LOCKED, Stage.DISBURSED, Stage.REPAYING})
"""The agreement names the account, and the lock does not stand yet, or not again."""


def check_holder(account: Account, supplier_name: str, region: str, *, where: str) -> None:
    """The holder of a collection account is the supplier, to the letter of its registered name (hanyang/4.1.4).

    Hanyang's own sample form shows two different names: that is refused. Full-width and half-width brackets are the same.
    """
    if _plain(account.name) != _plain(supplier_name):
        raise RuleBroken(
            f"户名“{account.name}”与供应商名称“{supplier_name}”不一致。",
            f"The account's holder “{account.name}” is not the supplier “{supplier_name}”.",
            where=where,
            right=supplier_name,
            clause=ground("account_change_opened", region),
        )


def _plain(name: str) -> str:
    return "".join(name.split()).replace("（", "(").replace("）", ")")


def is_change_needed(contract_account: Account, designated: Account) -> bool:
    """账户不一致: the contract's account is not the lender's designated one, so that a change must be asked for."""
    return not contract_account.same_as(designated)


@dataclass(frozen=True, slots=True)
class ChangeGround:
    """变更依据: whose consent a change needs besides the purchaser's, and on what order it stands."""

    consent_of_bank_id: str | None = None
    court_order: CourtOrder | None = None


def change_ground(lock: LockState | None, profile: RegionProfile, *, loan_stage: Stage | None) -> ChangeGround:
    """What a change of the contract's account, asked for by itself, needs now. `loan_stage`: where the open loan on the
    contract stands; None without one. Raises RuleBroken.

    - No agreement yet: supplier asks, purchaser approves (hanyang/4.1.4, jilin/4.2).
    - Signed: the account agreed is the only one (kunming/3.4). The one change left is into it, and the loan asks for that
      itself as soon as it knows the contract; a second one beside it is refused.
    - Locked: the lending bank's consent as well (hanyang/3, luoyang/2.3, yanshi/5, jilin/4.4).
    - Disbursed: where the region's text says so, only on a court's freeze order, and with both consents (kunming/2.3.5);
      elsewhere still with the bank's consent, since that is all that the text asks (hanyang/3).
    """
    consent = profile.provision(ProvisionId.ACCOUNT_BANK_CONSENT)
    if lock is None and loan_stage in _BOUND:
        raise RuleBroken(
            "融资协议已签订，约定的回款账户是唯一账户；改为该账户的变更由贷款流程发起，不得另行变更。",
            "The agreement is signed: its account is the only one. The loan itself asks for the change into it; no other can be made.",
            where="contract",
            right="refile-account-change",
            clause=consent.clause if consent else None,
        )
    if lock is None:
        return ChangeGround()
    immutable = profile.provision(ProvisionId.ACCOUNT_IMMUTABLE)
    if not lock.disbursed or (immutable is None and lock.court_order is None):
        return ChangeGround(consent_of_bank_id=lock.bank_id)
    if lock.court_order is None or lock.court is None:
        found = immutable or consent
        raise RuleBroken(
            "贷款已发放，回款账户不得变更；仅法院冻结等情形除外，须先由财政部门登记冻结文书。",
            "The loan is paid out: its account cannot change, except on a court's freeze order recorded by the finance bureau.",
            where="contract",
            right="record-court-freeze",
            clause=found.clause if found else None,
        )
    order = CourtOrder(order_number=lock.court_order, court=lock.court)
    return ChangeGround(consent_of_bank_id=lock.bank_id, court_order=order)


def check_payment(check: PaymentCheck, lock: LockState | None, profile: RegionProfile | None) -> PaymentCheckAnswer:
    """付款校验 before money leaves: while an account is locked, the contract pays to no other (kunming/3.2, luoyang/2.3).

    `profile`: the rules of the region whose loan holds the lock; the answer names its clause and no other region's.
    """
    sole = profile.provision(ProvisionId.ACCOUNT_SOLE) if profile else None
    if lock is None:
        return PaymentCheckAnswer(
            check_id=check.check_id,
            allowed=True,
            zh="该合同没有账户锁定。",
            en="No account is locked for this contract.",
        )
    if same_account_number(check.account_number, lock.account.number):
        return PaymentCheckAnswer(
            check_id=check.check_id,
            allowed=True,
            loan_id=lock.loan_id,
            zh="与锁定的回款账户一致。",
            en="This is the locked collection account.",
            clause=sole.clause if sole else None,
        )
    return PaymentCheckAnswer(
        check_id=check.check_id,
        allowed=False,
        loan_id=lock.loan_id,
        zh=f"该合同的款项只能支付到锁定的回款账户 {lock.account.masked}，本笔已拦截。",
        en=f"This contract pays only into its locked account {lock.account.masked}; the payment is stopped.",
        clause=sole.clause if sole else None,
    )
