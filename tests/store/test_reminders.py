"""Reminders: whoever may see a loan reminds the others of what awaits them, each organisation once a calendar day."""

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.store import samples
from tests.store.statements import statements_of
from zhengcaidai.errors import NotFound, Refusal, WrongParty
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.tasks import Reminder, TaskId
from zhengcaidai.store.changes import ChangeQueries
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.reminders import TaskReminders
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.task_claims import TaskClaims
from zhengcaidai.store.tasks import Inbox

NOW = samples.NOW
SUPPLIER, BANK, PURCHASER = samples.SUPPLIER, samples.BANK, samples.PURCHASER
BUREAU = Principal(user_id="qian", organisation_id="bureau-530100", role=Role.FINANCE_BUREAU)
OPERATOR = Principal(user_id="ops", organisation_id="zhengcaidai", role=Role.OPERATOR)
PLAN = samples.task("file_fund_use_plan", role=Role.PURCHASER, organisation_id="purchaser-1")
REVIEW = samples.task("accept", "reject")
ENGINE = samples.task("check", role=Role.SYSTEM, organisation_id="zhengcaidai")
UNKNOWN = "loan:loan-1:0123456789abcdef-1"


@pytest.fixture
def records(database: Database) -> DatabaseRecords:
    return DatabaseRecords(database)


@pytest.fixture
def reminders(database: Database) -> TaskReminders:
    return TaskReminders(database)


@pytest.fixture
def inbox(database: Database) -> Inbox:
    return Inbox(database)


@pytest.fixture
async def ids(database: Database, records: DatabaseRecords) -> dict[str, TaskId]:
    """A loan that awaits purchaser, bank and the engine: the tasks' numbers, as whoever sees the loan is shown them."""
    await records.record(samples.update(tasks=(PLAN, REVIEW, ENGINE)))
    detail = await LoanQueries(database).loan(Scope(Role.OPERATOR, "zhengcaidai"), "loan-1")
    return {task.role.value: task_id for task_id, task in detail.tasks.items()}


def reach(by: Principal) -> Scope:
    return Scope.of(by, frozenset({"530100"}) if by.role is Role.FINANCE_BUREAU else frozenset())


async def asked(
    reminders: TaskReminders, by: Principal, *task_ids: TaskId, at: datetime = NOW
) -> tuple[Reminder | Refusal, ...]:
    return await reminders.remind(by, reach(by), task_ids, at)


async def shown(inbox: Inbox, by: Principal) -> list[Reminder | None]:
    return [item.reminder for item in (await inbox.tasks(by, PageRequest(), NOW.date())).items]


@pytest.mark.parametrize(
    ("by", "of"),
    [
        (BANK, PURCHASER),
        (SUPPLIER, PURCHASER),
        (SUPPLIER, BANK),
        (PURCHASER, BANK),
        (BUREAU, BANK),
        (BUREAU, PURCHASER),
        (OPERATOR, BANK),
    ],
    ids=lambda each: each.role.value,
)
async def test_whoever_sees_the_loan_reminds_whom_it_awaits_and_their_inbox_says_who_and_when(
    reminders: TaskReminders, inbox: Inbox, ids: dict[str, TaskId], by: Principal, of: Principal
) -> None:
    assert await shown(inbox, of) == [None]
    reminder = Reminder(reminded_by=by, reminded_at=NOW)
    assert await asked(reminders, by, ids[of.role]) == (reminder,)
    assert await shown(inbox, of) == [reminder]


async def test_a_task_that_one_may_not_see_is_no_task(
    reminders: TaskReminders, inbox: Inbox, ids: dict[str, TaskId]
) -> None:
    """Word for word as one that there is not: nobody learns what other tenants wait for."""
    elsewhere = (
        SUPPLIER.model_copy(update={"organisation_id": "supplier-2"}),
        BANK.model_copy(update={"organisation_id": "bank-2"}),
        PURCHASER.model_copy(update={"organisation_id": "purchaser-2"}),
        BANK.model_copy(update={"role": Role.SUPPLIER}),
    )
    for by in elsewhere:
        there, unknown = await asked(reminders, by, ids["purchaser"], UNKNOWN)
        assert isinstance(there, NotFound)
        assert isinstance(unknown, NotFound)
        assert there.problem == unknown.problem.model_copy(
            update={
                "zh": unknown.zh.replace(UNKNOWN, ids["purchaser"]),
                "en": unknown.en.replace(UNKNOWN, ids["purchaser"]),
            }
        )
    outside_its_region = Scope.of(BUREAU, frozenset({"410300"}))
    (found,) = await reminders.remind(BUREAU, outside_its_region, (ids["bank"],), NOW)
    assert isinstance(found, NotFound)
    assert await shown(inbox, PURCHASER) == await shown(inbox, BANK) == [None]


async def test_ones_own_task_is_claimed_and_the_engine_is_not_reminded(
    reminders: TaskReminders, inbox: Inbox, ids: dict[str, TaskId]
) -> None:
    own, engines = await asked(reminders, BANK, ids["bank"], ids["system"])
    assert isinstance(own, WrongParty)
    assert "认领" in own.zh
    assert "claim it" in own.en
    assert isinstance(engines, WrongParty)
    assert "系统" in engines.zh
    assert await shown(inbox, BANK) == [None]


