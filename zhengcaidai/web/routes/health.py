"""`/health`, `/problems`: what needs no token (健康检查与问题说明)."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import RedirectResponse

from zhengcaidai.errors import NotFound, OutsideDown
from zhengcaidai.messages.base import Frozen
from zhengcaidai.web.catalogue import CATALOGUE, ProblemKind
from zhengcaidai.web.openapi import answers, problems
from zhengcaidai.web.services import CurrentServices

__all__ = ["open_to_all"]

open_to_all = APIRouter(tags=["health 状态"])


@open_to_all.get("/", include_in_schema=False)
async def door(request: Request) -> RedirectResponse:
    """Whoever comes to the front door is shown what there is."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


class Health(Frozen):
    """The process answers."""

    status: str = "ok"


class Readiness(Frozen):
    """What the process needs, and whether it answers: up or down."""

    status: str
    database: str
    workflows: str


@open_to_all.get(
    "/health", summary="存活 Liveness", responses=answers(200, "存活 alive", {"status": "ok"}) | problems("error")
)
async def health() -> Health:
    """进程是否在应答。 Whether the process answers."""
    return Health()


_AWAY = answers(503, "数据库不可用 the database is away", {"status": "down", "database": "down", "workflows": "up"})


@open_to_all.get(
    "/health/ready",
    summary="就绪 Readiness",
    responses=answers(200, "就绪 ready", {"status": "ready", "database": "up", "workflows": "up"})
    | problems("error")
    | {503: {"model": Readiness, **_AWAY[503]}},
)
async def ready(services: CurrentServices, response: Response) -> Readiness:
    """数据库与流程引擎；流程引擎停时，不依赖它的接口仍可用 (degraded)。 Without the workflow engine much still answers."""
    try:
        await services.database.ping()
        database = True
    except OutsideDown:
        database = False
    workflows = await services.workflows.is_up()
    if not database:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    status = "ready" if database and workflows else "degraded" if database else "down"
    return Readiness(status=status, database=_word(database), workflows=_word(workflows))


def _word(is_up: bool) -> str:
    return "up" if is_up else "down"


@open_to_all.get(
    "/problems/{kind}",
    summary="问题说明 A kind of problem",
    responses=answers(200, "含义与处理 what it means", CATALOGUE["wrong-stage"].model_dump())
    | problems("not-found", "invalid-input", "error"),
)
async def problem(kind: Annotated[str, Path(max_length=80, examples=["wrong-stage"])]) -> ProblemKind:
    """错误应答中 type 所指的说明。 What the `type` of an error means, and what to do."""
    found = CATALOGUE.get(kind)
    if found is None:
        raise NotFound("没有此类问题。", "There is no such kind of problem.", where="kind", right=", ".join(CATALOGUE))
    return found
