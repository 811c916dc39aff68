"""What the saved views of the Temporal UI go by (检索属性): the same for a loan and for an account change."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate

from zhengcaidai import temporal
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.troubles import Trouble, Urgency

__all__ = ["AT_START", "Shown", "show"]

NOBODY = "nobody"
"""Awaited at the end, so that a view can ask for it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """No name, number or account of anybody."""

    awaited: tuple[str, ...]
    urgency: Urgency
    trouble: Trouble
    breaches: int = 0
    due_at: datetime | None = None
    stage: Stage | None = None
    """A loan's; an account change has none."""

    @staticmethod
    def roles(awaited: Iterable[Role]) -> tuple[str, ...]:
        """等待方, each once."""
        return tuple(dict.fromkeys(role.value for role in awaited)) or (NOBODY,)


AT_START = Shown(awaited=(Role.SYSTEM.value,), urgency=Urgency.CALM, trouble=Trouble.NONE, stage=Stage.SUBMITTED)
"""What the caller that starts a loan has set already (see temporal.starting_attributes); it costs no event."""


def show(now: Shown, before: Shown | None) -> Shown:
    """Set what has changed, in one event or in none; `before` is None where nothing is known to be set."""
    names = [each.name for each in fields(Shown)]
    changed = [_update(name, getattr(now, name)) for name in names if getattr(now, name) != getattr(before, name, None)]
    if changed:
        workflow.upsert_search_attributes(changed)
    return now


_KEYS: dict[str, SearchAttributeKey[Any]] = {
    "awaited": temporal.AWAITED,
    "urgency": temporal.URGENCY,
    "trouble": temporal.TROUBLE,
    "breaches": temporal.BREACHES,
    "due_at": temporal.DUE_AT,
    "stage": temporal.STAGE,
}


def _update(name: str, value: Any) -> SearchAttributeUpdate[Any]:
    key = _KEYS[name]
    plain = value.value if isinstance(value, Urgency | Trouble | Stage) else value
    return key.value_unset() if plain is None else key.value_set(plain)
