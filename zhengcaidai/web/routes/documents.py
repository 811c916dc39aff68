"""`/v1/documents`: files in, files out (附件)."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Path, Response, UploadFile

from zhengcaidai.documents.scans import SCAN_TYPES, check_scan
from zhengcaidai.errors import NotFound
from zhengcaidai.messages.base import Sha256
from zhengcaidai.messages.documents import MAX_DOCUMENT_BYTES, DocumentRef
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal
from zhengcaidai.web.openapi import READING, TEXT, WRITING, answers, problems
from zhengcaidai.web.reach import CurrentScope
from zhengcaidai.web.services import CurrentServices
from zhengcaidai.web.writing import UploadRoute, needs_key

__all__ = ["MAX_FORM_BYTES", "reading", "uploading"]

MAX_FORM_BYTES = MAX_DOCUMENT_BYTES + 64 * 1024
"""A document, and what a form puts around it."""

uploading = APIRouter(
    prefix="/v1/documents",
    tags=["documents 附件"],
    route_class=UploadRoute,
    dependencies=[Depends(needs_key)],
)
reading = APIRouter(prefix="/v1/documents", tags=["documents 附件"])


@uploading.post(
    "",
    status_code=201,
    summary="上传文件 Upload a document",
    responses=answers(201, "文件引用 its reference", examples.DOCUMENT) | problems(*WRITING, "busy"),
    openapi_extra={
        "requestBody": {
            "content": {"multipart/form-data": {"example": {"file": "authorisation.pdf", "title": "征信查询授权书"}}}
        }
    },
)
async def upload(
    file: Annotated[UploadFile, File(description="PDF、JPEG 或 PNG，不超过 10 MiB / at most 10 MiB")],
    by: CurrentPrincipal,
    services: CurrentServices,
    response: Response,
    title: Annotated[
        str | None, Form(min_length=1, max_length=500, description="名称，缺省为文件名 / the file's name if left out")
    ] = None,
) -> DocumentRef:
    """检查类型、大小与内容后按哈希保存 (hanyang/4.1.4)。 Checked for type, size and content, stored by its hash."""
    data = await file.read()
    report = await asyncio.to_thread(check_scan, data, file.content_type or "", file.filename or "")
    reference = report.reference((title or "").strip() or None)
    await asyncio.to_thread(services.vault.put, data)
    await services.documents.register(reference, by, datetime.now(UTC))
    response.headers["Location"] = f"/v1/documents/{reference.sha256}"
    return reference


@reading.get(
    "/{sha256}",
    summary="下载文件 Download a document",
    response_class=Response,
    responses=answers(200, "文件内容 its content", "%PDF-1.4 …", *SCAN_TYPES, schema=TEXT)
    | problems(*READING, "not-found", "document-damaged"),
)
async def download(
    sha256: Annotated[Sha256, Path(description="SHA-256", examples=[examples.DOCUMENT["sha256"]])],
    scope: CurrentScope,
    services: CurrentServices,
) -> Response:
    """仅上传单位与相关贷款、变更的各方可以下载。 For whoever uploaded it and the parties of its loan or change."""
    document = await services.documents.readable(scope, sha256)
    if document is None:
        raise NotFound(
            "没有此文件，或您无权查看。", "There is no such document, or it is not yours to see.", where="sha256"
        )
    content = await asyncio.to_thread(services.vault.get, sha256)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(document.title, safe='')}",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(content, media_type=document.media_type, headers=headers)
