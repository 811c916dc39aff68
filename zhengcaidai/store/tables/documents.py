"""Who handed in which document, and which loans it belongs to; the content itself is in the vault, by its hash."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from zhengcaidai.messages.documents import DocumentRef
from zhengcaidai.store.columns import Instant, Message
from zhengcaidai.store.tables.base import Row

__all__ = ["DocumentRow", "LoanDocumentRow"]


class DocumentRow(Row, table=True):
    """附件 as one organisation handed it in; the same content from two organisations is two rows and one file."""

    __tablename__ = "documents"

    sha256: str = Field(primary_key=True)
    organisation_id: str = Field(primary_key=True)
    user_id: str
    uploaded_at: datetime = Field(sa_type=Instant)
    document: DocumentRef = Field(sa_column=Column(Message(DocumentRef), nullable=False))


class LoanDocumentRow(Row, table=True):
    """贷款材料: named by an entry of the loan's journal, which is what makes it readable to the loan's parties."""

    __tablename__ = "loan_documents"
    __table_args__ = (Index("ix_loan_documents_content", "sha256"),)

    loan_id: str = Field(primary_key=True, foreign_key="loans.loan_id")
    sha256: str = Field(primary_key=True)
    sequence: int
    """The journal entry that named it first."""
    organisation_id: str
    at: datetime = Field(sa_type=Instant)
    document: DocumentRef = Field(sa_column=Column(Message(DocumentRef), nullable=False))
