"""Writes (写请求): each with an Idempotency-Key, its body read strictly, done once and answered the same however often asked.

A request that is refused changes nothing, and its key stays free: it can be put right and sent again under the same key.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from zhengcaidai.errors import OutsideDown
from zhengcaidai.messages.parties import SYSTEM
from zhengcaidai.store.idempotency import Answer, IdempotencyKeys, KeyedRequest, Lease
from zhengcaidai.web.auth import identity_of
from zhengcaidai.web.errors import BadRequest, KeyMissing, UnsupportedMedia
from zhengcaidai.web.keys import RequestFingerprint

__all__ = ["CurrentFingerprint", "UploadRoute", "WriteRoute", "alone", "needs_key"]

_LONGEST_KEY = 200
_KEPT_HEADERS = ("content-type", "location", "content-language")
_BODY_WITHIN_SECONDS = 60
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def needs_key(
    _key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=_LONGEST_KEY,
            description="幂等键：重试时不变 / stays the same when the request is sent again",
            examples=["5b1f4f0a-0c7e-4b1a-9d8e-2f6c3a7b9e10"],
        ),
    ],
) -> None:
    """For the API's description; the route itself has read the header before this is asked."""


async def _fingerprint(request: Request) -> RequestFingerprint:
    fingerprint: RequestFingerprint = request.state.fingerprint
    return fingerprint


CurrentFingerprint = Annotated[RequestFingerprint, Depends(_fingerprint)]
"""The write as it is told from every other."""


class WriteRoute(APIRoute):
    """A route whose requests are written down by key before they are carried out."""

    media_type = "application/json"

    def get_route_handler(self) -> Handler:
        """FastAPI's handler, and before it: principal, key, body, lease."""
        handle = super().get_route_handler()

        async def handle_once(request: Request) -> Response:
            identity = await identity_of(request)
            key = _key_of(request)
            try:
                async with asyncio.timeout(_BODY_WITHIN_SECONDS):
                    content = await self.content_of(request)
            except TimeoutError as error:
                raise BadRequest("请求内容没有按时到齐。", "The body did not arrive in time.", where="body") from error
            organisation = identity.principal.organisation_id
            request.state.fingerprint = RequestFingerprint(organisation, key, request.url.path, content)
            keyed = KeyedRequest(organisation, key, request.method, request.url.path, content)
            return await _once(request.app.state.services.keys, keyed, handle, request)

        return handle_once

    async def content_of(self, request: Request) -> bytes:
        """What is asked, apart from how it is written: JSON, checked strictly, in the order of the type's fields."""
        raw = await request.body()
        model = self.body_field.field_info.annotation if self.body_field else None
        if model is None:
            return raw
        _check_media_type(request, self.media_type)
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        try:
            # Strictly, since FastAPI's own reading takes 0 for a date and "yes" for true.
            return model.model_validate_json(raw, strict=True).model_dump_json().encode()
        except ValidationError as error:
            found = error.errors(include_url=False)
            raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from error


class UploadRoute(WriteRoute):
    """A route that takes a form with one file; at most a few uploads are in memory at once."""

    media_type = "multipart/form-data"

    def get_route_handler(self) -> Handler:
        """The handler, within the limit on uploads at once."""
        handle = super().get_route_handler()

        async def handle_few(request: Request) -> Response:
            await identity_of(request)  # nobody unknown takes a place
            async with request.app.state.services.uploads:
                try:
                    return await handle(request)
                finally:
                    await request.close()  # the form's files

        return handle_few

    async def content_of(self, request: Request) -> bytes:
        """The form's parts: what stands between them differs each time a form is sent."""
        _check_media_type(request, self.media_type)
        digest = sha256()
        form = await request.form(max_files=1, max_fields=4)
        for name, value in sorted(form.multi_items(), key=lambda item: item[0]):
            if isinstance(value, UploadFile):
                part = f"{value.filename}\0{value.content_type}\0{sha256(await value.read()).hexdigest()}"
                await value.seek(0)
            else:
                part = value
            digest.update(f"{len(part)}:{name}={part}\0".encode())
        return digest.hexdigest().encode()


def _check_media_type(request: Request, wanted: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != wanted:
        raise UnsupportedMedia(
            f"请求内容的类型应为 {wanted}。", f"The body must be {wanted}.", where="Content-Type", right=wanted
        )


def _key_of(request: Request) -> str:
    key = request.headers.get("idempotency-key", "").strip()
    if not key or len(key) > _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise KeyMissing(
            "写请求须带 Idempotency-Key 请求头。" if not key else "Idempotency-Key 不可用。",
            "A write needs the header Idempotency-Key." if not key else "This Idempotency-Key cannot be used.",
            where="Idempotency-Key",
            right=f"1–{_LONGEST_KEY} 个可见 ASCII 字符，重试时不变 / 1 to {_LONGEST_KEY} printable ASCII characters",
        )
    return key


@asynccontextmanager
async def alone(keys: IdempotencyKeys, what: str, number: str) -> AsyncIterator[None]:
    """Of all the processes that serve the API, one at a time is within it for that number.

    Raises KeyInFlight while another is. One that is killed within it lets go when its lease has run out.
    """
    lease = await keys.begin(
        KeyedRequest(SYSTEM.organisation_id, f"{what}:{number}", "POST", what, b""), datetime.now(UTC)
    )
    assert isinstance(lease, Lease)  # it is only ever abandoned, never answered
    renewing = asyncio.create_task(_renew(keys, lease), name=what)
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.shield(_free(keys, lease))


async def _once(keys: IdempotencyKeys, keyed: KeyedRequest, handle: Handler, request: Request) -> Response:
    lease = await keys.begin(keyed, datetime.now(UTC))
    if isinstance(lease, Answer):
        return Response(lease.body, lease.status, {**dict(lease.headers), "Idempotency-Replayed": "true"})
    renewing = asyncio.create_task(_renew(keys, lease), name="idempotency lease")
    try:
        response = await handle(request)
    except BaseException:
        await asyncio.shield(_free(keys, lease))
        raise
    finally:
        renewing.cancel()
    headers = tuple((name, value) for name, value in response.headers.items() if name in _KEPT_HEADERS)
    await keys.finish(lease, Answer(response.status_code, headers, bytes(response.body)))
    return response


async def _renew(keys: IdempotencyKeys, lease: Lease) -> None:
    """A process that is killed stops doing this, and the request can soon be sent again."""
    while True:
        await asyncio.sleep(keys.renew_every.total_seconds())
        with suppress(OutsideDown):
            await keys.renew(lease, datetime.now(UTC))


async def _free(keys: IdempotencyKeys, lease: Lease) -> None:
    try:
        await keys.abandon(lease)
    except OutsideDown:
        return  # the lease runs out by itself
