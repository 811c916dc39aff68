"""Is this filed contract the one that the award promised (合同核对)?"""

from collections.abc import Iterable, Iterator

from zhengcaidai.messages.procurement import Award, Contract
from zhengcaidai.messages.words import Words, joined
from zhengcaidai.rules.loan import Loan
from zhengcaidai.rules.wording import yuan

__all__ = ["alterations", "contract_faults", "names_another_lender"]

_SUPPLEMENT_PERCENT = 10
"""追加: the most by which the parties may add to a contract after the award (law/procurement-law-49)."""


def alterations(award: Award, contract: Contract | None) -> tuple[Words, ...]:
    """篡改: where the contract says otherwise than the award on which it rests (luoyang/2.5, hanyang/3).

    A price above the award's is one within the law as long as it is a supplement of at most a tenth of it.
    """
    return () if contract is None else tuple(_alterations(award, contract))


def _alterations(award: Award, contract: Contract) -> Iterator[Words]:
    number = contract.filing_number
    if contract.purchaser_id != award.purchaser_id:
        yield Words(
            zh=f"备案合同 {number} 的采购人与中标（成交）通知书不一致",
            en=f"contract {number} names another purchaser than its award notice",
        )
    if contract.region != award.region:
        yield Words(
            zh=f"备案合同 {number} 的行政区划与中标（成交）通知书不一致",
            en=f"contract {number} is of another region than its award notice",
        )
    if contract.amount_fen * 100 > award.amount_fen * (100 + _SUPPLEMENT_PERCENT):
        price, won = yuan(contract.amount_fen), yuan(award.amount_fen)
        yield Words(
            zh=f"备案合同 {number} 的金额 {price} 元超出中标（成交）金额 {won} 元的百分之十以上",
            en=f"contract {number} is worth {price} yuan, above the award's {won} yuan by more than a tenth",
            clause="law/procurement-law-49",
        )


def names_another_lender(contract: Contract, lender_names: Iterable[str]) -> Words | None:
    """合同注明的融资金融机构不是贷款银行 (kunming/2.3.4); a contract that names none says nothing against anybody.

    `lender_names`: the bank and the branch that keeps the designated account; either may be written longer or shorter.
    """
    named = contract.financing_bank_name
    if not named or any(name in named or named in name for name in lender_names):
        return None
    return Words(
        zh=f"合同注明的融资金融机构是“{named}”，不是贷款银行",
        en=f"the contract names “{named}” as the lender, which is another bank",
    )


def contract_faults(contract: Contract | None, loan: Loan) -> Words | None:
    """What is wrong with the contract that the purchaser reported; None: nothing is (kunming/2.3.4, luoyang/2.5)."""
    if contract is None:
        return Words(zh="采购系统查无该备案合同", en="the procurement system has no such filed contract")
    award = loan.award
    faults: list[Words] = []
    if contract.award_number != loan.application.award_number:
        faults.append(Words(zh="合同不属于该中标（成交）通知书", en="the contract does not belong to the award"))
    if contract.supplier_uscc != loan.application.supplier.uscc:
        faults.append(Words(zh="合同的供应商与申请人不一致", en="the contract names another supplier"))
    if award is not None and contract.purchaser_id != award.purchaser_id:
        faults.append(
            Words(zh="合同的采购人与中标（成交）通知书不一致", en="the contract's purchaser is not the award's")
        )
    if loan.offer is not None and contract.amount_fen < loan.offer.amount_fen:
        faults.append(Words(zh="合同金额低于贷款金额", en="the contract's price is below the loan"))
    return joined(tuple(faults))
