"""Who acts: the parties of a contract loan (参与主体) and the person behind a step."""

from enum import StrEnum

from zhengcaidai.messages.base import Frozen, Identifier

__all__ = ["SYSTEM", "Principal", "Role"]


class Role(StrEnum):
    """The part an organisation plays in a loan."""

    SUPPLIER = "supplier"
    """供应商: won the award, borrows."""
    PURCHASER = "purchaser"
    """采购人 / 预算单位: signs the contract, signs off account changes, files fund-use plans."""
    BANK = "bank"
    """金融机构: lends."""
    FINANCE_BUREAU = "finance_bureau"
    """财政部门: supervises, answers for the deadlines."""
    TREASURY = "treasury"
    """国库集中支付: pays the contract's money into the collection account."""
    OPERATOR = "operator"
    """平台运维: runs the engine; never decides for a party."""
    SYSTEM = "system"
    """The engine itself: deadlines, checks, postings."""

    @property
    def title_zh(self) -> str:
        """The role's name as a clerk reads it."""
        return _TITLES[self]


_TITLES = {
    Role.SUPPLIER: "供应商",
    Role.PURCHASER: "采购人",
    Role.BANK: "银行",
    Role.FINANCE_BUREAU: "财政部门",
    Role.TREASURY: "国库",
    Role.OPERATOR: "平台运维",
    Role.SYSTEM: "系统",
}


class Principal(Frozen):
    """操作人: the user, organisation and role in whose name a step is taken (hubei/2.4, hubei/2.5)."""

    user_id: Identifier
    organisation_id: Identifier
    role: Role


SYSTEM = Principal(user_id="engine", organisation_id="zhengcaidai", role=Role.SYSTEM)
"""What the engine itself does is done under this name."""
