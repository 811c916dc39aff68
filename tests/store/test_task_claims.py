"""Claims: one colleague at a time works on a task, the others are told who; a substitute may take over."""

import asyncio
from datetime import date, timedelta

import pytest

from tests.store import samples
from tests.store.statements import statements_of
from zhengcaidai.errors import Conflict, NotFound, Refusal
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.tasks import Substitution, TaskClaim, TaskId
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.substitutes import Substitutes
from zhengcaidai.store.task_claims import TaskClaims
from zhengcaidai.store.tasks import Claimed, Inbox

TODAY, NOW = samples.NOW.date(), samples.NOW
LI = samples.BANK
WANG, ZHU = (LI.model_copy(update={"user_id": user_id}) for user_id in ("wang", "zhu"))
STRANGERS = (
    Principal(user_id="li", organisation_id="bank-2", role=Role.BANK),
    Principal(user_id="li", organisation_id="bank-1", role=Role.PURCHASER),
)


@pytest.fixture
def claims(database: Database) -> TaskClaims:
    return TaskClaims(database)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


@pytest.fixture
async def task_id(database: Database, inbox: Inbox) -> TaskId:
    """The one task of the bank."""
    await DatabaseRecords(database).record(samples.update(tasks=(samples.task("accept", "reject"),)))
    return (await inbox.tasks(LI, PageRequest(), TODAY)).items[0].claim.task_id


async def _claim(claims: TaskClaims, by: Principal, task_id: TaskId) -> TaskClaim:
    (found,) = await claims.claim(by, (task_id,), NOW)
    assert isinstance(found, TaskClaim)
    return found


async def _refused(claims: TaskClaims, by: Principal, task_id: TaskId) -> Refusal:
    (found,) = await claims.claim(by, (task_id,), NOW)
    assert isinstance(found, Refusal)
    return found


async def _shown(inbox: Inbox, by: Principal, claimed: Claimed | None = None, on: date = TODAY) -> list[TaskClaim]:
    return [item.claim for item in (await inbox.tasks(by, PageRequest(), on, claimed)).items]


async def test_colleagues_see_who_works_on_a_task(claims: TaskClaims, inbox: Inbox, task_id: TaskId) -> None:
    assert await _shown(inbox, WANG) == [TaskClaim(task_id=task_id, claimed_by=None, claimed_at=None)]
    claim = await _claim(claims, LI, task_id)
    assert claim == TaskClaim(task_id=task_id, claimed_by="li", claimed_at=NOW)
    assert await _shown(inbox, WANG) == [claim]
    assert await _shown(inbox, LI, Claimed.MINE) == [claim]
    assert await _shown(inbox, WANG, Claimed.MINE) == await _shown(inbox, WANG, Claimed.UNCLAIMED) == []


async def test_the_second_is_told_who_claimed_it_when_and_which_way_is_open(
    claims: TaskClaims, inbox: Inbox, task_id: TaskId
) -> None:
    claim = await _claim(claims, LI, task_id)
    refused = await _refused(claims, WANG, task_id)
    assert isinstance(refused, Conflict)
    assert "li 于 2026-09-18 10:30 认领" in refused.zh
    assert "li of your organisation claimed this task at 2026-09-18 10:30" in refused.en
    assert "转办" in str(refused.problem.right)
    assert "substitute" in str(refused.problem.right)
    assert await _shown(inbox, LI) == [claim]


async def test_claimed_twice_by_the_same_user_stays_as_it_was(claims: TaskClaims, task_id: TaskId) -> None:
    first = await _claim(claims, LI, task_id)
    (again,) = await claims.claim(LI, (task_id,), NOW + timedelta(hours=1))
    assert again == first


async def test_of_many_at_once_one_claims_it(claims: TaskClaims, task_id: TaskId) -> None:
    colleagues = [LI.model_copy(update={"user_id": f"user-{number}"}) for number in range(8)]
    found = await asyncio.gather(*(claims.claim(by, (task_id,), NOW) for by in colleagues))
    assert sum(isinstance(each, TaskClaim) for (each,) in found) == 1
    (winner,) = {each.claimed_by for (each,) in found if isinstance(each, TaskClaim)}
    assert all(f"{winner} of your organisation" in each.en for (each,) in found if isinstance(each, Refusal))


