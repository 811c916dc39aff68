"""What was found when an application was verified (核验): inputs of rules/eligibility.py."""

from datetime import date

from zhengcaidai.messages.base import Frozen, Identifier
from zhengcaidai.messages.procurement import Award, BadRecord, Contract

__all__ = ["ClaimAnswer", "ProcurementFindings", "ProcurementInquiry"]


class ProcurementInquiry(Frozen):
    """What to look up in the procurement system, in one call."""

    award_number: str
    filing_number: str | None
    supplier_uscc: str
    on: date
    """The day on which a bad record counts."""


class ProcurementFindings(Frozen):
    """What the procurement system has."""

    award: Award | None
    contract: Contract | None
    bad_record: BadRecord | None


class ClaimAnswer(Frozen):
    """Whether the contract is free for this loan, and whether its supplier has borrowed before (kunming/4.2)."""

    held_by: Identifier | None
    repeat_borrower: bool
