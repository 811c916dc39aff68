"""Expired idempotency keys are dropped by the API itself, and a database that is away is no reason to stop."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.waiting import eventually_async
from zhengcaidai.errors import OutsideDown
from zhengcaidai.sealing import KEY_BYTES, Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.idempotency import Answer, IdempotencyKeys, KeyedRequest, KeyReused, Lease
from zhengcaidai.store.migrate import upgrade
from zhengcaidai.web.housekeeping import keep_house

LONG_AGO = datetime.now(UTC) - timedelta(days=30)
REQUEST = KeyedRequest("supplier-1", "key-1", "POST", "/v1/loans", b'{"amount_fen": 1}')
OTHER = KeyedRequest("supplier-1", "key-1", "POST", "/v1/loans", b'{"amount_fen": 2}')


class _AwayAtFirst(IdempotencyKeys):
    asked = 0

    async def purge(self, now: datetime) -> int:
        self.asked += 1
        if self.asked == 1:
            raise OutsideDown("数据库无应答。", "The database does not answer.")
        return await super().purge(now)


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[_AwayAtFirst]:
    url = f"sqlite:///{tmp_path}/keys.db"
    await upgrade(url)
    database = Database(url, Sealer({"k": b"k" * KEY_BYTES}, "k"))
    yield _AwayAtFirst(database)
    await database.close()


async def test_a_job_that_fails_unexpectedly_ends_neither_itself_nor_another(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def failing(_now: datetime) -> None:
        done.append("failing")
        raise ValueError("account 6222020200112345678")

    async def other(_now: datetime) -> None:
        done.append("other")

    async def both_again() -> bool:
        return done[:4] == ["failing", "other"] * 2

    keeping = asyncio.create_task(keep_house((failing, other), every_seconds=0.001))
    try:
        await eventually_async(both_again)
    finally:
        keeping.cancel()
    assert "housekeeping failed: ValueError" in caplog.messages
    assert not any("6222020200112345678" in message for message in caplog.messages)


async def test_expired_keys_are_dropped_even_after_the_database_was_away(keys: _AwayAtFirst) -> None:
    lease = await keys.begin(REQUEST, LONG_AGO)
    assert isinstance(lease, Lease)
    await keys.finish(lease, Answer(201, (), b"{}"))

    async def dropped() -> bool:
        try:
            return isinstance(await keys.begin(OTHER, LONG_AGO), Lease)
        except KeyReused:
            return False

    assert not await dropped()
    keeping = asyncio.create_task(keep_house((keys.purge,), every_seconds=0.01))
    try:
        await eventually_async(dropped)
    finally:
        keeping.cancel()
    assert keys.asked > 1
