"""Faults that can be switched on in any outside system: the same switch behind every port."""

import asyncio
from collections.abc import Callable, Coroutine
from enum import StrEnum
from threading import Lock
from typing import Any, Self

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import Field, model_validator
from starlette.types import Receive, Scope, Send

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.problems import Problem

__all__ = ["CALLBACK", "Fault", "FaultMode", "FaultSwitch", "fault_routes", "faulty_route"]

CALLBACK = "callback"
"""The operation's name by which a fault is set on what a system sends of its own accord."""


class FaultMode(StrEnum):
    """How a system misbehaves."""

    NONE = "none"
    DOWN = "down"
    """No effect; 503, or the connection breaks."""
    SLOW = "slow"
    """The answer, or the event, comes late."""
    ERROR_AFTER_EFFECT = "error_after_effect"
    """It is done, but the answer is 500 or is lost: the caller must ask again by the same key."""
    UNREADABLE = "unreadable"
    """It is done, but each text in the answer, an account number among them, has a sign too many."""
    DUPLICATE_CALLBACK = "duplicate_callback"
    """An event is delivered to the engine twice."""


class Fault(Frozen):
    """A fault as it is switched on."""

    mode: FaultMode
    count: int | None = Field(default=None, ge=1)
    """How many times; none: until it is switched off."""
    seconds: float = Field(default=1.0, ge=0, le=600)
    """Of `slow`: how late."""
    operation: str | None = None
    """Only in this operation; none: in all."""
    drop: bool = False
    """Break the connection instead of answering 503 or 500."""

    @model_validator(mode="after")
    def _duplicates_only_callbacks(self) -> Self:
        if self.mode is FaultMode.DUPLICATE_CALLBACK and self.operation not in (None, CALLBACK):
            raise ValueError(f"duplicate_callback concerns the operation {CALLBACK} only")
        return self


_NO_FAULT = Fault(mode=FaultMode.NONE)


class FaultSwitch:
    """The fault that is on in one system. It is not kept over a restart: a system that comes up again is well."""

    def __init__(self) -> None:
        self.operations: set[str] = {CALLBACK}
        self._fault = _NO_FAULT
        self._lock = Lock()

    @property
    def fault(self) -> Fault:
        """What is on now, with the count that is left."""
        return self._fault

    def set(self, fault: Fault) -> None:
        """Switch on one fault in the place of whatever was on. Raises InvalidInput: no such operation here."""
        if fault.operation is not None and fault.operation not in self.operations:
            known = ", ".join(sorted(self.operations))
            raise InvalidInput(
                f"本系统没有操作 {fault.operation}。",
                f"This system has no operation {fault.operation}.",
                where="operation",
                right=known,
            )
        with self._lock:
            self._fault = fault

    def clear(self) -> None:
        """All is well again."""
        with self._lock:
            self._fault = _NO_FAULT

    def take(self, mode: FaultMode, operation: str) -> Fault | None:
        """The fault, if it is of this mode and meets this operation now; a counted one is then used up by one."""
        with self._lock:
            fault = self._fault
            if fault.mode is not mode or fault.operation not in (None, operation):
                return None
            if fault.count is not None:
                self._fault = fault.model_copy(update={"count": fault.count - 1}) if fault.count > 1 else _NO_FAULT
            return fault


class _BrokenConnection(Response):
    """Begins an answer and never ends it: the server then closes the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def _broken(fault: Fault, status: int) -> Response:
    if fault.drop:
        return _BrokenConnection()
    problem = Problem(
        type="sandbox-fault", status=status, zh="沙箱故障已开启。", en=f"A fault is on: {fault.mode.value}."
    )
    return JSONResponse(problem.model_dump(), status, media_type="application/problem+json")


def _unreadable(answer: Response) -> Response:
    content = bytes(answer.body).replace(b'":"', b'":"?')
    return Response(content, answer.status_code, media_type=answer.media_type)


def faulty_route(switch: FaultSwitch) -> type[APIRoute]:
    """The route class of a system's port: each call passes the switch, by the name of its function."""

    class FaultyRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            switch.operations.add(self.name)
            handle = super().get_route_handler()

            async def handle_with_faults(request: Request) -> Response:
                if fault := switch.take(FaultMode.DOWN, self.name):
                    return _broken(fault, 503)
                if fault := switch.take(FaultMode.SLOW, self.name):
                    # Read first: a caller that loses patience has asked all the same, and it will be done.
                    await request.body()
                    await asyncio.sleep(fault.seconds)
                response = await handle(request)
                if fault := switch.take(FaultMode.ERROR_AFTER_EFFECT, self.name):
                    return _broken(fault, 500)
                if switch.take(FaultMode.UNREADABLE, self.name):
                    return _unreadable(response)
                return response

            return handle_with_faults

    return FaultyRoute


def fault_routes(switch: FaultSwitch) -> APIRouter:
    """`GET`, `PUT` and `DELETE /faults` of one system."""
    router = APIRouter(prefix="/faults", tags=["sandbox control"])

    @router.get("")
    def show_fault() -> Fault:
        return switch.fault

    @router.put("")
    def set_fault(fault: Fault) -> Fault:
        switch.set(fault)
        return switch.fault

    @router.delete("")
    def clear_fault() -> Fault:
        switch.clear()
        return switch.fault

    return router
