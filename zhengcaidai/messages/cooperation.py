"""Whether a bank may do this business in a region (融资业务合作资格): what the finance bureau decided of it."""

from pydantic import AwareDatetime

from zhengcaidai.messages.base import Frozen, Identifier, Text
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.regions import ClauseId, RegionCode

__all__ = ["CooperationDecision"]


class CooperationDecision(Frozen):
    """终止或恢复合作资格 of one bank in a region and those below it (kunming/5.2); a line of a record that only grows."""

    decision_id: Identifier
    bank_id: Identifier
    region: RegionCode
    suspended: bool
    """True: 终止, no new applications; False: 恢复."""
    reason: Text
    clause: ClauseId
    by: Principal
    at: AwareDatetime
