"""Who handed in which document and who may read it; the content is in the vault (文件库), by its hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import exists, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.messages.journal import Entry
from zhengcaidai.messages.parties import Principal
from zhengcaidai.store.engine import Database
from zhengcaidai.store.scopes import Scope
from zhengcaidai.store.tables import AccountChangeRow, DocumentRow, LoanDocumentRow, LoanRow

__all__ = ["Documents", "LoanDocument", "documents_in", "documents_of", "link_documents"]


@dataclass(frozen=True)
class LoanDocument:
    """A document of a loan: which journal entry brought it, whose step that was, and when."""

    document: DocumentRef
    sequence: int
    organisation_id: str
    at: datetime


class Documents:
    """附件: registered when they are handed in, found again by those who may read them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def register(self, document: DocumentRef, by: Principal, at: datetime) -> None:
        """An organisation hands in a document; the same content again changes nothing."""
        put = self._database.insert(DocumentRow).values(
            sha256=document.sha256,
            organisation_id=by.organisation_id,
            user_id=by.user_id,
            uploaded_at=at,
            document=document,
        )
        async with self._database.writing() as session:
            await session.exec(put.on_conflict_do_nothing())

    async def readable(self, scope: Scope, sha256: str) -> DocumentRef | None:
        """The document if this principal may read it: it handed it in, or it is in a loan or account change of its own.

        None otherwise, and where there is no such document: the two are not told apart. Ask this, too, before a step
        names a document, since a document that a loan names becomes readable to the loan's parties.
        """
        in_loan = (
            exists()
            .where(col(LoanDocumentRow.sha256) == sha256)
            .where(col(LoanRow.loan_id) == col(LoanDocumentRow.loan_id), scope.loans())
        )
        in_change = exists().where(col(AccountChangeRow.scan_sha256) == sha256, scope.changes())
        own = col(DocumentRow.organisation_id) == scope.organisation_id
        query = select(DocumentRow).where(col(DocumentRow.sha256) == sha256, or_(own, in_loan, in_change))
        async with self._database.reading() as session:
            row = (await session.exec(query.order_by(own.desc(), col(DocumentRow.uploaded_at)).limit(1))).first()
        return row.document if row else None


async def documents_of(session: AsyncSession, loan_id: str) -> tuple[LoanDocument, ...]:
    """A loan's documents in the order in which its journal names them."""
    query = select(LoanDocumentRow).where(col(LoanDocumentRow.loan_id) == loan_id)
    rows = (await session.exec(query.order_by(col(LoanDocumentRow.sequence), col(LoanDocumentRow.sha256)))).all()
    return tuple(LoanDocument(row.document, row.sequence, row.organisation_id, row.at) for row in rows)


async def link_documents(database: Database, session: AsyncSession, loan_id: str, entries: tuple[Entry, ...]) -> None:
    """In the caller's transaction: the documents that these entries name belong to the loan."""
    links = [
        {
            "loan_id": loan_id,
            "sha256": document.sha256,
            "sequence": entry.sequence,
            "organisation_id": entry.by.organisation_id,
            "at": entry.at,
            "document": document,
        }
        for entry in entries
        for document in documents_in(entry.event)
    ]
    if links:
        await session.exec(database.insert(LoanDocumentRow).on_conflict_do_nothing(), params=links)


def documents_in(part: object) -> Iterator[DocumentRef]:
    """Every document that an event names, at whatever depth, so that a new kind of event needs no line here."""
    if isinstance(part, DocumentRef):
        yield part
    elif isinstance(part, BaseModel):
        for _, value in part:
            yield from documents_in(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from documents_in(value)
