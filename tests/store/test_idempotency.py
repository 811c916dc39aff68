"""A write with the same key is done once, answered alike ever after, and blocked by nobody who died over it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store.samples import NOW
from zhengcaidai.sealing import Sealer
from zhengcaidai.store.engine import Database
from zhengcaidai.store.idempotency import Answer, IdempotencyKeys, KeyedRequest, KeyInFlight, KeyReused, Lease

REQUEST = KeyedRequest("supplier-1", "key-1", "POST", "/v1/loans", b'{"amount_fen": 1}')
CREATED = Answer(201, (("location", "/v1/loans/loan-1"),), '{"说明": "已提交"}'.encode())
LEASE, KEEP = timedelta(seconds=60), timedelta(hours=24)


@pytest.fixture
def keys(database: Database) -> IdempotencyKeys:
    return IdempotencyKeys(database, lease=LEASE, keep=KEEP)


async def begun(keys: IdempotencyKeys, after: timedelta = timedelta()) -> Lease:
    lease = await keys.begin(REQUEST, NOW + after)
    assert isinstance(lease, Lease)
    return lease


async def test_repeat_is_answered_as_the_first_was(keys: IdempotencyKeys) -> None:
    await keys.finish(await begun(keys), CREATED)
    assert await keys.begin(REQUEST, NOW) == CREATED
    assert await keys.begin(REQUEST, NOW + KEEP - timedelta(seconds=1)) == CREATED


async def test_request_in_flight_is_refused_with_409(keys: IdempotencyKeys) -> None:
    await begun(keys)
    with pytest.raises(KeyInFlight) as refusal:
        await keys.begin(REQUEST, NOW + LEASE - timedelta(seconds=1))
    assert refusal.value.problem.status == 409


@pytest.mark.parametrize("finished", [True, False])
@pytest.mark.parametrize(
    "other", [{"body": b"{}"}, {"path": "/v1/products"}, {"method": "PUT"}], ids=["body", "path", "method"]
)
async def test_key_of_another_request_is_refused_with_422(
    keys: IdempotencyKeys, other: dict[str, str], finished: bool
) -> None:
    lease = await begun(keys)
    if finished:
        await keys.finish(lease, CREATED)
    with pytest.raises(KeyReused) as refusal:
        await keys.begin(replace(REQUEST, **other), NOW)  # type: ignore[arg-type]
    assert refusal.value.problem.status == 422


async def test_same_key_of_another_organisation_is_another_key(keys: IdempotencyKeys) -> None:
    await keys.finish(await begun(keys), CREATED)
    assert isinstance(await keys.begin(replace(REQUEST, organisation_id="supplier-2"), NOW), Lease)


async def test_request_whose_process_died_can_be_carried_out_again(keys: IdempotencyKeys) -> None:
    await begun(keys)
    second = await begun(keys, LEASE)
    with pytest.raises(KeyInFlight):
        await keys.begin(REQUEST, NOW + LEASE)
    await keys.finish(second, CREATED)
    assert await keys.begin(REQUEST, NOW + LEASE) == CREATED


async def test_request_that_takes_long_keeps_its_lease(keys: IdempotencyKeys) -> None:
    lease = await begun(keys)
    await keys.renew(lease, NOW + LEASE / 2)
    with pytest.raises(KeyInFlight):
        await keys.begin(REQUEST, NOW + LEASE)
    assert await begun(keys, LEASE * 1.5) != lease


async def test_renewal_after_the_answer_changes_nothing(keys: IdempotencyKeys) -> None:
    lease = await begun(keys)
    await keys.finish(lease, CREATED)
    await keys.renew(lease, NOW)
    assert await keys.begin(REQUEST, NOW + LEASE) == CREATED


async def test_lease_that_another_took_over_cannot_be_renewed(keys: IdempotencyKeys) -> None:
    first = await begun(keys)
    second = await begun(keys, LEASE)
    await keys.renew(first, NOW + LEASE * 5)
    assert (await begun(keys, LEASE * 2)).attempt == second.attempt + 1


async def test_dead_requests_key_is_still_not_free_for_another_request(keys: IdempotencyKeys) -> None:
    await begun(keys)
    with pytest.raises(KeyReused):
        await keys.begin(replace(REQUEST, body=b"{}"), NOW + LEASE)


async def test_one_who_was_taken_for_dead_cannot_overwrite_the_answer(keys: IdempotencyKeys) -> None:
    first = await begun(keys)
    second = await begun(keys, LEASE)
    await keys.finish(second, CREATED)
    await keys.finish(first, Answer(500, (), b""))
    await keys.abandon(first)
    assert await keys.begin(REQUEST, NOW + LEASE) == CREATED


async def test_abandoned_key_is_free_for_any_request(keys: IdempotencyKeys) -> None:
    await keys.abandon(await begun(keys))
    assert isinstance(await keys.begin(replace(REQUEST, body=b"{}"), NOW), Lease)


async def test_answered_key_cannot_be_abandoned(keys: IdempotencyKeys) -> None:
    lease = await begun(keys)
    await keys.finish(lease, CREATED)
    await keys.abandon(lease)
    assert await keys.begin(REQUEST, NOW) == CREATED


async def test_expired_key_is_free_and_forgets_its_answer(keys: IdempotencyKeys) -> None:
    await keys.finish(await begun(keys), CREATED)
    other = replace(REQUEST, body=b"{}")
    assert isinstance(await keys.begin(other, NOW + KEEP), Lease)
    with pytest.raises(KeyInFlight):
        await keys.begin(other, NOW + KEEP)


async def test_purge_drops_what_has_expired_and_nothing_else(keys: IdempotencyKeys) -> None:
    await keys.finish(await begun(keys), CREATED)
    await keys.begin(replace(REQUEST, key="key-2"), NOW + timedelta(hours=1))
    assert await keys.purge(NOW + KEEP) == 1
    with pytest.raises(KeyInFlight):
        await keys.begin(replace(REQUEST, key="key-2"), NOW + timedelta(hours=1))


async def test_of_many_at_once_one_gets_the_lease(fresh_url: str, sealer: Sealer) -> None:
    databases = [Database(fresh_url, sealer) for _ in range(3)]
    answers = await asyncio.gather(
        *(IdempotencyKeys(databases[number % 3]).begin(REQUEST, NOW) for number in range(12)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["KeyInFlight"] * 11 + ["Lease"]
    for database in databases:
        await database.close()
