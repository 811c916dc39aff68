"""A workflow's updates reach the database whole, once and in whatever order they arrive."""

from datetime import date, timedelta

import pytest

from tests.store import samples
from tests.store.statements import statements_of
from zhengcaidai.messages.clocks import ClockId
from zhengcaidai.messages.money import Statement
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.records import LockState
from zhengcaidai.messages.stages import Stage
from zhengcaidai.messages.steps import LiftCourtFreeze, RecordCourtFreeze
from zhengcaidai.ports import LoanRecords
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.queries import LoanQueries
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope

ALL = Scope(Role.OPERATOR, "operator")


@pytest.fixture
def records(database: Database) -> DatabaseRecords:
    return DatabaseRecords(database)


@pytest.fixture
def queries(database: Database) -> LoanQueries:
    return LoanQueries(database)


async def test_loan_comes_back_as_it_was_recorded(records: DatabaseRecords, queries: LoanQueries) -> None:
    statement = Statement(
        as_of=date(2026, 9, 18),
        principal_fen=1,
        interest_fen=2,
        penalty_fen=3,
        fees_fen=4,
        over_refunded_fen=0,
        owed_fen=10,
        received_fen=0,
        surplus_fen=0,
        refunded_fen=0,
        surplus_held_fen=0,
        settled=False,
        overdue=False,
    )
    recorded = samples.update(
        samples.view(awaited=(Role.BANK, Role.TREASURY), disbursed_on=date(2026, 9, 20), overdue=True),
        tasks=(
            samples.task("accept", "reject"),
            samples.task("sign", role=Role.SUPPLIER, organisation_id="supplier-1"),
        ),
        deadlines=(samples.deadline(), samples.deadline(ClockId.PRODUCT_PROMISE, counts=False)),
        entries=(samples.submitted(), samples.entry(2, by=samples.BANK)),
        locked_account=samples.ACCOUNT,
    ).model_copy(update={"statement": statement})
    await records.record(recorded)

    detail = await queries.loan(ALL, "loan-1")
    assert detail.view == recorded.view
    assert (*detail.tasks.values(),) == recorded.tasks
    assert detail.deadlines == recorded.deadlines
    assert detail.locked_account == samples.ACCOUNT
    assert detail.statement == statement
    assert await records.journal("loan-1", 0) == recorded.entries
    assert await records.journal("loan-1", 1) == recorded.entries[1:]


async def test_what_a_settled_loan_went_by_is_kept_as_it_was_first(records: DatabaseRecords) -> None:
    settled = samples.update(entries=(samples.submitted(),)).model_copy(update={"rules": samples.rules()})
    assert await records.rules_of("loan-1") is None
    await records.record(samples.update(samples.view(sequence=0)))
    assert await records.rules_of("loan-1") is None, "nothing to be taken out of the files yet"
    await records.record(settled)
    other = samples.rules(promise_days=1)
    await records.record(settled.model_copy(update={"rules": other, "view": samples.view(sequence=9)}))
    assert await records.rules_of("loan-1") == samples.rules() != other


async def test_newer_update_replaces_view_tasks_and_deadlines(records: LoanRecords, queries: LoanQueries) -> None:
    await records.record(samples.update(tasks=(samples.task(),), deadlines=(samples.deadline(),)))
    newer = samples.update(samples.view(sequence=2, stage=Stage.ACCEPTED), tasks=(samples.task("approve"),))
    await records.record(newer)
    detail = await queries.loan(ALL, "loan-1")
    assert (detail.view, (*detail.tasks.values(),), detail.deadlines) == (newer.view, newer.tasks, ())


@pytest.mark.parametrize("sequence", [1, 2])
async def test_older_or_equal_sequence_changes_nothing(
    records: LoanRecords, queries: LoanQueries, sequence: int
) -> None:
    current = samples.update(
        samples.view(sequence=2, stage=Stage.ACCEPTED),
        tasks=(samples.task("approve"),),
        deadlines=(samples.deadline(),),
    )
    await records.record(current)
    await records.record(samples.update(samples.view(sequence=sequence, stage=Stage.LAPSED)))
    detail = await queries.loan(ALL, "loan-1")
    assert (detail.view, (*detail.tasks.values(),), detail.deadlines) == (
        current.view,
        current.tasks,
        current.deadlines,
    )


async def test_entries_of_an_update_that_arrives_late_are_not_lost(records: DatabaseRecords) -> None:
    await records.record(samples.update(samples.view(sequence=2), entries=(samples.entry(2),)))
    await records.record(samples.update(samples.view(sequence=1), entries=(samples.submitted(),)))
    assert [entry.sequence for entry in await records.journal("loan-1", 0)] == [1, 2]


async def test_entry_once_written_stays_as_it_is(records: DatabaseRecords) -> None:
    await records.record(samples.update(entries=(samples.submitted(),)))
    await records.record(samples.update(samples.view(sequence=2), entries=(samples.entry(1),)))
    assert await records.journal("loan-1", 0) == (samples.submitted(),)


