"""Query parameters (查询参数): one that there is not is refused, or a misspelt filter would list everything."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError

from zhengcaidai.rules.wrong_values import UNKNOWN_PARAMETER
from zhengcaidai.web.auth import identity_of

__all__ = ["known_parameters_only"]


async def known_parameters_only(request: Request) -> None:
    """A dependency of every address that is read: what the API's own description does not name is not there.

    Raises RequestValidationError, naming each unknown one and those that exist; Unauthenticated first, where a token is
    needed.
    """
    if request.method != "GET" or not request.query_params:
        return
    app: FastAPI = request.app
    operation: dict[str, Any] | None = app.openapi()["paths"].get(request.scope["route"].path, {}).get("get")
    if operation is None:
        return
    known = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if not unknown:
        return
    if operation.get("security"):
        await identity_of(request)
    zh, en = "、".join(known), ", ".join(known)
    right = f"可用的有 {zh} / those there are: {en}" if known else "不带查询参数 / no query parameters"
    raise RequestValidationError(
        [{"type": UNKNOWN_PARAMETER, "loc": ("query", name), "ctx": {"right": right}} for name in unknown]
    )
