"""终止合作资格: by the region's finance bureau or one above it, for new applications, where the text knows it (kunming/5.2)."""

from datetime import timedelta

import pytest

from tests.rules.loans import BANK, BUREAU, JILIN, KUNMING, LUOYANG, TREASURY, profile
from tests.rules.timelines import at
from zhengcaidai.errors import Conflict, RuleBroken, WrongParty
from zhengcaidai.messages.cooperation import CooperationDecision
from zhengcaidai.messages.parties import Principal
from zhengcaidai.rules.cooperation import (
    check_cooperation,
    check_decision,
    deciding_clause,
    standing,
    suspension_over,
)

pytestmark = pytest.mark.clause("kunming/5.2#4")

ENDED_AT = at("2026-03-02 10:00")


def decision(
    number: int = 1, *, suspended: bool = True, region: str = KUNMING, bank_id: str = "bank-1"
) -> CooperationDecision:
    return CooperationDecision(
        decision_id=f"HZ{number}",
        bank_id=bank_id,
        region=region,
        suspended=suspended,
        reason="虚假宣传",
        clause="kunming/5.2",
        by=BUREAU,
        at=ENDED_AT + timedelta(days=number),
    )


def test_of_several_decisions_on_one_region_the_last_one_holds() -> None:
    ended, restored, again = decision(1), decision(2, suspended=False), decision(3)
    elsewhere, another = decision(4, region="530102"), decision(5, bank_id="bank-2")
    assert standing(()) == ()
    assert standing((ended, restored)) == ()
    assert standing((ended, restored, again)) == (again,)
    assert standing((ended, elsewhere, restored, another)) == (elsewhere, another)


@pytest.mark.parametrize(
    ("ended_in", "region", "stands"),
    [
        (KUNMING, KUNMING, True),
        (KUNMING, "530102", True),
        ("530000", KUNMING, True),
        ("530102", KUNMING, False),
        (KUNMING, LUOYANG, False),
    ],
)
def test_it_holds_in_its_region_and_those_below(ended_in: str, region: str, stands: bool) -> None:
    found = (decision(region=ended_in),)
    assert (suspension_over(region, found) is not None) == stands
    if stands:
        with pytest.raises(RuleBroken, match="虚假宣传") as refused:
            check_cooperation(region, found)
        assert (refused.value.problem.where, refused.value.problem.clause) == ("bank_id", "kunming/5.2")
        assert "2026-03-03" in refused.value.en
    else:
        check_cooperation(region, found)


@pytest.mark.parametrize("own", [KUNMING, "530000"])
def test_the_regions_bureau_and_one_above_it_decide(own: str) -> None:
    bureau = BUREAU.model_copy(update={"organisation_id": f"bureau-{own}"})
    assert deciding_clause(bureau, profile(KUNMING)) == "kunming/5.2"


@pytest.mark.parametrize(
    "by",
    [
        BANK,
        TREASURY,
        BUREAU.model_copy(update={"organisation_id": "bureau-530102"}),
        BUREAU.model_copy(update={"organisation_id": f"bureau-{LUOYANG}"}),
        BUREAU.model_copy(update={"organisation_id": "bureau-"}),
        BUREAU.model_copy(update={"organisation_id": f"treasury-{KUNMING}"}),
    ],
    ids=lambda by: by.organisation_id,
)
def test_nobody_else_decides(by: Principal) -> None:
    with pytest.raises(WrongParty) as refused:
        deciding_clause(by, profile(KUNMING))
    assert refused.value.problem.right == "bureau-530100"


@pytest.mark.parametrize("code", [LUOYANG, JILIN])
def test_where_the_text_knows_no_such_sanction_there_is_none(code: str) -> None:
    with pytest.raises(RuleBroken):
        deciding_clause(BUREAU.model_copy(update={"organisation_id": f"bureau-{code}"}), profile(code))


def test_the_second_is_told_who_decided_when_and_only_what_stands_is_restored() -> None:
    found = {KUNMING: decision()}
    check_decision(KUNMING, {}, suspended=True)
    check_decision(KUNMING, found, suspended=False)
    check_decision("530102", found, suspended=True)
    with pytest.raises(Conflict, match=r"u-bureau.*2026-03-03"):
        check_decision(KUNMING, found, suspended=True)
    with pytest.raises(Conflict) as refused:
        check_decision("530102", found, suspended=False)
    assert refused.value.problem.right == KUNMING
