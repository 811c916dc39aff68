"""Problems (RFC 9457): how every error leaves the API, in the reader's language."""

import logging
import re
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from zhengcaidai.errors import InvalidInput, OutsideError, ZhengcaidaiError
from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.problems import Problem
from zhengcaidai.web import errors
from zhengcaidai.web.catalogue import CATALOGUE, address_of
from zhengcaidai.web.language import Language, in_language, language_of
from zhengcaidai.web.validation import FieldError, field_errors

__all__ = ["PROBLEM_MEDIA_TYPE", "ProblemDocument", "add_problem_handlers", "document_of"]

PROBLEM_MEDIA_TYPE = "application/problem+json"
REQUEST_ID = "zhengcaidai.request_id"
"""The key of the ASGI scope under which the request's id is kept."""

_RETRY_AFTER_SECONDS = {HTTPStatus.SERVICE_UNAVAILABLE: "5", HTTPStatus.CONFLICT: "1"}
_LOG = logging.getLogger("zhengcaidai.web")


class ProblemDocument(Frozen):
    """问题详情 (RFC 9457). `type` is stable and relative to the API's address; title and detail are in one language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    """The request's id, as in the access log."""
    where: str | None = None
    """The field, header or fact that is wrong."""
    right: str | None = None
    """What would be right."""
    clause: str | None = None
    """The clause of a source text that says so."""
    errors: tuple[FieldError, ...] = ()
    """Of a malformed request: every field that is wrong, in both languages."""


def document_of(
    problem: Problem, language: Language, *, instance: str | None = None, fields: tuple[FieldError, ...] = ()
) -> ProblemDocument:
    """The problem as it is sent. What an outside system's address is concerns nobody outside."""
    kind = CATALOGUE.get(problem.type, CATALOGUE[ZhengcaidaiError.type])
    chinese = language is Language.ZH
    return ProblemDocument(
        type=address_of(kind.type),
        title=kind.title_zh if chinese else kind.title_en,
        status=problem.status,
        detail=problem.zh if chinese else problem.en,
        instance=instance,
        where=None if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else problem.where,
        right=in_language(problem.right, language) if problem.right else None,
        clause=problem.clause,
        errors=tuple(each.model_copy(update={"right": in_language(each.right, language)}) for each in fields),
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Everything that goes wrong in this app leaves it as a problem."""
    app.add_exception_handler(ZhengcaidaiError, _engine_error)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _defect)


def _answer(
    request: Request,
    problem: Problem,
    *,
    fields: tuple[FieldError, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    language = language_of(request.headers.get("accept-language"))
    document = document_of(problem, language, instance=request.scope.get(REQUEST_ID), fields=fields)
    return Response(
        document.model_dump_json(exclude_none=True),
        problem.status,
        {"Content-Language": language.value, "Vary": "Accept-Language", **(headers or {})},
        media_type=PROBLEM_MEDIA_TYPE,
    )


async def _engine_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ZhengcaidaiError)
    problem = error.problem
    headers: dict[str, str] = {}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE or problem.type == "idempotency-key-in-flight":
        headers["Retry-After"] = _RETRY_AFTER_SECONDS[HTTPStatus(problem.status)]
    if problem.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, OutsideError):
        _LOG.error("%s", type(error).__name__, exc_info=error)
    return _answer(request, problem, headers=headers)


def _challenge(error: ZhengcaidaiError) -> str:
    if error.problem.where is None:
        return 'Bearer realm="zhengcaidai"'
    return f'Bearer realm="zhengcaidai", error="invalid_token", error_description="{error.en}"'


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = field_errors(error.errors())
    first = fields[0]
    problem = InvalidInput(
        f"请求有 {len(fields)} 处不符：{first.zh}" if len(fields) > 1 else first.zh,
        f"The request has {len(fields)} wrong places: {first.en}" if len(fields) > 1 else first.en,
        where=first.pointer,
        right=first.right,
    ).problem
    return _answer(request, problem, fields=fields)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = _methods_at(request)
    return _answer(request, _of_http(request, error).problem, headers=headers)


def _methods_at(request: Request) -> str:
    """Every method of the address; the framework names those of one of its routers only."""
    app: FastAPI = request.app
    found = {
        method.upper()
        for template, operations in app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", template), request.url.path)
        for method in operations
    }
    return ", ".join(sorted(found))


def _of_http(request: Request, error: HTTPException) -> ZhengcaidaiError:
    match error.status_code:
        case 404:
            return errors.NoSuchAddress("没有此地址。", "There is no such address.", where="path", right="/docs")
        case 405:
            allowed = _methods_at(request)
            return errors.MethodNotAllowed(
                f"此地址不支持 {request.method}。",
                f"This address does not take {request.method}.",
                where="method",
                right=allowed,
            )
        case 413:
            return errors.BodyTooLarge("请求内容过大。", "The body of the request is too large.", where="body")
        case status if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return errors.BadRequest("请求无法读取。", f"The request cannot be read: {error.detail}.", where="request")
        case _:
            return ZhengcaidaiError("内部错误。", "Internal error.")


async def _defect(request: Request, error: Exception) -> Response:
    """A defect of ours. What went wrong is in the log, under the request's id; the caller is told no more than that."""
    _LOG.error("request %s: %s", request.scope.get(REQUEST_ID), type(error).__name__)
    return _answer(request, ZhengcaidaiError("内部错误。", "Internal error.").problem)
