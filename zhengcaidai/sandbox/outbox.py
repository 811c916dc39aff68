"""What a system sends of its own accord, kept in its own file until the receiver has taken it.

Nothing is lost over a restart of either side. Order is not kept: an event that failed is offered again later, and
others pass it by; only an event that names a predecessor waits for that one.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum

import httpx
from pydantic import TypeAdapter
from sqlalchemy import func
from sqlmodel import Field, Session, col, or_, select

from zhengcaidai.adapters.http import describes_no_answer
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.parties import Principal
from zhengcaidai.sandbox.faults import CALLBACK, FaultMode, FaultSwitch
from zhengcaidai.sandbox.issuer import Issuer
from zhengcaidai.sandbox.ledger import LedgerFile, SharedTable
from zhengcaidai.sandbox.settings import SandboxSettings

__all__ = ["Delivery", "Envelope", "EventView", "Outbox"]

_HEADERS = TypeAdapter(dict[str, str])
_BATCH = 20


class Delivery(StrEnum):
    """How an event stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """The receiver answered no: offering it again would not help."""


class Event(SharedTable, table=True):
    """投递箱: one event."""

    id: int | None = Field(default=None, primary_key=True)
    url: str
    content_type: str
    body: str
    headers: str
    principal: str | None
    after: int | None
    twice: bool
    due: float = Field(index=True)
    """Seconds of the real clock: the network's time, not the loan's."""
    attempts: int = 0
    state: str = Field(default=Delivery.WAITING.value, index=True)
    answer: str = ""


class Envelope(Frozen):
    """An event as it is put in."""

    url: str
    body: str
    content_type: str = "application/json"
    headers: Mapping[str, str] = {}
    """`Idempotency-Key` among them, where the receiver asks for one."""
    principal: Principal | None = None
    """In whose name: a fresh token is signed at each attempt."""


class EventView(Frozen):
    """An event as it is listed."""

    id: int
    url: str
    body: str
    attempts: int
    state: Delivery
    answer: str


class Outbox:
    """投递箱 of one system."""

    def __init__(self, ledger: LedgerFile, faults: FaultSwitch, issuer: Issuer, settings: SandboxSettings) -> None:
        self._ledger = ledger
        self._faults = faults
        self._issuer = issuer
        self._settings = settings
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def put(self, session: Session, envelope: Envelope, *, delay_seconds: float = 0, after: int | None = None) -> int:
        """Put in an event, in the transaction that made it happen. Returns its number, for a later event's `after`."""
        slow = self._faults.take(FaultMode.SLOW, CALLBACK)
        twice = self._faults.take(FaultMode.DUPLICATE_CALLBACK, CALLBACK)
        event = Event(
            url=envelope.url,
            content_type=envelope.content_type,
            body=envelope.body,
            headers=_HEADERS.dump_json(dict(envelope.headers)).decode(),
            principal=envelope.principal.model_dump_json() if envelope.principal else None,
            after=after,
            twice=twice is not None,
            due=time.time() + delay_seconds + (slow.seconds if slow else 0),
        )
        session.add(event)
        session.flush()
        assert event.id is not None
        return event.id

    def wake(self) -> None:
        """Look now: something was put in. May be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def events(self) -> list[EventView]:
        """All events in order of making."""
        with self._ledger.read() as session:
            return [EventView.model_validate(row, from_attributes=True) for row in session.exec(select(Event))]

    async def run(self, client: httpx.AsyncClient) -> None:
        """Deliver for as long as the server lives."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._wake.clear()
            due = await asyncio.to_thread(self._due)
            if due:
                await asyncio.gather(*(self._offer(client, event) for event in due))
                continue
            pause = await asyncio.to_thread(self._seconds_to_next)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)

    def _due(self) -> list[Event]:
        with self._ledger.read() as session:
            delivered = select(Event.id).where(Event.state == Delivery.DELIVERED)
            query = (
                select(Event)
                .where(Event.state == Delivery.WAITING, Event.due <= time.time())
                .where(or_(col(Event.after).is_(None), col(Event.after).in_(delivered)))
                .order_by(col(Event.due))
                .limit(_BATCH)
            )
            return list(session.exec(query))

    def _seconds_to_next(self) -> float:
        with self._ledger.read() as session:
            first: float | None = session.exec(
                select(func.min(Event.due)).where(Event.state == Delivery.WAITING, Event.due > time.time())
            ).one()
        return 5.0 if first is None else min(max(first - time.time(), 0.01), 5.0)

    async def _offer(self, client: httpx.AsyncClient, event: Event) -> None:
        state, answer = await self._send(client, event, again=False)
        if state is Delivery.DELIVERED and event.twice:
            await self._send(client, event, again=True)
        await asyncio.to_thread(self._note, event, state, answer)

    async def _send(self, client: httpx.AsyncClient, event: Event, *, again: bool) -> tuple[Delivery, str]:
        headers = _HEADERS.validate_json(event.headers) | {"Content-Type": event.content_type}
        if again and "Idempotency-Key" in headers:
            # The second telling is a telling of its own: only what is inside says that it is the same event.
            headers["Idempotency-Key"] += ".again"
        if event.principal is not None:
            principal = Principal.model_validate_json(event.principal)
            headers["Authorization"] = f"Bearer {self._issuer.token(principal)}"
        try:
            response = await client.post(event.url, content=event.body.encode(), headers=headers)
        except httpx.TransportError as error:
            return Delivery.WAITING, f"{type(error).__name__}: {error}"
        except httpx.InvalidURL as error:
            return Delivery.REFUSED, f"{type(error).__name__}: {error}"
        if response.is_success:
            return Delivery.DELIVERED, response.text[:2000]
        has_problem = "problem+json" in response.headers.get("Content-Type", "")
        no_answer = describes_no_answer(response.status_code, has_problem=has_problem)
        later = no_answer or "Retry-After" in response.headers
        return Delivery.WAITING if later else Delivery.REFUSED, f"{response.status_code} {response.text[:2000]}"

    def _note(self, event: Event, state: Delivery, answer: str) -> None:
        limit = self._settings.retry_limit_seconds
        pause = min(self._settings.retry_seconds * 2 ** min(event.attempts, 20), limit)
        with self._ledger.write() as session:
            row = session.get_one(Event, event.id)
            row.attempts, row.state, row.answer, row.due = event.attempts + 1, state.value, answer, time.time() + pause
            session.add(row)
