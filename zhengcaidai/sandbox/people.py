"""The sandbox's people: suppliers, banks, purchasers, bureaus, each acting through the engine's API with a token of its own."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter

from zhengcaidai.errors import REFUSALS, OutsideDown, ZhengcaidaiError
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.problems import Problem
from zhengcaidai.sandbox.issuer import TokenRequest

__all__ = ["J", "People", "Person", "raise_problem"]

T = TypeVar("T")
J = dict[str, Any]
"""A JSON object as it came over the wire; read where it is shown, never passed on."""

_PATIENCE_S = 20
_ASK_EVERY_S = 0.05


class People:
    """Knows the engine and the outside systems by address only; hands out persons."""

    def __init__(self, api_url: str, sandbox_url: str, http: httpx.AsyncClient) -> None:
        self.api_url = api_url.rstrip("/")
        self.sandbox_url = sandbox_url.rstrip("/")
        self.http = http

    async def person(self, organisation_id: str, role: Role, user_id: str = "", *, uscc: str | None = None) -> "Person":
        """Somebody of that organisation, with a token from the sandbox's issuer; a supplier logs in with its `uscc`."""
        principal = Principal(user_id=user_id or f"{organisation_id}-clerk", organisation_id=organisation_id, role=role)
        answer = await self.control("POST", "/issuer/token", TokenRequest(**dict(principal), uscc=uscc))
        return Person(self, principal, answer["access_token"])

    async def control(self, method: str, path: str, body: Frozen | J | None = None) -> Any:
        """Call an outside system's own controls: make a sample, pay on a plan, switch a fault on."""
        content = body.model_dump_json() if isinstance(body, Frozen) else None
        answer = await self.http.request(
            method,
            f"{self.sandbox_url}{path}",
            content=content,
            json=body if isinstance(body, dict) else None,
            headers={"Content-Type": "application/json"},
        )
        raise_problem(answer)
        return answer.json() if answer.content else None


@dataclass(frozen=True, slots=True)
class Person:
    """One user of the engine's API."""

    people: People
    principal: Principal
    token: str

    async def get(self, path: str) -> Any:
        """Read. Raises the Refusal that the API answered."""
        answer = await self.people.http.get(f"{self.people.api_url}{path}", headers=self._headers())
        raise_problem(answer)
        return answer.json()

    async def post(self, path: str, body: Frozen | J, *, key: str | None = None) -> Any:
        """Write, under an idempotency key. Raises the Refusal that the API answered."""
        content = body.model_dump_json() if isinstance(body, Frozen) else TypeAdapter(J).dump_json(body)
        headers = self._headers() | {
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        answer = await self.people.http.post(f"{self.people.api_url}{path}", content=content, headers=headers)
        raise_problem(answer)
        return answer.json()

    async def upload(self, data: bytes, filename: str, media_type: str, title: str) -> J:
        """Hand in a document; its reference comes back."""
        headers = self._headers() | {"Idempotency-Key": str(uuid.uuid4())}
        answer = await self.people.http.post(
            f"{self.people.api_url}/v1/documents",
            files={"file": (filename, data, media_type)},
            data={"title": title},
            headers=headers,
        )
        raise_problem(answer)
        reference: J = answer.json()
        return reference

    async def until(self, path: str, met: Callable[[Any], bool], what: str, within_s: float = _PATIENCE_S) -> Any:
        """Read again and again until it is so. Raises TimeoutError, which says what was waited for."""
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + within_s
        while True:
            found = await self.get(path)
            if met(found):
                return found
            if loop.time() > give_up_at:
                raise TimeoutError(f"{what}: not so within {within_s:g} s; last seen at {path}: {found}")
            await asyncio.sleep(_ASK_EVERY_S)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "zh"}


def raise_problem(answer: httpx.Response) -> None:
    """Raise what the other side refused, as the refusal that it was."""
    if answer.is_success:
        return
    try:
        body = answer.json()
        problem = Problem(
            type=str(body["type"]).rpartition("/")[2].rpartition(":")[2],
            status=answer.status_code,
            zh=str(body.get("detail") or body.get("zh") or body.get("title")),
            en=str(body.get("title") or body.get("en") or ""),
            where=body.get("where"),
            right=body.get("right"),
            clause=body.get("clause"),
        )
    except (ValueError, KeyError, TypeError):
        raise OutsideDown(
            f"{answer.url} 答 {answer.status_code}。", f"{answer.url} answered {answer.status_code}."
        ) from None
    refusal = REFUSALS.get(problem.type, ZhengcaidaiError)
    raise refusal.of(problem)