async def test_update_that_fails_half_way_leaves_nothing(fresh_url: str, sealer: Sealer) -> None:
    class BreaksAtTheJournal(Sealer):
        def seal(self, plain: bytes, context: bytes = b"") -> bytes:
            if context == b"journal.entry":
                raise RuntimeError("out of entropy")
            return super().seal(plain, context)

    database = Database(fresh_url, BreaksAtTheJournal({"test": bytes(32)}, "test"))
    records, queries = DatabaseRecords(database), LoanQueries(database)
    await records.record(samples.update(tasks=(samples.task(),)))
    with pytest.raises(Exception, match="out of entropy"):
        await records.record(
            samples.update(samples.view(sequence=2, stage=Stage.ACCEPTED), entries=(samples.entry(1),))
        )
    detail = await queries.loan(ALL, "loan-1")
    assert (detail.view, (*detail.tasks.values(),)) == (samples.view(), (samples.task(),))
    await database.close()


@pytest.mark.parametrize("many", [1, 40])
async def test_recording_takes_seven_statements_however_much_has_changed(
    database: Database, records: LoanRecords, many: int
) -> None:
    await records.record(samples.update(tasks=(samples.task(),)))
    changed = samples.update(
        samples.view(sequence=2),
        tasks=(samples.task(),) * many,
        deadlines=(samples.deadline(),) * many,
        entries=(samples.submitted(), *(samples.entry(number) for number in range(2, many + 1))),
    )
    with statements_of(database) as statements:
        await records.record(changed)
    assert len(statements) == 7, statements


async def test_late_repeat_takes_one_statement_and_its_entries(database: Database, records: LoanRecords) -> None:
    repeated = samples.update(tasks=(samples.task(),), entries=(samples.entry(1),))
    await records.record(repeated)
    with statements_of(database) as statements:
        await records.record(repeated)
    assert len(statements) == 2, statements


@pytest.mark.clause("kunming/4.2")
async def test_supplier_has_borrowed_once_another_loan_of_its_was_disbursed(records: LoanRecords) -> None:
    await records.record(samples.update(samples.view("loan-1")))
    await records.record(samples.update(samples.view("loan-2")))
    assert not await records.has_borrowed("supplier-1", "loan-2")
    await records.record(samples.update(samples.view("loan-1", 2, disbursed_on=date(2026, 9, 24), stage=Stage.SETTLED)))
    assert await records.has_borrowed("supplier-1", "loan-2")
    assert not await records.has_borrowed("supplier-1", "loan-1"), "its own disbursement does not make it a repeat"
    assert not await records.has_borrowed("supplier-2", "loan-2")


@pytest.mark.clause("luoyang/2.3")
async def test_lock_is_known_by_the_contract_while_a_loan_holds_it(records: LoanRecords) -> None:
    assert await records.lock_of("合备[2021]100号") is None
    await records.record(samples.update(locked_account=samples.ACCOUNT))
    lock = LockState(
        loan_id="loan-1",
        bank_id="bank-1",
        filing_number="合备[2021]100号",
        account=samples.ACCOUNT,
        disbursed=False,
    )
    assert await records.lock_of("合备[2021]100号") == lock
    assert await records.lock_of("合备[2021]101号") is None
    assert await records.open_loan_on("合备[2021]100号") == lock.loan_id
    assert await records.open_loan_on("合备[2021]101号") is None

    paid_out = samples.view(sequence=2, disbursed_on=date(2026, 9, 24))
    await records.record(samples.update(paid_out, locked_account=samples.ACCOUNT))
    assert await records.lock_of("合备[2021]100号") == lock.model_copy(update={"disbursed": True})

    await records.record(samples.update(samples.view(sequence=3)))
    assert await records.lock_of("合备[2021]100号") is None


async def test_of_two_locks_on_a_contract_the_loan_submitted_first_holds_it(records: LoanRecords) -> None:
    later = samples.view("loan-0", submitted_at=samples.NOW + timedelta(days=1))
    await records.record(samples.update(later, locked_account=samples.OTHER_ACCOUNT))
    await records.record(samples.update(samples.view("loan-1"), locked_account=samples.ACCOUNT))
    lock = await records.lock_of("合备[2021]100号")
    assert lock is not None
    assert lock.loan_id == "loan-1"


@pytest.mark.clause("kunming/2.3.5")
async def test_lock_names_the_court_order_that_is_in_force(records: LoanRecords) -> None:
    orders = [RecordCourtFreeze(order_number=f"（2026）云01执{number}号", court="昆明中院") for number in (1, 2)]
    entries = tuple(samples.entry(number, order) for number, order in enumerate(orders, start=1))
    frozen = samples.update(samples.view(frozen=True), entries=entries, locked_account=samples.ACCOUNT)

    async def order_in_force() -> tuple[str | None, str | None]:
        lock = await records.lock_of("合备[2021]100号")
        assert lock is not None
        return lock.court_order, lock.court

    await records.record(frozen)
    assert await order_in_force() == ("（2026）云01执2号", "昆明中院")
    lifted = samples.entry(3, LiftCourtFreeze(order_number="（2026）云01执2号", reason="案件和解"))
    await records.record(
        samples.update(samples.view(sequence=2, frozen=True), entries=(lifted,), locked_account=samples.ACCOUNT)
    )
    assert await order_in_force() == ("（2026）云01执1号", "昆明中院")
    lifted = samples.entry(4, LiftCourtFreeze(order_number="（2026）云01执1号", reason="案件和解"))
    await records.record(samples.update(samples.view(sequence=3), entries=(lifted,), locked_account=samples.ACCOUNT))
    assert await order_in_force() == (None, None)
