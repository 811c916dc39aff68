"""What was asked before: idempotent requests, short messages sent, payments checked."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field

from zhengcaidai.messages.orders import PaymentCheck, PaymentCheckAnswer
from zhengcaidai.store.columns import Instant, Message, Sealed, SealedBytes
from zhengcaidai.store.tables.base import Row

__all__ = ["IdempotencyRow", "PaymentCheckRow", "SmsRow"]

_STOPPED_SQLITE, _STOPPED_POSTGRESQL = text("allowed = 0"), text("NOT allowed")


class IdempotencyRow(Row, table=True):
    """Idempotency-Key: the request it was first used for, and the answer once there is one (`status` is then set)."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_expiry", "expires_at"),)

    organisation_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    """Method, path and hash of the body."""
    attempt: int
    leased_until: datetime = Field(sa_type=Instant)
    """In flight until then; after it, whoever carried the request is taken to be dead."""
    expires_at: datetime = Field(sa_type=Instant)
    status: int | None
    headers: str | None
    body: bytes | None = Field(sa_column=Column(SealedBytes("idempotency_keys.body")))


class SmsRow(Row, table=True):
    """短信: that a message of this key went to the gateway, and what became of it. No number and no text is kept."""

    __tablename__ = "sms_log"
    __table_args__ = (Index("ix_sms_log_gateway", "gateway_id", unique=True),)

    key: str = Field(primary_key=True)
    loan_id: str
    template: str
    gateway_id: str
    status: str
    sent_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)


class PaymentCheckRow(Row, table=True):
    """付款校验: what the treasury asked before money left, and the answer it was given."""

    __tablename__ = "payment_checks"
    __table_args__ = (
        Index(
            "ix_payment_checks_stopped",
            "checked_at",
            "organisation_id",
            "check_id",
            sqlite_where=_STOPPED_SQLITE,
            postgresql_where=_STOPPED_POSTGRESQL,
        ),
    )

    organisation_id: str = Field(primary_key=True)
    """Who asked: every treasury numbers its own checks."""
    check_id: str = Field(primary_key=True)
    user_id: str
    filing_number: str
    loan_id: str | None
    amount_fen: int = Field(sa_type=BigInteger)
    allowed: bool
    checked_at: datetime = Field(sa_type=Instant)
    payment: PaymentCheck = Field(sa_column=Column(Sealed(PaymentCheck, "payment_checks.payment"), nullable=False))
    answer: PaymentCheckAnswer = Field(sa_column=Column(Message(PaymentCheckAnswer), nullable=False))
