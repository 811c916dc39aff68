"""Is this filed contract the one that the award promised (合同核对)?"""

from zhengcaidai.messages.procurement import Contract
from zhengcaidai.messages.words import Words, joined
from zhengcaidai.rules.loan import Loan

__all__ = ["contract_faults"]


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
