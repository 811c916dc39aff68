"""The inbox: what is asked of my organisation in my role, the first due first, each task once."""

from datetime import timedelta

import pytest

from tests.store import samples
from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.tasks import Task
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.tables import TaskSubject
from zhengcaidai.store.tasks import Inbox

TODAY = samples.NOW.date()


@pytest.fixture
def records(database: Database) -> DatabaseRecords:
    return DatabaseRecords(database)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


def due_in(days: int, *actions: str) -> Task:
    return samples.task(*actions, due_at=samples.NOW + timedelta(days=days))


async def test_inbox_holds_what_is_asked_of_my_organisation_in_my_role(records: DatabaseRecords, inbox: Inbox) -> None:
    mine = samples.task()
    others = (
        samples.task(organisation_id="bank-2"),
        samples.task("withdraw", role=Role.SUPPLIER, organisation_id="supplier-1"),
        samples.task("review", role=Role.FINANCE_BUREAU),
    )
    await records.record(samples.update(tasks=(mine, *others)))
    page = await inbox.tasks(samples.BANK, PageRequest(), TODAY)
    assert [(item.subject, item.subject_id, item.task) for item in page.items] == [(TaskSubject.LOAN, "loan-1", mine)]
    assert page.items[0].loan == samples.view()


async def test_account_changes_tasks_are_in_it_too(records: DatabaseRecords, inbox: Inbox) -> None:
    asked = samples.task("consent_to_change")
    await records.record_change(samples.change(tasks=(asked,)))
    (item,) = (await inbox.tasks(samples.BANK, PageRequest(), TODAY)).items
    assert (item.subject, item.subject_id, item.task) == (TaskSubject.ACCOUNT_CHANGE, "change-1", asked)
    assert item.loan is None
    await records.record_change(samples.change(sequence=2))
    assert (await inbox.tasks(samples.BANK, PageRequest(), TODAY)).items == ()


async def test_late_view_of_an_account_change_brings_no_task_back(records: DatabaseRecords, inbox: Inbox) -> None:
    await records.record_change(samples.change(sequence=2))
    await records.record_change(samples.change(sequence=1, tasks=(samples.task("consent_to_change"),)))
    assert (await inbox.tasks(samples.BANK, PageRequest(), TODAY)).items == ()


async def test_first_due_comes_first_and_never_due_last(records: DatabaseRecords, inbox: Inbox) -> None:
    for loan_id, task in (("a", samples.task()), ("b", due_in(3)), ("c", due_in(1)), ("d", due_in(2))):
        await records.record(samples.update(samples.view(loan_id), tasks=(task,)))
    page = await inbox.tasks(samples.BANK, PageRequest(), TODAY)
    assert [item.subject_id for item in page.items] == ["c", "d", "b", "a"]


async def test_same_thing_asked_twice_is_two_tasks(records: DatabaseRecords, inbox: Inbox) -> None:
    await records.record(samples.update(tasks=(due_in(1), due_in(2))))
    page = await inbox.tasks(samples.BANK, PageRequest(), TODAY)
    assert [item.task for item in page.items] == [due_in(1), due_in(2)]


@pytest.mark.parametrize("limit", [1, 4, 5])
async def test_pages_show_each_task_once_while_others_come_and_go(
    records: DatabaseRecords, inbox: Inbox, limit: int
) -> None:
    """After the first pages, every loan is recorded anew, and new ones come in before and behind the place reached."""
    loans = {f"loan-{number:02}": (due_in(number // 3, "accept"), samples.task("reject")) for number in range(10)}
    for loan_id, tasks in loans.items():
        await records.record(samples.update(samples.view(loan_id), tasks=tasks))

    seen: list[tuple[str, Task]] = []
    cursor, sequence = None, 1
    while True:
        page = await inbox.tasks(samples.BANK, PageRequest(limit, cursor), TODAY)
        seen += [(item.subject_id, item.task) for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
        sequence += 1
        if sequence > 4:
            continue
        for loan_id, tasks in loans.items():
            await records.record(samples.update(samples.view(loan_id, sequence), tasks=tasks[::-1]))
        for days in range(5):
            new = samples.view(f"new-{sequence}-{days}")
            await records.record(samples.update(new, tasks=(due_in(days, "accept"),)))
    kept = [(loan_id, task) for loan_id, task in seen if loan_id.startswith("loan-")]
    assert sorted(kept, key=str) == sorted(((loan, task) for loan, tasks in loans.items() for task in tasks), key=str)
    assert len(seen) == len({(loan_id, task.actions) for loan_id, task in seen})


async def test_organisations_of_one_name_in_two_roles_are_kept_apart(records: DatabaseRecords, inbox: Inbox) -> None:
    await records.record(samples.update(tasks=(samples.task(),)))
    purchaser = Principal(user_id="wang", organisation_id="bank-1", role=Role.PURCHASER)
    assert (await inbox.tasks(purchaser, PageRequest(), TODAY)).items == ()


async def test_cursor_of_another_list_is_refused(inbox: Inbox) -> None:
    with pytest.raises(InvalidInput):
        await inbox.tasks(samples.BANK, PageRequest(cursor="WyJsb2FucyJd"), TODAY)
