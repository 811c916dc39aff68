"""What bureaus decided of banks: added, never changed; what stands is read from it."""

from datetime import timedelta

import pytest

from tests.store.samples import NOW, product
from zhengcaidai.messages.cooperation import CooperationDecision
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.store.cooperation import Cooperation
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.products import Products
from zhengcaidai.store.rulebook import RegisteredRules

pytestmark = pytest.mark.clause("kunming/5.2#4")

BUREAU = Principal(user_id="qian", organisation_id="bureau-530100", role=Role.FINANCE_BUREAU)


@pytest.fixture
def cooperation(database: Database) -> Cooperation:
    return Cooperation(database)


def decision(number: int, *, suspended: bool = True, bank_id: str = "bank-1") -> CooperationDecision:
    return CooperationDecision(
        decision_id=f"HZ{number}",
        bank_id=bank_id,
        region="530100",
        suspended=suspended,
        reason=f"第{number}次",
        clause="kunming/5.2",
        by=BUREAU,
        at=NOW + timedelta(minutes=number),
    )


async def test_decisions_are_kept_as_they_were_made_the_newest_first(cooperation: Cooperation) -> None:
    made = [decision(1), decision(2, suspended=False), decision(3)]
    for each in (*made, decision(4, bank_id="bank-2")):
        await cooperation.record(each)
    await cooperation.record(made[0].model_copy(update={"reason": "改写"}))  # the same number: already made
    first = await cooperation.decisions("bank-1", PageRequest(limit=2))
    rest = await cooperation.decisions("bank-1", PageRequest(limit=2, cursor=first.next_cursor))
    assert (*first.items, *rest.items) == (made[2], made[1], made[0])
    assert await cooperation.decision("HZ2") == made[1]
    assert await cooperation.decision("HZ9") is None


async def test_what_stands_is_the_last_decision_on_each_bank(cooperation: Cooperation) -> None:
    await cooperation.record(decision(2, suspended=False))
    await cooperation.record(decision(1))
    await cooperation.record(decision(3, bank_id="bank-2"))
    assert await cooperation.standing(()) == ()
    assert await cooperation.standing({"bank-1"}) == ()
    assert await cooperation.standing({"bank-1", "bank-2"}) == (decision(3, bank_id="bank-2"),)


async def test_a_loan_that_begins_finds_the_product_of_such_a_bank_not_live(
    database: Database, cooperation: Cooperation
) -> None:
    await Products(database).put(product())
    rules = RegisteredRules(database)
    for number, suspended in ((1, True), (2, False)):
        await cooperation.record(decision(number, suspended=suspended))
        assert (await rules.in_force("530100", "product-1", NOW.date())).product.live is not suspended
        assert (await rules.in_force("410300", "product-1", NOW.date())).product.live
