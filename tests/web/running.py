"""The API over real HTTP: uvicorn in a thread, real tokens from the sandbox's issuer, the real database."""

import socket
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from tests.web.describing import check_described
from zhengcaidai.config import Settings
from zhengcaidai.messages.parties import SYSTEM, Principal, Role
from zhengcaidai.sandbox.issuer import Issuer
from zhengcaidai.sandbox.samples import load_samples

LOOPBACK = "127.0.0.1"
SUPPLIER = Principal(user_id="chen", organisation_id="supplier-530100-1", role=Role.SUPPLIER)
OTHER_SUPPLIER = Principal(user_id="sun", organisation_id="supplier-410300-1", role=Role.SUPPLIER)
BANK = Principal(user_id="li", organisation_id="bank-one", role=Role.BANK)
OTHER_BANK = Principal(user_id="wu", organisation_id="bank-two", role=Role.BANK)
PURCHASER = Principal(user_id="zhao", organisation_id="purchaser-530100-1", role=Role.PURCHASER)
BUREAU = Principal(user_id="qian", organisation_id="bureau-530100", role=Role.FINANCE_BUREAU)
TREASURY = Principal(user_id="zhou", organisation_id="treasury-530100", role=Role.TREASURY)
OPERATOR = Principal(user_id="ops", organisation_id=SYSTEM.organisation_id, role=Role.OPERATOR)


def acting(role: Role) -> Principal:
    """Whoever plays that part in the Kunming samples."""
    everybody = (SUPPLIER, BANK, PURCHASER, BUREAU, TREASURY, OPERATOR)
    return next(each for each in everybody if each.role is role)


def sample_codes() -> dict[str, str]:
    """By which code each of the samples' suppliers logs in."""
    return {each.supplier.organisation_id: each.supplier.uscc for each in load_samples().suppliers}


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """The app's address, as long as the block lasts."""
    # With the protocol named, or asyncio would leave Nagle's algorithm on and every answer would take 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]}, name="api", daemon=True)
        thread.start()
        give_up_at = time.monotonic() + 30
        while not server.started:
            if not thread.is_alive() or time.monotonic() > give_up_at:
                raise RuntimeError("the API did not start; see its log above")
            time.sleep(0.01)
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(15)


@dataclass(frozen=True)
class Api:
    """An API that runs, and the issuer whose tokens it takes."""

    url: str
    settings: Settings
    issuer: Issuer
    codes: dict[str, str] = field(default_factory=sample_codes)
    """统一社会信用代码 by supplier: the samples', and those made since."""

    def token(self, by: Principal) -> str:
        return self.issuer.token(by, uscc=self.codes.get(by.organisation_id))

    @asynccontextmanager
    async def anybody(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """Whoever it is: each answer must be one that the API's description has for that address."""
        hooks = {"response": [check_described]}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=40, event_hooks=hooks) as client:
            yield client

    @asynccontextmanager
    async def as_(self, by: Principal, language: str = "zh") -> AsyncIterator["Caller"]:
        headers = {"Authorization": f"Bearer {self.token(by)}", "Accept-Language": language}
        async with self.anybody(**headers) as client:
            yield Caller(client)

    async def get(self, by: Principal, path: str, language: str = "zh") -> httpx.Response:
        async with self.as_(by, language) as caller:
            return await caller.get(path)

    async def post(
        self, by: Principal, path: str, body: Any = None, *, key: str | None = None, language: str = "zh"
    ) -> httpx.Response:
        async with self.as_(by, language) as caller:
            return await caller.post(path, body, key=key)

    async def upload(self, by: Principal, data: bytes, title: str = "征信查询授权书") -> dict[str, Any]:
        async with self.as_(by) as caller:
            answer = await caller.upload(data, title=title)
            assert answer.status_code == 201, answer.text
            reference: dict[str, Any] = answer.json()
            return reference


@dataclass(frozen=True)
class Caller:
    """Somebody who is logged in."""

    client: httpx.AsyncClient

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def post(self, path: str, body: Any = None, *, key: str | None = None) -> httpx.Response:
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return await self.client.post(path, json={} if body is None else body, headers=headers)

    async def upload(
        self,
        data: bytes,
        *,
        title: str | None = None,
        filename: str = "paper.pdf",
        media_type: str = "application/pdf",
        key: str | None = None,
    ) -> httpx.Response:
        return await self.client.post(
            "/v1/documents",
            files={"file": (filename, data, media_type)},
            data={"title": title} if title else {},
            headers={"Idempotency-Key": key or str(uuid.uuid4())},
        )


def problem_of(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem that the API answered, which must be of that status and kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["type"] == f"/problems/{kind}", body
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == answer.headers["x-request-id"]
    return body
