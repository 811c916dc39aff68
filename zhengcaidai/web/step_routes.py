"""One endpoint a step (办理接口), made from the one list of steps, whatever they are taken in."""

from collections.abc import Awaitable, Callable, Iterable
from inspect import signature
from typing import Annotated, Any

from fastapi import APIRouter

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.parties import Principal
from zhengcaidai.messages.steps import Step, TakenStep
from zhengcaidai.web import examples
from zhengcaidai.web.bodies import example_body, step_body
from zhengcaidai.web.keys import RequestFingerprint
from zhengcaidai.web.openapi import STEPPING, answers, problems

__all__ = ["add_steps", "taken_by"]


def taken_by(step: Step, by: Principal, fingerprint: RequestFingerprint) -> TakenStep[Any]:
    """The step in somebody's name, under the key by which a repeat is known."""
    kind: Any = type(step)
    return TakenStep[kind](step=step, by=by, key=fingerprint.key)


def add_steps(
    router: APIRouter,
    prefix: str,
    steps: Iterable[type[Step]],
    take: Callable[..., Awaitable[Frozen]],
    *,
    stages: Callable[[type[Step]], str],
    receipt: dict[str, Any],
) -> None:
    """`POST {prefix}/{step}` for each: `take` is called with the step's type, its `body` and what else it asks for."""
    for step in steps:
        router.add_api_route(
            f"{prefix}/{step.hyphenated()}",
            _endpoint(step, take),
            methods=["POST"],
            summary=f"{step.title_zh} {step.name().replace('_', ' ')}",
            description=_description(step, stages(step)),
            responses=answers(200, "回执 receipt", receipt) | problems(*STEPPING),
        )


def _endpoint(step: type[Step], take: Callable[..., Awaitable[Frozen]]) -> Callable[..., Any]:
    """`take` of this step, with the signature by which FastAPI reads the request."""

    async def endpoint(**asked_for: Any) -> Frozen:
        return await take(step, **asked_for)

    body_type: Any = step_body(step)
    body = Annotated[body_type, example_body(examples.STEP_BODIES[step.name()])]
    told = signature(take)
    _, *parameters = told.parameters.values()
    shown = [each.replace(annotation=body) if each.name == "body" else each for each in parameters]
    endpoint.__signature__ = told.replace(parameters=shown)  # type: ignore[attr-defined]
    endpoint.__name__ = step.name()
    return endpoint


def _description(step: type[Step], stages: str) -> str:
    """What the API says of a step: what it is, whose, when."""
    parties = "、".join(f"{role.title_zh} {role.value}" for role in step.by_role)
    return f"{step.__doc__}\n\n办理方 by: {parties}\n\n环节 when: {stages}"
