"""Which organisation stands behind a role in a loan, and whether somebody may act in its name."""

from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.rules.loan import Loan

__all__ = ["answers_for", "bureau_of", "is_within", "organisation_of", "paying_treasury", "stands_for", "treasury_of"]


_CODE_LENGTH = 6
"""Digits of a region's code (GB/T 2260)."""


_OF_A_REGION = {Role.FINANCE_BUREAU: "bureau", Role.TREASURY: "treasury"}


def bureau_of(region: str) -> str:
    """The finance bureau's organisation id of a region (财政部门)."""
    return f"bureau-{region}"


def treasury_of(region: str) -> str:
    """The treasury's organisation id of a region (国库)."""
    return f"treasury-{region}"


def paying_treasury(loan: Loan, profile: RegionProfile | None) -> str:
    """付款国库: the one whose payments are facts of this loan, by its organisation id.

    The region's own; where its profile says that it has none, that of the region above which pays for it.
    """
    return treasury_of((profile.treasury if profile else None) or loan.application.region)


def is_within(region: str, ancestor: str) -> bool:
    """Whether a region is the other or lies below it (GB/T 2260: 420105 within 420100 within 420000).

    Nothing lies below what is no region's code, such as 000000.
    """
    stem = ancestor
    while stem.endswith("00"):
        stem = stem[:-2]
    return bool(stem) and region.startswith(stem)


def answers_for(by: Principal, region: str) -> bool:
    """Whether this is a bureau or treasury of that region, or of one above it."""
    said, _, own = by.organisation_id.partition("-")
    return said == _OF_A_REGION.get(by.role) and len(own) == _CODE_LENGTH and is_within(region, own)


def organisation_of(loan: Loan, role: Role) -> str:
    """Whose turn it is when it is that role's turn."""
    match role:
        case Role.SUPPLIER:
            return loan.application.supplier.organisation_id
        case Role.BANK:
            return loan.application.bank_id
        case Role.PURCHASER:
            return loan.purchaser_id or ""
        case Role.FINANCE_BUREAU:
            return bureau_of(loan.application.region)
        case Role.TREASURY:
            return treasury_of(loan.application.region)
        case Role.OPERATOR | Role.SYSTEM:
            return SYSTEM.organisation_id


def stands_for(loan: Loan, by: Principal) -> bool:
    """Whether this person's organisation is the one that plays its role in this loan.

    A bureau or treasury of a region above may act as well: it sees and checks what lies below it. What a treasury paid
    only that treasury can say (`paying_treasury`).
    """
    if by.role in _OF_A_REGION:
        return answers_for(by, loan.application.region)
    return by.organisation_id == organisation_of(loan, by.role)
