"""Is this filed contract the one that the award promised (合同核对)?"""

from zhengcaidai.messages.procurement import Contract
from zhengcaidai.rules.loan import Loan

__all__ = ["contract_faults"]


def contract_faults(contract: Contract | None, loan: Loan) -> str:
    """What is wrong with the contract that the purchaser reported, or nothing (kunming/2.3.4, luoyang/2.5)."""
    if contract is None:
        return "采购系统查无该备案合同"
    award = loan.award
    faults = []
    if contract.award_number != loan.application.award_number:
        faults.append("合同不属于该中标（成交）通知书")
    if contract.supplier_uscc != loan.application.supplier.uscc:
        faults.append("合同的供应商与申请人不一致")
    if award is not None and contract.purchaser_id != award.purchaser_id:
        faults.append("合同的采购人与中标（成交）通知书不一致")
    if loan.offer is not None and contract.amount_fen < loan.offer.amount_fen:
        faults.append("合同金额低于贷款金额")
    return "；".join(faults)
