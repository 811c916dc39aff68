"""What a bank's evaluation counts (luoyang/3.2): that bank's limits, and nobody else's."""

import pytest

from tests.store import samples
from tests.web.running import BUREAU, Api, problem_of
from zhengcaidai.messages.clocks import ClockId, HeldTime
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.store.records import DatabaseRecords

PROMPT = Principal(user_id="he", organisation_id="bank-prompt", role=Role.BANK)
TARDY = Principal(user_id="luo", organisation_id="bank-tardy", role=Role.BANK)


async def _figures(api: Api, by: Principal, bank: Principal) -> dict[str, object]:
    answer = await api.get(by, f"/v1/banks/{bank.organisation_id}/performance")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.clause("luoyang/3.2")
async def test_a_bank_is_measured_by_its_own_limits(lonely: Api, records: DatabaseRecords) -> None:
    missed = {"breached_at": samples.NOW, "holder_at_due": Role.BANK}
    held = {"closed_at": samples.NOW, "held": (HeldTime(role=Role.BANK, working_days=7),)}
    for bank, changed in ((TARDY, {**missed, **held}), (PROMPT, held)):
        view = samples.view(f"L-{bank.organisation_id}", bank_id=bank.organisation_id)
        await records.record(samples.update(view, deadlines=(samples.deadline(ClockId.APPROVAL, **changed),)))
    late = {"ended": 1, "held_working_days": 7, "breaches": 1, "held_by_bank": 1}
    in_time = {"ended": 1, "held_working_days": 7, "breaches": 0, "held_by_bank": 0}
    for bank, counted in ((TARDY, late), (PROMPT, in_time)):
        for by in (bank, BUREAU):
            figures = await _figures(lonely, by, bank)
            assert figures["clocks"] == [{"clock": "approval", **counted}]
            assert figures | counted == figures
    answer = await lonely.get(TARDY, f"/v1/banks/{PROMPT.organisation_id}/performance")
    assert problem_of(answer, 403, "wrong-party")["right"] == TARDY.organisation_id
