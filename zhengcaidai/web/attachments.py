"""Documents that a request names (附件): they must be there, be what they are said to be, and be the asker's to give."""

from collections.abc import Iterator

from pydantic import BaseModel

from zhengcaidai.errors import InvalidInput
from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.store.documents import Documents, documents_in
from zhengcaidai.store.scopes import Scope

__all__ = ["check_documents"]


async def check_documents(named_by: BaseModel, documents: Documents, scope: Scope) -> None:
    """A document that a loan names becomes readable to the loan's parties, so nobody names what it may not read.

    Raises InvalidInput, which names the field and the document.
    """
    for field, document in _named(named_by):
        known = await documents.readable(scope, document.sha256)
        if known is None:
            raise InvalidInput(
                f"没有文件 {document.sha256[:12]}…，或不属于贵单位。",
                f"There is no document {document.sha256[:12]}…, or it is not yours.",
                where=field,
                right="先上传：POST /v1/documents / upload it first",
            )
        if (known.media_type, known.size_bytes) != (document.media_type, document.size_bytes):
            raise InvalidInput(
                f"文件 {document.sha256[:12]}… 的类型或大小与上传的不符。",
                f"The type or size of document {document.sha256[:12]}… is not what was uploaded.",
                where=field,
                right=f"media_type {known.media_type}, size_bytes {known.size_bytes}",
            )


def _named(by: BaseModel) -> Iterator[tuple[str, DocumentRef]]:
    return ((field, document) for field, value in by for document in documents_in(value))
