"""终止合作资格 (kunming/5.2): a bank whose cooperation a finance bureau has ended takes no new applications in its region.

Loans already begun run on: no step of theirs asks about it.
"""

from collections.abc import Iterable, Mapping

from zhengcaidai.errors import Conflict, RuleBroken, WrongParty
from zhengcaidai.messages.cooperation import CooperationDecision
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.regions import ClauseId, ProvisionId, RegionProfile
from zhengcaidai.rules.organisations import answers_for, bureau_of, is_within
from zhengcaidai.rules.working_days import shanghai_date

__all__ = ["check_cooperation", "check_decision", "deciding_clause", "standing", "suspension_over"]


def standing(decisions: Iterable[CooperationDecision]) -> tuple[CooperationDecision, ...]:
    """The suspensions that stand; `decisions` in order of time. For one region the last decision holds."""
    last: dict[tuple[str, str], CooperationDecision] = {}
    for decision in decisions:
        last[decision.bank_id, decision.region] = decision
    return tuple(decision for decision in last.values() if decision.suspended)


def suspension_over(region: str, suspensions: Iterable[CooperationDecision]) -> CooperationDecision | None:
    """What stands against a bank in that region: its own bureau's suspension, or that of one above."""
    return next((each for each in suspensions if is_within(region, each.region)), None)


def check_cooperation(region: str, suspensions: Iterable[CooperationDecision]) -> None:
    """At the door of a new application, with what stands against its bank. Raises RuleBroken (kunming/5.2)."""
    found = suspension_over(region, suspensions)
    if found is not None:
        raise RuleBroken(
            f"财政部门已于 {shanghai_date(found.at)} 终止该银行的融资业务合作资格（{found.reason}），不再接受新的申请。",
            f"The finance bureau ended this bank's cooperation on {shanghai_date(found.at)} ({found.reason}): it takes no new applications.",
            where="bank_id",
            right="GET /v1/products",
            clause=found.clause,
        )


def deciding_clause(by: Principal, profile: RegionProfile) -> ClauseId:
    """The clause by which this bureau decides in that region: its own, or one below it.

    Raises WrongParty for another's region, RuleBroken where the region's text knows no such sanction.
    """
    if by.role is not Role.FINANCE_BUREAU or not answers_for(by, profile.code):
        raise WrongParty(
            f"{profile.name_zh}的合作资格由该地区或其上级的财政部门决定。",
            f"Cooperation in {profile.name_en} is for its own finance bureau, or one above it, to decide.",
            where="region",
            right=" / ".join(bureau_of(code) for code in profile.lineage),
        )
    sanction = profile.provision(ProvisionId.COOPERATION_ENDED)
    if sanction is None:
        raise RuleBroken(
            f"{profile.name_zh}的文件没有终止合作资格的规定。",
            f"The text of {profile.name_en} knows no end of a bank's cooperation.",
            where="region",
        )
    return sanction.clause


def check_decision(region: str, suspensions: Mapping[str, CooperationDecision], *, suspended: bool) -> None:
    """What stands is not ended again, and what does not stand is not restored. Raises Conflict, with who decided when.

    `suspensions` that stand against the bank, by region.
    """
    known = suspensions.get(region)
    if suspended and known is not None:
        raise Conflict(
            f"{known.by.organisation_id} 的 {known.by.user_id} 已于 {shanghai_date(known.at)} 终止其合作资格。",
            f"{known.by.user_id} of {known.by.organisation_id} ended it on {shanghai_date(known.at)} already.",
            where="region",
        )
    if not suspended and known is None:
        raise Conflict(
            "该银行在该地区没有被终止合作资格。",
            "The bank's cooperation in this region has not been ended.",
            where="region",
            right=" / ".join(sorted(suspensions)) or None,
        )
