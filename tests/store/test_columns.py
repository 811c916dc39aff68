"""What goes into a column comes out of it, and what is secret cannot be read there."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import StatementError

from tests.store import samples
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.records import ChangeView
from zhengcaidai.messages.words import Words
from zhengcaidai.sealing import KEY_BYTES, SealBroken, Sealer
from zhengcaidai.store.changes import ChangeQueries
from zhengcaidai.store.columns import Instant, Roles
from zhengcaidai.store.engine import Database
from zhengcaidai.store.idempotency import Answer, IdempotencyKeys, KeyedRequest, Lease
from zhengcaidai.store.payments import PaymentChecks
from zhengcaidai.store.products import Products
from zhengcaidai.store.records import DatabaseRecords
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import Row

SECRETS = (samples.ACCOUNT.number, samples.OTHER_ACCOUNT.number, samples.MOBILE[3:], "91350100M000100Y43")


@given(st.lists(st.sampled_from(Role), unique=True).map(tuple))
def test_parties_awaited_come_back_in_order(roles: tuple[Role, ...]) -> None:
    column, dialect = Roles(), SQLiteDialect()
    assert column.process_result_value(column.process_bind_param(roles, dialect), dialect) == roles


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(-12, 14),
)
def test_moment_is_the_same_moment_whatever_its_zone(moment: datetime, hours: int) -> None:
    column, dialect = Instant(), SQLiteDialect()
    stored = column.process_bind_param(moment.astimezone(timezone(timedelta(hours=hours))), dialect)
    assert stored is not None
    back = column.process_result_value(stored.replace(tzinfo=None), dialect)
    assert back == moment
    assert back is not None
    assert back.utcoffset() == timedelta(hours=8)


async def test_naive_time_is_refused(database: Database) -> None:
    naive = samples.view().model_copy(update={"updated_at": datetime(2026, 9, 18)})  # noqa: DTZ001
    with pytest.raises(StatementError, match="has no time zone"):
        await DatabaseRecords(database).record(samples.update(naive))


async def record_all_secrets(database: Database) -> None:
    """Account numbers, mobile numbers and codes, wherever one can be stored."""
    records = DatabaseRecords(database)
    recorded = samples.update(entries=(samples.submitted(),), locked_account=samples.ACCOUNT)
    await records.record(recorded.model_copy(update={"rules": samples.rules()}))
    await records.record_change(samples.change())
    await Products(database).put(samples.product())
    await PaymentChecks(database).log(samples.TREASURY, samples.payment(), samples.stopped(), samples.NOW)
    keys = IdempotencyKeys(database)
    lease = await keys.begin(KeyedRequest("supplier-1", "key-1", "POST", "/v1/loans", b"{}"), samples.NOW)
    assert isinstance(lease, Lease)
    await keys.finish(lease, Answer(201, (), samples.ACCOUNT.model_dump_json().encode()))


async def test_no_account_or_mobile_number_can_be_read_in_the_database(database: Database) -> None:
    await record_all_secrets(database)
    everything = b""
    async with database.engine.connect() as connection:
        for table in Row.metadata.sorted_tables:
            for row in await connection.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608
                everything += repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row]).encode()
    assert b"loan-1" in everything
    assert not [secret for secret in SECRETS if secret.encode() in everything]
    if database.is_sqlite:
        files = Path(str(database.url.database)).parent.glob(f"{Path(str(database.url.database)).name}*")
        assert not [secret for file in files for secret in SECRETS if secret.encode() in file.read_bytes()]


async def test_with_another_key_nothing_sealed_opens(database: Database) -> None:
    await record_all_secrets(database)
    thief = Database(database.url.render_as_string(hide_password=False), Sealer({"test": bytes(KEY_BYTES)}, "test"))
    with pytest.raises(SealBroken):
        await DatabaseRecords(thief).journal("loan-1", 0)
    await thief.close()


async def test_keys_can_be_changed_while_the_old_one_is_kept(database: Database) -> None:
    await record_all_secrets(database)
    keys = {"test": bytes(range(KEY_BYTES)), "2027": bytes(KEY_BYTES)}
    rotated = Database(database.url.render_as_string(hide_password=False), Sealer(keys, "2027"))
    records = DatabaseRecords(rotated)
    assert await records.journal("loan-1", 0) == (samples.submitted(),)
    await records.record(samples.update(samples.view(sequence=2), entries=(samples.entry(2),)))
    assert [entry.sequence for entry in await records.journal("loan-1", 0)] == [1, 2]
    await rotated.close()


async def test_value_moved_to_another_column_does_not_open_there(database: Database) -> None:
    await record_all_secrets(database)
    async with database.writing() as session:
        await (await session.connection()).execute(
            text("UPDATE loans SET locked_account = (SELECT entry FROM journal WHERE loan_id = 'loan-1')")
        )
    with pytest.raises(SealBroken):
        await DatabaseRecords(database).lock_of("合备[2021]100号")


async def test_account_change_comes_back_whole(database: Database) -> None:
    view: ChangeView = samples.change(reason=Words.quoted("开户行合并"), scan=samples.document("c"))
    await DatabaseRecords(database).record_change(view)
    assert await ChangeQueries(database).change(Scope(Role.OPERATOR, "op-1"), "change-1") == view
