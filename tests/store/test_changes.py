"""Account changes are listed masked and shown whole, to their own parties only."""

import pytest

from tests.store import samples
from zhengcaidai.errors import NotFound
from zhengcaidai.messages.account_changes import ChangeStage
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.records import ChangeView
from zhengcaidai.store.changes import ChangeFilter, ChangeQueries
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope

ALL = Scope(Role.OPERATOR, "operator")


@pytest.fixture
def records(database: Database) -> DatabaseRecords:
    return DatabaseRecords(database)


@pytest.fixture
def queries(database: Database) -> ChangeQueries:
    return ChangeQueries(database)


def of(change_id: str, sequence: int = 1, stage: ChangeStage = ChangeStage.DRAFT, **order: object) -> ChangeView:
    view = samples.change(change_id, sequence, stage=stage)
    return view.model_copy(update={"order": view.order.model_copy(update=order)})


async def ids(queries: ChangeQueries, scope: Scope = ALL, wanted: ChangeFilter | None = None) -> list[str]:
    page = await queries.changes(scope, wanted or ChangeFilter(), PageRequest())
    return [each.change_id for each in page.items]


async def test_list_shows_accounts_masked_and_one_change_shows_them_whole(
    records: DatabaseRecords, queries: ChangeQueries
) -> None:
    await records.record_change(samples.change())
    (listed,) = (await queries.changes(ALL, ChangeFilter(), PageRequest())).items
    assert (listed.old_account, listed.new_account) == ("翠湖银行 ****8888", "翠湖银行 ****2345")
    assert await queries.change(ALL, "change-1") == samples.change()


async def test_newer_view_replaces_and_keeps_its_place_in_the_list(
    records: DatabaseRecords, queries: ChangeQueries
) -> None:
    await records.record_change(of("first", 1))
    await records.record_change(of("second", 2))
    newer = of("first", 3, ChangeStage.SUBMITTED)
    await records.record_change(newer)
    await records.record_change(of("first", 2))
    assert await queries.change(ALL, "first") == newer
    assert await ids(queries) == ["second", "first"]


async def test_changes_are_found_by_stage_contract_and_loan(records: DatabaseRecords, queries: ChangeQueries) -> None:
    await records.record_change(of("a", stage=ChangeStage.SUBMITTED))
    await records.record_change(of("b", filing_number="合备[2021]101号"))
    await records.record_change(of("c", loan_id=None))
    assert await ids(queries, wanted=ChangeFilter(stage=ChangeStage.SUBMITTED)) == ["a"]
    assert await ids(queries, wanted=ChangeFilter(filing_number="合备[2021]101号")) == ["b"]
    assert await ids(queries, wanted=ChangeFilter(loan_id="loan-1")) == ["b", "a"]


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        (Scope(Role.SUPPLIER, "supplier-1"), ["b", "a"]),
        (Scope(Role.PURCHASER, "purchaser-1"), ["a"]),
        (Scope(Role.BANK, "bank-1"), ["a"]),
        (Scope(Role.FINANCE_BUREAU, "bureau", frozenset({"410300"})), ["b"]),
        (Scope(Role.SUPPLIER, "supplier-2"), []),
    ],
)
async def test_each_party_sees_its_own(
    records: DatabaseRecords, queries: ChangeQueries, scope: Scope, found: list[str]
) -> None:
    await records.record_change(of("a"))
    await records.record_change(of("b", purchaser_id="purchaser-2", consent_of_bank_id=None, region="410300"))
    assert await ids(queries, scope) == found
    for change_id in {"a", "b", "none"} - set(found):
        with pytest.raises(NotFound):
            await queries.change(scope, change_id)
