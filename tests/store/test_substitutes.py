"""Dated substitutes: a colleague, for days that are not over; seen and ended within the organisation only."""

from datetime import date, timedelta

import pytest

from tests.store import samples
from zhengcaidai.errors import InvalidInput, NotFound
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.tasks import Substitution
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.substitutes import MOST_DAYS, Substitutes, check_substitution

TODAY = samples.NOW.date()
LI = samples.BANK
WANG, ZHU = (LI.model_copy(update={"user_id": user_id}) for user_id in ("wang", "zhu"))


@pytest.fixture
def substitutes(database: Database) -> Substitutes:
    return Substitutes(database)


def absence(number: int = 1, *, first: int = 0, last: int = 3, substitute: str = "wang") -> Substitution:
    return Substitution(
        substitution_id=f"SB{number}",
        user_id="li",
        substitute=substitute,
        starts_on=TODAY + timedelta(days=first),
        ends_on=TODAY + timedelta(days=last),
    )


@pytest.mark.parametrize(
    "named",
    [
        absence(),
        absence(first=-5, last=0),
        absence(first=0, last=0),
        absence(first=300, last=300 + MOST_DAYS - 1),
        absence().model_copy(update={"starts_on": date.max, "ends_on": date.max}),
    ],
)
def test_days_that_are_not_over(named: Substitution) -> None:
    check_substitution(named, TODAY)


@pytest.mark.parametrize(
    ("named", "where"),
    [
        (absence(substitute="li"), "substitute"),
        (absence(first=3, last=2), "ends_on"),
        (absence(first=-3, last=-1), "ends_on"),
        (absence(first=0, last=MOST_DAYS), "ends_on"),
        (absence().model_copy(update={"starts_on": date.min, "ends_on": date.max}), "ends_on"),
    ],
)
def test_what_cannot_be_named(named: Substitution, where: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_substitution(named, TODAY)
    assert refused.value.problem.where == where
    assert refused.value.problem.right


async def _listed(substitutes: Substitutes, by: Principal, on: date = TODAY) -> list[str]:
    return [each.substitution_id for each in (await substitutes.list(by, PageRequest(), on)).items]


async def test_colleagues_see_those_that_are_not_over_and_strangers_none(substitutes: Substitutes) -> None:
    for number, last in enumerate((3, 1, 5), start=1):
        await substitutes.name(LI, absence(number, last=last))
    await substitutes.name(LI, absence(3))  # the same number again is the same one
    assert await _listed(substitutes, ZHU) == ["SB3", "SB2", "SB1"]
    assert await _listed(substitutes, ZHU, TODAY + timedelta(days=4)) == ["SB3"]
    other = Principal(user_id="li", organisation_id="bank-2", role=Role.BANK)
    assert await _listed(substitutes, other) == []
    assert await _listed(substitutes, LI.model_copy(update={"role": Role.PURCHASER})) == []


@pytest.mark.parametrize("by", [LI, WANG], ids=lambda by: by.user_id)
async def test_either_of_the_two_ends_it_from_today_on(substitutes: Substitutes, by: Principal) -> None:
    await substitutes.name(LI, absence())
    with pytest.raises(NotFound):
        await substitutes.end(ZHU, "SB1", TODAY)
    ended = await substitutes.end(by, "SB1", TODAY)
    assert ended.ends_on == TODAY - timedelta(days=1)
    assert await _listed(substitutes, LI) == []
    assert await substitutes.end(by, "SB1", TODAY + timedelta(days=9)) == ended


async def test_what_is_not_there_cannot_be_ended(substitutes: Substitutes) -> None:
    await substitutes.name(LI, absence())
    for by in (LI.model_copy(update={"organisation_id": "bank-2"}), LI.model_copy(update={"role": Role.PURCHASER})):
        with pytest.raises(NotFound):
            await substitutes.end(by, "SB1", TODAY)
    with pytest.raises(NotFound):
        await substitutes.end(LI, "SB9", TODAY)
