"""What every outside system's server has in common: its port, its control routes, and how it says no."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import SecretStr

from zhengcaidai.errors import NotFound, ZhengcaidaiError
from zhengcaidai.messages.problems import Problem
from zhengcaidai.sandbox.faults import FaultSwitch, fault_routes, faulty_route

__all__ = ["Service", "not_found"]


@dataclass(frozen=True, slots=True)
class Service:
    """One system's server: `port` is what the engine calls and what faults meet, `control` is the sandbox's own.

    `counter` is what the system's own people do: faults meet it too, but no token of the engine's is asked for.
    """

    app: FastAPI
    port: APIRouter
    counter: APIRouter
    control: APIRouter
    faults: FaultSwitch

    @classmethod
    def named(cls, title: str, token: SecretStr | None) -> "Service":
        """An empty server, whose port asks for its own token. Routes are added, then `finished` is called."""
        faults = FaultSwitch()
        app = FastAPIOffline(title=title)
        app.add_exception_handler(ZhengcaidaiError, _answer_problem)
        app.add_exception_handler(RequestValidationError, _answer_invalid)
        faulty = faulty_route(faults)
        port = APIRouter(route_class=faulty, dependencies=[Depends(_bearer_of(token))] if token else [])
        return cls(app, port, APIRouter(route_class=faulty), APIRouter(tags=["sandbox control"]), faults)

    def finished(self) -> FastAPI:
        """The server with all its routes."""
        for router in (self.port, self.counter, self.control, fault_routes(self.faults)):
            self.app.include_router(router)
        return self.app


def not_found(zh: str, en: str) -> NotFound:
    """There is no such thing in this system: the one kind of 404 that callers may take for an answer."""
    return NotFound(zh, en)


def _bearer_of(token: SecretStr) -> Callable[[str], Awaitable[None]]:
    async def require_token(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token.get_secret_value()}".encode()):
            raise HTTPException(401, "接口令牌缺失或不符。The token is missing or wrong.")

    return require_token


def _answer(problem: Problem) -> JSONResponse:
    return JSONResponse(problem.model_dump(), problem.status, media_type="application/problem+json")


async def _answer_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ZhengcaidaiError)
    return _answer(error.problem)


async def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    where = "; ".join(".".join(str(part) for part in each["loc"]) + ": " + each["msg"] for each in error.errors())
    return _answer(
        Problem(type="invalid-input", status=422, zh="请求格式不符。", en="The request is malformed.", where=where)
    )
