"""Every party's step as an Update with a validator and as a Signal of the same name: one piece of code behind both.

An update that is refused tells its caller why and leaves no event. A signal has no caller to tell: what cannot be read or is
refused is recorded by the workflow, and changes nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from zhengcaidai.errors import InvalidInput, Refusal
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.steps import Step, TakenStep

__all__ = ["TakesSteps", "failure_of", "party_steps"]


class TakesSteps(Protocol):
    """What a workflow must have so that its steps can be made handlers."""

    def check_step(self, taken: TakenStep[Any]) -> None:
        """Raise the Refusal that fits; change nothing."""
        ...

    def take_step(self, taken: TakenStep[Any]) -> Frozen:
        """Check and take the step; a repeat is answered and changes nothing."""
        ...

    def refuse_signal(self, kind: str, refusal: Refusal) -> None:
        """Record that a step which came as a signal was refused."""
        ...


W = TypeVar("W", bound=type)


def failure_of(refusal: Refusal) -> ApplicationError:
    """A refusal as the caller of an update receives it: its type, and the problem as its detail."""
    return ApplicationError(str(refusal), refusal.problem, type=refusal.type, non_retryable=True)


def party_steps(steps: Iterable[type[Step]], receipt: type[Frozen]) -> Callable[[W], W]:
    """Class decorator, below `@workflow.defn`: gives the workflow an update and a signal for each step."""

    def decorate(cls: W) -> W:
        for step in steps:
            kind = step.name()
            description = (step.__doc__ or kind).partition("\n")[0]
            setattr(cls, f"update_{kind}", _update(kind, description, step, receipt))
            setattr(cls, f"signal_{kind}", _signal(kind, description, step))
        return cls

    return decorate


def _update(kind: str, description: str, step: type[Step], receipt: type[Frozen]) -> Any:
    taken_type = TakenStep[step]  # type: ignore[valid-type]

    async def handle(self: TakesSteps, taken: Any) -> Any:
        try:
            return self.take_step(taken)
        except Refusal as refusal:
            raise failure_of(refusal) from refusal

    def validate(self: TakesSteps, taken: Any) -> None:
        try:
            self.check_step(taken)
        except Refusal as refusal:
            raise failure_of(refusal) from refusal

    handle.__annotations__ = {"taken": taken_type, "return": receipt}
    validate.__annotations__ = {"taken": taken_type, "return": None}
    handle.__name__ = handle.__qualname__ = f"update_{kind}"
    update = workflow.update(name=kind, description=description)(handle)
    update.validator(validate)
    return update


def _signal(kind: str, description: str, step: type[Step]) -> Any:
    taken_type = TakenStep[step]  # type: ignore[valid-type]

    async def handle(self: TakesSteps, raw: Any) -> None:
        try:
            taken = workflow.payload_converter().from_payload(raw.payload, taken_type)
            _require_step(taken)
        except (ValueError, TypeError, LookupError, RuntimeError) as error:
            self.refuse_signal(kind, _unreadable(kind, error))
            return
        try:
            self.take_step(taken)
        except Refusal as refusal:
            self.refuse_signal(kind, refusal)

    handle.__annotations__ = {"raw": RawValue, "return": None}
    handle.__name__ = handle.__qualname__ = f"signal_{kind}"
    return workflow.signal(name=kind, description=description)(handle)


def _require_step(taken: object) -> None:
    """`null` and bytes are decoded without regard to what was wanted."""
    if not isinstance(taken, TakenStep):
        raise TypeError(f"a step is wanted, not {type(taken).__name__}")


def _unreadable(kind: str, error: Exception) -> InvalidInput:
    where = kind
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
    return InvalidInput(
        f"信号“{kind}”的内容无法识别。",
        f"The content of the signal “{kind}” could not be read.",
        where=where,
        right='{"step": {…}, "by": {"user_id", "organisation_id", "role"}, "key": "…"}',
    )
