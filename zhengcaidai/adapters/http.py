"""One way to speak to an outside system over HTTP, and one reading of its answers.

No retry here: whoever calls tries again as long as `OutsideDown` lasts. What counts as down is everything that is not
an answer to the request itself: no connection, no time, 5xx, too many requests, credentials that are not accepted, an
address where the system is not, an answer that cannot be read. Only an answer to the request is a no
(`OutsideRefused`): a loan must never be refused over a wrong setting.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from zhengcaidai.config import OutsideAddress
from zhengcaidai.errors import NotFound, OutsideDown, OutsideRefused
from zhengcaidai.messages.problems import Problem

__all__ = ["KeyedMessage", "OutsideSystem", "SystemName", "describes_no_answer", "new_client", "segment"]

M = TypeVar("M", bound=BaseModel)

_NO_ANSWER = frozenset({401, 407, 408, 425, 429})
"""These never answer the request, whatever they carry."""

_NO_ANSWER_WITHOUT_PROBLEM = frozenset({403, 404, 405})
"""These answer it only if they carry a problem of the system's own; else a wrong address or a gateway speaks."""


class KeyedMessage(Protocol):
    """A message that changes something, with the idempotency key made before the call."""

    @property
    def key(self) -> str:
        """A repeat with the same key has the effect of one call."""
        ...

    def model_dump_json(self) -> str:
        """The message as JSON."""
        ...


@dataclass(frozen=True, slots=True)
class SystemName:
    """What people call the system."""

    zh: str
    en: str


def new_client(timeout_seconds: float = 15) -> httpx.AsyncClient:
    """The client that all adapters of a process share."""
    return httpx.AsyncClient(timeout=timeout_seconds, limits=httpx.Limits(max_connections=100, keepalive_expiry=30))


def segment(text: str) -> str:
    """One segment of a path. Filing numbers have brackets and Chinese characters, and dots must not climb."""
    return quote(text, safe="").replace(".", "%2E")


def describes_no_answer(status: int, *, has_problem: bool) -> bool:
    """Whether a status says nothing about the request itself, so that asking again later can help."""
    if status in _NO_ANSWER or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return True
    return status in _NO_ANSWER_WITHOUT_PROBLEM and not has_problem


class OutsideSystem:
    """An outside system at its address, spoken to in JSON; its token, where it has one, goes along as bearer."""

    def __init__(self, name: SystemName, address: OutsideAddress, client: httpx.AsyncClient) -> None:
        self._name = name
        self._base_url = address.url.rstrip("/")
        self._client = client
        token = address.token.get_secret_value()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def find(self, path: str, model: type[M], **query: str) -> M | None:
        """GET; None if the system itself says that there is no such thing. Raises OutsideDown, OutsideRefused."""
        response = await self._call("GET", path, params=query)
        problem = _problem_in(response)
        if response.status_code == HTTPStatus.NOT_FOUND and problem is not None and problem.type == NotFound.type:
            return None
        return self._answer(response, problem, model)

    async def read(self, path: str, model: type[M]) -> M:
        """GET. Raises OutsideDown, OutsideRefused."""
        response = await self._call("GET", path)
        return self._answer(response, _problem_in(response), model)

    async def ask(self, path: str, message: KeyedMessage, model: type[M]) -> M:
        """POST a keyed message and read the answer. Raises OutsideDown, OutsideRefused."""
        response = await self._post(path, message)
        return self._answer(response, _problem_in(response), model)

    async def tell(self, path: str, message: KeyedMessage) -> None:
        """POST a keyed message of which nothing but its being taken matters. Raises OutsideDown, OutsideRefused."""
        response = await self._post(path, message)
        if not response.is_success:
            raise self._no(response, _problem_in(response))

    async def _post(self, path: str, message: KeyedMessage) -> httpx.Response:
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        return await self._call("POST", path, content=message.model_dump_json(), headers=headers)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        content: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            return await self._client.request(
                method,
                self._base_url + path,
                params=params or None,
                content=content,
                headers=self._headers | (headers or {}),
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:
            reason = f"{type(error).__name__} {error}".strip()
            raise self._down(f"没有应答（{reason}）", f"does not answer ({reason})") from None

    def _answer(self, response: httpx.Response, problem: Problem | None, model: type[M]) -> M:
        if not response.is_success:
            raise self._no(response, problem)
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            # It may have been done, so it is not taken for a no. Asked again by its key, the answer may be clear.
            # Places alone are told: the validator's own words hold what stands there, an account number for one.
            wrong = "; ".join(".".join(str(part) for part in each["loc"]) for each in error.errors()) or "not JSON"
            raise self._down(
                f"应答无法识别（{model.__name__}：{wrong}）",
                f"gave an answer that cannot be read ({model.__name__}: {wrong})",
            ) from None

    def _no(self, response: httpx.Response, problem: Problem | None) -> OutsideDown | OutsideRefused:
        status = response.status_code
        said_zh = problem.zh if problem else response.text[:200]
        said_en = problem.en if problem else response.text[:200]
        if describes_no_answer(status, has_problem=problem is not None):
            return self._down(f"暂不能办理（{status}：{said_zh}）", f"cannot do it now ({status}: {said_en})")
        return OutsideRefused(
            f"{self._name.zh}拒绝：{said_zh}",
            f"The {self._name.en} refuses: {said_en}",
            where=problem.where if problem else None,
            right=problem.right if problem else None,
            clause=problem.clause if problem else None,
        )

    def _down(self, zh: str, en: str) -> OutsideDown:
        return OutsideDown(f"{self._name.zh}{zh}。", f"The {self._name.en} {en}.", where=self._base_url)


def _problem_in(response: httpx.Response) -> Problem | None:
    if response.is_success:
        return None
    try:
        return Problem.model_validate_json(response.content)
    except ValidationError:
        return None
