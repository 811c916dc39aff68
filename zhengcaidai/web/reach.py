"""What a principal may see (数据权限), from the tree of regions that the store does not know."""

import re
from typing import Annotated

from fastapi import Depends

from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.registers.regions import region_profiles
from zhengcaidai.rules.organisations import bureau_of, is_within, treasury_of
from zhengcaidai.store.scopes import Scope
from zhengcaidai.web.auth import CurrentPrincipal

__all__ = ["CurrentScope", "regions_within", "scope_of"]

_REGION = re.compile(r"[1-9]\d{5}")
_OF_A_REGION = {Role.FINANCE_BUREAU: bureau_of, Role.TREASURY: treasury_of}


def regions_within(code: str) -> frozenset[str]:
    """A region and those below it, as far as they have a profile; the code itself even if it has none."""
    return frozenset({code, *(each.code for each in region_profiles() if is_within(each.code, code))})


def scope_of(by: Principal) -> Scope:
    """The reach of a principal: a bureau or treasury sees its region and those below."""
    organisation_of_region = _OF_A_REGION.get(by.role)
    if organisation_of_region is None:
        return Scope.of(by)
    _, _, region = by.organisation_id.partition("-")
    is_one = by.organisation_id == organisation_of_region(region) and _REGION.fullmatch(region) is not None
    return Scope.of(by, regions_within(region) if is_one else frozenset())


async def _scope(by: CurrentPrincipal) -> Scope:
    return scope_of(by)


CurrentScope = Annotated[Scope, Depends(_scope)]
"""The reach of whoever asks."""
