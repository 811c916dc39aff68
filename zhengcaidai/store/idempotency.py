"""Idempotency-Key: a write that is asked for twice is done once and answered twice."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, delete, select, update

from zhengcaidai.errors import Conflict, InvalidInput
from zhengcaidai.store.engine import Database
from zhengcaidai.store.tables import IdempotencyRow

__all__ = ["Answer", "IdempotencyKeys", "KeyInFlight", "KeyReused", "KeyedRequest", "Lease"]


class KeyInFlight(Conflict):
    """请求处理中: the first request with this key has not been answered yet."""

    type = "idempotency-key-in-flight"


class KeyReused(InvalidInput):
    """幂等键重复使用: the key was used before, for another request."""

    type = "idempotency-key-reused"


@dataclass(frozen=True)
class KeyedRequest:
    """A write: whose, under which key, and what is asked. Keys of different organisations never meet."""

    organisation_id: str
    key: str
    method: str
    path: str
    body: bytes

    @property
    def fingerprint(self) -> str:
        """Equal for the same request and no other."""
        return f"{self.method} {self.path} {sha256(self.body).hexdigest()}"


@dataclass(frozen=True)
class Answer:
    """What the first request was answered, to be given again."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Lease:
    """The right to carry out a request; of two holders, the later one's answer counts."""

    organisation_id: str
    key: str
    attempt: int


class IdempotencyKeys:
    """All methods raise OutsideDown while the database cannot be reached.

    `lease`: a request in flight renews it again and again; when it has run out, the process is taken to be dead, and
    the same request may be carried out again (its own effects must know the key, too). `keep`: how long answers are kept.
    """

    def __init__(
        self, database: Database, *, lease: timedelta = timedelta(seconds=6), keep: timedelta = timedelta(hours=24)
    ) -> None:
        self._database = database
        self._lease = lease
        self._keep = keep

    @property
    def renew_every(self) -> timedelta:
        """How often whoever carries out a request is to `renew` its lease."""
        return self._lease / 3

    async def begin(self, request: KeyedRequest, now: datetime) -> Lease | Answer:
        """A lease: carry the request out, then `finish` or `abandon`. An answer: it was done already, say this again.

        Raises KeyInFlight (409) while another has the lease, KeyReused (422) for a key of another request.
        """
        row = col(IdempotencyRow.status), col(IdempotencyRow.leased_until), col(IdempotencyRow.fingerprint)
        status, leased_until, fingerprint = row
        put = self._database.insert(IdempotencyRow).values(
            organisation_id=request.organisation_id,
            key=request.key,
            fingerprint=request.fingerprint,
            attempt=1,
            leased_until=now + self._lease,
            expires_at=now + self._keep,
            status=None,
            headers=None,
            body=None,
        )
        new = {
            name: put.excluded[name]
            for name in ("fingerprint", "leased_until", "expires_at", "status", "headers", "body")
        }
        died = and_(status.is_(None), leased_until <= now, fingerprint == request.fingerprint)
        taking = put.on_conflict_do_update(
            index_elements=["organisation_id", "key"],
            set_={**new, "attempt": col(IdempotencyRow.attempt) + 1},
            where=or_(died, col(IdempotencyRow.expires_at) <= now),
        ).returning(col(IdempotencyRow.attempt))
        async with self._database.writing() as session:
            attempt = (await session.exec(taking)).scalar_one_or_none()
            if attempt is not None:
                return Lease(request.organisation_id, request.key, attempt)
            first = (await session.exec(select(IdempotencyRow).where(*_of(request)))).one()
        return _known(first, request)

    async def finish(self, lease: Lease, answer: Answer) -> None:
        """Keep the answer for those who ask again; nothing, if another has taken over meanwhile."""
        async with self._database.writing() as session:
            await session.exec(
                update(IdempotencyRow)
                .where(*_of(lease), col(IdempotencyRow.attempt) == lease.attempt)
                .values(status=answer.status, headers=json.dumps(answer.headers), body=answer.body)
            )

    async def renew(self, lease: Lease, now: datetime) -> None:
        """The request is still being carried out; nothing, if it was answered or another has taken over meanwhile."""
        async with self._database.writing() as session:
            await session.exec(
                update(IdempotencyRow)
                .where(*_of(lease), col(IdempotencyRow.attempt) == lease.attempt, col(IdempotencyRow.status).is_(None))
                .values(leased_until=now + self._lease)
            )

    async def abandon(self, lease: Lease) -> None:
        """Nothing was done: the key is free again, for a request of any content."""
        async with self._database.writing() as session:
            await session.exec(
                delete(IdempotencyRow).where(
                    *_of(lease), col(IdempotencyRow.attempt) == lease.attempt, col(IdempotencyRow.status).is_(None)
                )
            )

    async def purge(self, now: datetime) -> int:
        """Drop what has expired; returns how many."""
        async with self._database.writing() as session:
            dropped = await session.exec(delete(IdempotencyRow).where(col(IdempotencyRow.expires_at) <= now))
            return dropped.rowcount


def _of(one: KeyedRequest | Lease) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(IdempotencyRow.organisation_id) == one.organisation_id, col(IdempotencyRow.key) == one.key


def _known(first: IdempotencyRow, request: KeyedRequest) -> Answer:
    if first.fingerprint != request.fingerprint:
        raise KeyReused(
            f"幂等键“{request.key}”已用于另一请求。",
            f"The idempotency key “{request.key}” was used for another request.",
            where="Idempotency-Key",
            right="新请求使用新的键 / a new key for a new request",
        )
    if first.status is None:
        raise KeyInFlight(
            f"幂等键为“{request.key}”的请求正在处理。",
            f"The request with the idempotency key “{request.key}” is being carried out.",
            where="Idempotency-Key",
            right="稍后以同一键重试 / ask again later, with the same key",
        )
    headers = tuple((name, value) for name, value in json.loads(first.headers or "[]"))
    return Answer(first.status, headers, first.body or b"")
