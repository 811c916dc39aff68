"""The API as one application (应用): settings in, FastAPI out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI
from fastapi_offline import FastAPIOffline

from zhengcaidai.config import Settings
from zhengcaidai.logs import set_up_logging
from zhengcaidai.registers.start_up import check_registers
from zhengcaidai.web.clocks import MovableClock
from zhengcaidai.web.cors import CodecCors
from zhengcaidai.web.limits import BodyLimit
from zhengcaidai.web.moments import MomentsInShanghai
from zhengcaidai.web.observing import Observing
from zhengcaidai.web.openapi import described
from zhengcaidai.web.parameters import known_parameters_only
from zhengcaidai.web.problems import add_problem_handlers
from zhengcaidai.web.routes import (
    account_changes,
    banks,
    calendars,
    codec,
    cooperation,
    documents,
    health,
    loan_pages,
    loan_steps,
    loans,
    operator,
    payments,
    products,
    regions,
    reminders,
    sms,
    substitutes,
    task_claims,
    tasks,
)
from zhengcaidai.web.routes import (
    clock as clock_route,
)
from zhengcaidai.web.services import opened
from zhengcaidai.web.startup import check_settings

__all__ = ["MAX_BODY_BYTES", "create_app"]

MAX_BODY_BYTES = 256 * 1024
"""Of everything but uploads and the codec: the largest application stays far below it."""

_DESCRIPTION = """政府采购合同融资贷：申请、各方办理、查询。每个写请求带 `Idempotency-Key`；错误为 RFC 9457 问题详情，语言随 `Accept-Language`。
没有的查询参数一律拒绝（422）；时刻一律以 +08:00 给出。

Contract loans: applications, the parties' steps, and what can be looked up. Every write carries an `Idempotency-Key`; errors are problem details (RFC 9457) in Chinese or English by `Accept-Language`.
A query parameter that there is not is refused (422); every moment is given at +08:00.
"""


def _routers() -> list[APIRouter]:
    """In order: a fixed address before one with a place in it."""
    return [
        health.open_to_all,
        tasks.inbox,
        task_claims.claiming,
        reminders.reminding,
        substitutes.naming,
        substitutes.reading,
        loans.applying,
        loans.reading,
        loan_pages.pages,
        loan_steps.stepping,
        account_changes.changing,
        account_changes.reading,
        documents.uploading,
        documents.reading,
        payments.checking,
        payments.reading,
        products.registering,
        products.reading,
        regions.reading,
        calendars.loading,
        calendars.reading,
        banks.reading,
        cooperation.deciding,
        cooperation.reading,
        sms.callback,
    ]


def create_app(settings: Settings, clock: MovableClock | None = None) -> FastAPI:
    """The API. `clock`: the sandbox's test clock, without which there is no address to move it.

    Raises ValueError: settings of the sandbox outside the sandbox; InvalidInput: a register's file is wrong.
    """
    check_registers()
    check_settings(settings, clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        set_up_logging()
        async with opened(settings, clock) as services:
            app.state.services = services
            yield

    app = FastAPIOffline(
        title="政采贷 zhengcaidai",
        version="1",
        summary="政府采购合同融资贷 Contract loans on government procurement",
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        default_response_class=MomentsInShanghai,
        dependencies=[Depends(known_parameters_only)],
    )
    add_problem_handlers(app)
    for router in _routers():
        app.include_router(router)
    app.include_router(codec.codec)
    app.include_router(operator.entrance)
    if clock is not None:
        app.include_router(clock_route.advancing)
    larger = {"/v1/documents": documents.MAX_FORM_BYTES, "/codec/": codec.MAX_BODY_BYTES}
    app.add_middleware(BodyLimit, limit_bytes=MAX_BODY_BYTES, larger=larger)
    app.add_middleware(CodecCors, ui_url=settings.temporal_ui_url)
    app.add_middleware(Observing)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    return app