@pytest.mark.parametrize("by", STRANGERS, ids=lambda by: f"{by.organisation_id}-{by.role}")
async def test_another_organisations_task_is_no_task(claims: TaskClaims, task_id: TaskId, by: Principal) -> None:
    assert isinstance(await _refused(claims, by, task_id), NotFound)
    await _claim(claims, LI, task_id)
    assert isinstance(await _refused(claims, by, task_id), NotFound)
    with pytest.raises(NotFound):
        await claims.release(by, task_id, NOW)
    with pytest.raises(NotFound):
        await claims.hand_over(by, task_id, "wang", NOW)


async def test_given_back_it_is_nobodys_again(claims: TaskClaims, task_id: TaskId) -> None:
    await _claim(claims, LI, task_id)
    with pytest.raises(Conflict):
        await claims.release(WANG, task_id, NOW)
    nobodys = TaskClaim(task_id=task_id, claimed_by=None, claimed_at=None)
    assert await claims.release(LI, task_id, NOW) == nobodys == await claims.release(LI, task_id, NOW)
    assert (await _claim(claims, WANG, task_id)).claimed_by == "wang"


async def test_handed_over_it_is_the_colleagues_and_who_gave_it_may_take_it_back(
    claims: TaskClaims, inbox: Inbox, task_id: TaskId
) -> None:
    with pytest.raises(Conflict) as unclaimed:
        await claims.hand_over(LI, task_id, "wang", NOW)
    assert unclaimed.value.problem.right == "claim"
    await _claim(claims, LI, task_id)
    later = NOW + timedelta(hours=1)
    given = await claims.hand_over(LI, task_id, "wang", later)
    assert given == TaskClaim(task_id=task_id, claimed_by="wang", claimed_at=later, claimed_from="li")
    assert await _shown(inbox, ZHU) == [given]
    with pytest.raises(Conflict):
        await claims.hand_over(ZHU, task_id, "zhu", NOW)
    assert await claims.hand_over(WANG, task_id, "wang", NOW) == given
    back = await claims.hand_over(LI, task_id, "li", NOW)
    assert (back.claimed_by, back.claimed_from) == ("li", None)
    with pytest.raises(Conflict):
        await claims.release(WANG, task_id, NOW)


async def test_a_substitute_takes_over_while_it_lasts_and_not_a_day_longer(
    database: Database, claims: TaskClaims, inbox: Inbox, task_id: TaskId
) -> None:
    starts_on, ends_on = TODAY + timedelta(days=1), TODAY + timedelta(days=3)
    absence = Substitution(substitution_id="SB1", user_id="li", substitute="wang", starts_on=starts_on, ends_on=ends_on)
    await Substitutes(database).name(LI, absence)
    await _claim(claims, LI, task_id)
    for days, stands_in in ((0, False), (1, True), (3, True), (4, False)):
        (item,) = (await inbox.tasks(WANG, PageRequest(), TODAY + timedelta(days=days))).items
        assert (item.stands_in_for == "li") is stands_in, days
        if not stands_in:
            with pytest.raises(Conflict):
                await claims.hand_over(WANG, task_id, "wang", NOW + timedelta(days=days))
    with pytest.raises(Conflict):
        await claims.hand_over(ZHU, task_id, "zhu", NOW + timedelta(days=2))
    taken = await claims.hand_over(WANG, task_id, "wang", NOW + timedelta(days=2))
    assert (taken.claimed_by, taken.claimed_from) == ("wang", "li")
    assert (await claims.hand_over(LI, task_id, "li", NOW + timedelta(days=4))).claimed_by == "li"