async def test_once_a_calendar_day_and_again_the_day_after(
    reminders: TaskReminders, inbox: Inbox, ids: dict[str, TaskId]
) -> None:
    """The day is Shanghai's; whoever of the organisation asks again is answered with the first's name and moment."""
    colleague = BANK.model_copy(update={"user_id": "wang"})
    first = await asked(reminders, BANK, ids["purchaser"])
    last_minute = NOW.replace(hour=23, minute=59)
    assert await asked(reminders, colleague, ids["purchaser"], at=last_minute) == first
    assert await shown(inbox, PURCHASER) == [*first]
    midnight = last_minute + timedelta(minutes=1)
    again = Reminder(reminded_by=colleague, reminded_at=midnight)
    assert await asked(reminders, colleague, ids["purchaser"], at=midnight) == (again,)
    assert await shown(inbox, PURCHASER) == [again]


async def test_two_organisations_that_take_turns_remind_once_each(
    reminders: TaskReminders, inbox: Inbox, ids: dict[str, TaskId]
) -> None:
    first = await asked(reminders, BANK, ids["purchaser"])
    second = await asked(reminders, SUPPLIER, ids["purchaser"], at=NOW + timedelta(hours=1))
    assert await asked(reminders, BANK, ids["purchaser"], at=NOW + timedelta(hours=2)) == first
    assert await shown(inbox, PURCHASER) == [*second]


async def test_of_many_at_once_one_reminds_and_all_are_told_which(
    reminders: TaskReminders, ids: dict[str, TaskId]
) -> None:
    colleagues = [BANK.model_copy(update={"user_id": f"user-{number}"}) for number in range(8)]
    found = await asyncio.gather(*(asked(reminders, by, ids["purchaser"]) for by in colleagues))
    assert isinstance(found[0][0], Reminder)
    assert found.count(found[0]) == len(colleagues)


async def test_it_stays_beside_the_claim_while_the_same_is_asked_and_goes_with_its_task(
    database: Database, reminders: TaskReminders, inbox: Inbox, records: DatabaseRecords, ids: dict[str, TaskId]
) -> None:
    found = await asked(reminders, BANK, ids["purchaser"])
    await TaskClaims(database).claim(PURCHASER, (ids["purchaser"],), NOW)
    moved = PLAN.model_copy(update={"due_at": NOW + timedelta(days=1), "zh": "请尽快申报"})
    await records.record(samples.update(samples.view(sequence=2), tasks=(REVIEW, moved)))
    (item,) = (await inbox.tasks(PURCHASER, PageRequest(), NOW.date())).items
    assert ((item.reminder,), item.claim.claimed_by, item.task) == (found, PURCHASER.user_id, moved)
    await records.record(samples.update(samples.view(sequence=3), tasks=(REVIEW,)))
    (settled,) = await asked(reminders, BANK, ids["purchaser"])
    assert isinstance(settled, NotFound)
    await records.record(samples.update(samples.view(sequence=4), tasks=(REVIEW, PLAN)))
    assert await shown(inbox, PURCHASER) == [None]


async def test_an_account_changes_parties_are_reminded_by_those_who_see_it(
    database: Database, reminders: TaskReminders, inbox: Inbox, records: DatabaseRecords
) -> None:
    approve = samples.task("approve_change", role=Role.PURCHASER, organisation_id="purchaser-1")
    await records.record_change(samples.change(tasks=(approve,)))
    detail = await ChangeQueries(database).detail(reach(BANK), "change-1")
    assert detail.view == samples.change(tasks=(approve,))
    ((task_id, task),) = detail.tasks.items()
    assert task == approve
    assert await asked(reminders, BANK, task_id) == (Reminder(reminded_by=BANK, reminded_at=NOW),)
    other_bank = BANK.model_copy(update={"organisation_id": "bank-2"})
    (refused,) = await asked(reminders, other_bank, task_id)
    assert isinstance(refused, NotFound)
    assert await shown(inbox, PURCHASER) == [Reminder(reminded_by=BANK, reminded_at=NOW)]


async def test_several_at_once_with_an_answer_for_each_in_a_few_statements(
    database: Database, reminders: TaskReminders, inbox: Inbox, records: DatabaseRecords
) -> None:
    queries = LoanQueries(database)
    task_ids: list[TaskId] = []
    for number in range(20):
        loan_id = f"loan-{number:02}"
        await records.record(samples.update(samples.view(loan_id), tasks=(PLAN, REVIEW)))
        task_ids += (await queries.loan(reach(OPERATOR), loan_id)).tasks
    with statements_of(database) as statements:
        found = await asked(reminders, BANK, *task_ids, UNKNOWN, task_ids[0])
    assert [type(each) for each in found] == [Reminder, WrongParty] * 20 + [NotFound, Reminder]
    assert found[-1] == found[0]
    assert len(statements) <= 5, statements
    assert len([each for each in await shown(inbox, PURCHASER) if each]) == 20


async def test_reminding_and_recording_wait_for_each_other(
    reminders: TaskReminders, inbox: Inbox, records: DatabaseRecords, ids: dict[str, TaskId]
) -> None:
    """A loan is recorded while all its tasks are being reminded of, over and over: nobody is turned away."""

    async def record() -> None:
        for sequence in range(2, 22):
            tasks = (PLAN, REVIEW, ENGINE) if sequence % 2 else (ENGINE, REVIEW, PLAN)
            await records.record(samples.update(samples.view(sequence=sequence), tasks=tasks))

    async def remind() -> None:
        for days in range(20):
            both = await asked(reminders, BUREAU, ids["purchaser"], ids["bank"], at=NOW + timedelta(days=days))
            assert all(isinstance(each, Reminder) for each in both)

    await asyncio.gather(record(), remind())
    assert all([*await shown(inbox, BANK), *await shown(inbox, PURCHASER)])
