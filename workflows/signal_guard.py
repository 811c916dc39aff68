"""A signal with nothing in it, too much, or something else must not stop a loan (信号格式).

Temporal calls a signal's handler with whatever was sent. A handler that cannot be called so would fail the workflow's
task again and again, and with it everything that comes after; here it is recorded as refused, and nothing else happens.
"""

from collections.abc import Mapping, Sequence
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
        wanted = _inputs(type(instance)).get(input.signal)
        if wanted is None or _fits(input.args, wanted):
            await super().handle_signal(input)
        else:
            instance.refuse_signal(input.signal, _wrong_shape(input.signal, len(input.args)))


@cache
def _inputs(workflow_class: type) -> Mapping[str, Sequence[type]]:
    """What each signal of a workflow takes, by the signal's name."""
    members = (getattr(workflow_class, name) for name in dir(workflow_class))
    found = (getattr(member, "__temporal_signal_definition", None) for member in members)
    return {definition.name: definition.arg_types or () for definition in found if definition is not None}


def _fits(given: Sequence[Any], wanted: Sequence[type]) -> bool:
    """As many as wanted, each of its type: `null` and bytes are decoded without regard to what was wanted."""
    return len(given) == len(wanted) and all(isinstance(each, kind) for each, kind in zip(given, wanted, strict=True))


def _wrong_shape(signal: str, given: int) -> InvalidInput:
    return InvalidInput(
        f"信号“{signal}”带有 {given} 项内容，与其格式不符。",
        f"The signal “{signal}” came with {given} inputs, which is not its form.",
        where=signal,
        right='{"step": {…}, "by": {"user_id", "organisation_id", "role"}, "key": "…"}',
    )
