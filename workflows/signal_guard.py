"""A signal with nothing in it, or with too much, must not stop a loan (信号格式).

Temporal calls a signal's handler with whatever was sent. A handler that cannot be called so would fail the workflow's
task again and again, and with it everything that comes after; here it is recorded as refused, and nothing else happens.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

from temporalio import workflow
from temporalio.worker import (
    HandleSignalInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from zhengcaidai.errors import InvalidInput, Refusal

__all__ = ["SignalGuard"]


class _RecordsRefusals(Protocol):
    def refuse_signal(self, kind: str, refusal: Refusal) -> None:
        """Record that a signal was refused."""
        ...


class SignalGuard(Interceptor):
    """Stands before every signal handler of a worker's workflows."""

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:  # noqa: A002
        """Wrap one workflow."""
        return _Guarded


class _Guarded(WorkflowInboundInterceptor):
    async def handle_signal(self, input: HandleSignalInput) -> None:  # noqa: A002
        instance: _RecordsRefusals = workflow.instance()
        handler = _handlers(type(instance)).get(input.signal)
        if handler is None or _takes(handler, (instance, *input.args)):
            await super().handle_signal(input)
        else:
            instance.refuse_signal(input.signal, _wrong_shape(input.signal, len(input.args)))


@cache
def _handlers(workflow_class: type) -> Mapping[str, Callable[..., Any]]:
    """A workflow's signal handlers by the names of their signals."""
    members = (getattr(workflow_class, name) for name in dir(workflow_class))
    found = (getattr(member, "__temporal_signal_definition", None) for member in members)
    return {definition.name: definition.fn for definition in found if definition is not None}


def _takes(handler: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    try:
        inspect.signature(handler).bind(*arguments)
    except TypeError:
        return False
    return True


def _wrong_shape(signal: str, given: int) -> InvalidInput:
    return InvalidInput(
        f"信号“{signal}”带有 {given} 项内容，与其格式不符。",
        f"The signal “{signal}” came with {given} inputs, which is not its form.",
        where=signal,
        right='{"step": {…}, "by": {"user_id", "organisation_id", "role"}, "key": "…"}',
    )