async def test_a_claim_stays_while_the_same_is_asked_and_goes_with_its_task(
    database: Database, claims: TaskClaims, inbox: Inbox, task_id: TaskId
) -> None:
    records, asked = DatabaseRecords(database), samples.task("accept", "reject")
    claim = await _claim(claims, LI, task_id)
    moved = asked.model_copy(update={"due_at": NOW + timedelta(days=1), "zh": "请尽快受理"})
    await records.record(samples.update(samples.view(sequence=2), tasks=(samples.task("approve"), moved)))
    (first, second) = (await inbox.tasks(LI, PageRequest(), TODAY)).items
    assert (first.claim, first.task) == (claim, moved)
    assert second.claim.claimed_by is None
    await records.record(samples.update(samples.view(sequence=3), tasks=(samples.task("approve"),)))
    assert [item.task.actions for item in (await inbox.tasks(LI, PageRequest(), TODAY)).items] == [("approve",)]
    assert isinstance(await _refused(claims, LI, task_id), NotFound)
    await records.record(samples.update(samples.view(sequence=4), tasks=(asked,)))
    assert [each.claimed_by for each in await _shown(inbox, LI)] == [None]


async def test_of_two_court_freezes_each_keeps_its_own_claim_when_the_other_is_lifted(
    database: Database, claims: TaskClaims, inbox: Inbox
) -> None:
    """They ask the same of the same bureau: the order's number tells them apart, whichever comes first."""
    first, second = (
        samples.task("lift_court_freeze").model_copy(update={"reference": number}) for number in ("1号", "2号")
    )
    records = DatabaseRecords(database)
    await records.record(samples.update(tasks=(first, second)))
    ids = {item.task.reference: item.claim.task_id for item in (await inbox.tasks(LI, PageRequest(), TODAY)).items}
    await _claim(claims, LI, ids["1号"])
    kept = await _claim(claims, WANG, ids["2号"])
    await records.record(samples.update(samples.view(sequence=2), tasks=(second,)))
    assert await _shown(inbox, LI) == [kept]


async def test_several_are_claimed_at_once_with_an_answer_for_each(
    database: Database, claims: TaskClaims, inbox: Inbox
) -> None:
    records = DatabaseRecords(database)
    for number in range(4):
        await records.record(samples.update(samples.view(f"loan-{number}"), tasks=(samples.task(),)))
    await records.record_change(samples.change(tasks=(samples.task("consent_to_change"),)))
    ids = [each.task_id for each in await _shown(inbox, LI)]
    await _claim(claims, WANG, ids[1])
    unknown = "loan:loan-9:0123456789abcdef-1"
    with statements_of(database) as statements:
        found = await claims.claim(LI, (*ids, unknown, ids[0]), NOW)
    assert [type(each) for each in found] == [TaskClaim, Conflict, TaskClaim, TaskClaim, TaskClaim, NotFound, TaskClaim]
    assert len(statements) <= 3, statements
    assert [each.claimed_by for each in await _shown(inbox, LI)] == ["li", "wang", "li", "li", "li"]
    assert len(await _shown(inbox, LI, Claimed.MINE)) == 4


@pytest.mark.parametrize("claimed", [None, Claimed.MINE, Claimed.UNCLAIMED])
async def test_inbox_takes_three_queries_however_many_tasks_there_are(
    database: Database, inbox: Inbox, claimed: Claimed | None
) -> None:
    records = DatabaseRecords(database)
    for number in range(12):
        await records.record(samples.update(samples.view(f"loan-{number:02}"), tasks=(samples.task(),)))
    with statements_of(database) as statements:
        page = await inbox.tasks(LI, PageRequest(5), TODAY, claimed)
    assert len(page.items) == (0 if claimed is Claimed.MINE else 5)
    assert len([each for each in statements if each.startswith("SELECT")]) == 3, statements


async def test_pages_of_what_is_mine_go_on_where_they_ended(
    database: Database, claims: TaskClaims, inbox: Inbox
) -> None:
    records = DatabaseRecords(database)
    for number in range(7):
        await records.record(samples.update(samples.view(f"loan-{number}"), tasks=(samples.task(),)))
    ids = [each.task_id for each in await _shown(inbox, LI)]
    await claims.claim(LI, ids[::2], NOW)
    seen: list[TaskId] = []
    cursor: str | None = None
    while True:
        page = await inbox.tasks(LI, PageRequest(2, cursor), TODAY, Claimed.MINE)
        seen += [item.claim.task_id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ids[::2]
