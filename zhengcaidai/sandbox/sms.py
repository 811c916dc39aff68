"""短信网关: speaks Twilio's REST API for messages: create, fetch, list, and the signed status callback."""

import hmac
import json
import secrets
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Form, Query, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from pydantic import Field as PydanticField
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from zhengcaidai.messages.base import Frozen
from zhengcaidai.messages.identifiers import Mobile, mobile
from zhengcaidai.messages.malformed import Malformed
from zhengcaidai.sandbox.ledger import LedgerFile
from zhengcaidai.sandbox.outbox import Envelope, EventView, Outbox
from zhengcaidai.sandbox.service import Service
from zhengcaidai.sandbox.settings import SandboxSettings

__all__ = ["SmsGateway", "open_sms_ledger", "sms_routes"]

API_VERSION = "2010-04-01"
MAX_BODY_CHARACTERS = 1600


class _Table(SQLModel, registry=registry()):
    pass


class MessageRow(_Table, table=True):
    """One message."""

    id: int | None = Field(default=None, primary_key=True)
    sid: str = Field(unique=True)
    recipient: str = Field(index=True)
    sender: str
    body: str
    status: str
    error_code: int | None
    created: str


class OutcomeRow(_Table, table=True):
    """What becomes of messages to a number."""

    recipient: str = Field(primary_key=True)
    status: str
    error_code: int | None = None


class ContentRow(_Table, table=True):
    """A content template, its places written {{1}}, {{2}}."""

    content_sid: str = Field(primary_key=True)
    text: str


class Outcome(Frozen):
    """What becomes of messages to a number; they are delivered, unless this says otherwise."""

    to: Mobile
    status: str = "undelivered"
    error_code: int | None = 30007
    """Twilio's 30007: filtered by the carrier, as happens to loan messages in China."""


class Content(Frozen):
    """The text of a content template."""

    text: str


class MessageView(Frozen):
    """A message as the REST API shows it."""

    sid: str
    account_sid: str
    api_version: str = API_VERSION
    to: str
    sender: str = PydanticField(serialization_alias="from")
    body: str
    status: str
    direction: str = "outbound-api"
    num_segments: str
    num_media: str = "0"
    error_code: int | None
    date_created: str
    uri: str


class MessagePage(Frozen):
    """A page of messages, the newest first."""

    messages: tuple[MessageView, ...]
    page: int
    page_size: int
    next_page_uri: str | None
    uri: str


class NewMessage(Frozen):
    """The form of a message to be sent."""

    To: str
    From: str
    Body: str | None = None
    ContentSid: str | None = None
    ContentVariables: str = "{}"
    StatusCallback: str | None = None


class TwilioRefusal(Exception):
    """An error in Twilio's own form."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def open_sms_ledger(state_dir: Path) -> LedgerFile:
    """The gateway's file."""
    return LedgerFile(state_dir / "sms.sqlite", _Table.metadata)


class SmsGateway:
    """The gateway's ledger of messages."""

    def __init__(self, ledger: LedgerFile, outbox: Outbox, settings: SandboxSettings) -> None:
        self._ledger = ledger
        self.outbox = outbox
        self._settings = settings
        self._signer = RequestValidator(settings.sms_auth_token)

    def knows(self, credentials: HTTPBasicCredentials | None, account_sid: str) -> bool:
        """Whether the account's own id and token were given."""
        if credentials is None or account_sid != self._settings.sms_account_sid:
            return False
        given = f"{credentials.username}:{credentials.password}".encode()
        return hmac.compare_digest(given, f"{account_sid}:{self._settings.sms_auth_token}".encode())

    def send(self, message: NewMessage) -> MessageView:
        """Queue a message; a request repeated is a second message, as at Twilio. Raises TwilioRefusal."""
        recipient = _recipient(message.To)
        with self._ledger.write() as session:
            outcome = session.get(OutcomeRow, recipient)
            row = MessageRow(
                sid=f"SM{secrets.token_hex(16)}",
                recipient=recipient,
                sender=message.From,
                body=_body(session, message),
                status=outcome.status if outcome else "delivered",
                error_code=outcome.error_code if outcome else None,
                created=format_datetime(datetime.now(UTC)),
            )
            session.add(row)
            if message.StatusCallback:
                for status in ("sent", row.status):
                    self._announce(session, message.StatusCallback, row, status)
        self.outbox.wake()
        return self._view(row).model_copy(update={"status": "queued", "error_code": None})

    def message(self, sid: str) -> MessageView:
        """One message. Raises TwilioRefusal."""
        with self._ledger.read() as session:
            row = session.exec(select(MessageRow).where(MessageRow.sid == sid)).one_or_none()
        if row is None:
            raise TwilioRefusal(404, 20404, f"The requested resource /Messages/{sid}.json was not found")
        return self._view(row)

    def page(self, to: str | None, page: int, page_size: int) -> MessagePage:
        """Messages, the newest first, to a number or to all."""
        query = select(MessageRow).order_by(col(MessageRow.id).desc()).offset(page * page_size).limit(page_size + 1)
        if to is not None:
            query = query.where(MessageRow.recipient == to)
        with self._ledger.read() as session:
            rows = session.exec(query).all()
        uri = f"/{API_VERSION}/Accounts/{self._settings.sms_account_sid}/Messages.json"
        following = urlencode({"PageSize": page_size, "Page": page + 1} | ({"To": to} if to else {}))
        return MessagePage(
            messages=tuple(self._view(row) for row in rows[:page_size]),
            page=page,
            page_size=page_size,
            next_page_uri=f"{uri}?{following}" if len(rows) > page_size else None,
            uri=uri,
        )

    def set_outcome(self, outcome: Outcome) -> None:
        """From the next message on."""
        with self._ledger.write() as session:
            session.merge(OutcomeRow(recipient=outcome.to, status=outcome.status, error_code=outcome.error_code))

    def set_content(self, content_sid: str, content: Content) -> None:
        """Keep a content template."""
        with self._ledger.write() as session:
            session.merge(ContentRow(content_sid=content_sid, text=content.text))

    def _announce(self, session: Session, url: str, row: MessageRow, status: str) -> None:
        form = {
            "AccountSid": self._settings.sms_account_sid,
            "ApiVersion": API_VERSION,
            "From": row.sender,
            "MessageSid": row.sid,
            "MessageStatus": status,
            "SmsSid": row.sid,
            "SmsStatus": status,
            "To": row.recipient,
        }
        if row.error_code is not None and status == row.status:
            form["ErrorCode"] = str(row.error_code)
        envelope = Envelope(
            url=url,
            body=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": self._signer.compute_signature(url, form)},
        )
        self.outbox.put(session, envelope)

    def _view(self, row: MessageRow) -> MessageView:
        account_sid = self._settings.sms_account_sid
        return MessageView(
            sid=row.sid,
            account_sid=account_sid,
            to=row.recipient,
            sender=row.sender,
            body=row.body,
            status=row.status,
            num_segments=str(-(-len(row.body) // 70) or 1),
            error_code=row.error_code,
            date_created=row.created,
            uri=f"/{API_VERSION}/Accounts/{account_sid}/Messages/{row.sid}.json",
        )


def sms_routes(service: Service, gateway: SmsGateway) -> FastAPI:
    """`/sms`: Twilio's addresses below it, and the sandbox's own."""
    messages = f"/{API_VERSION}/Accounts/{{account_sid}}/Messages"
    basic = HTTPBasic(auto_error=False)
    service.app.add_exception_handler(TwilioRefusal, _answer_refusal)

    def authenticate(account_sid: str, credentials: Annotated[HTTPBasicCredentials | None, Depends(basic)]) -> None:
        if not gateway.knows(credentials, account_sid):
            raise TwilioRefusal(401, 20003, "Authenticate")

    @service.port.post(f"{messages}.json", status_code=201, dependencies=[Depends(authenticate)])
    def send_message(message: Annotated[NewMessage, Form()]) -> MessageView:
        return gateway.send(message)

    @service.port.get(f"{messages}/{{sid}}.json", dependencies=[Depends(authenticate)])
    def fetch_message(sid: str) -> MessageView:
        return gateway.message(sid)

    @service.port.get(f"{messages}.json", dependencies=[Depends(authenticate)])
    def list_messages(
        to: Annotated[str | None, Query(alias="To")] = None,
        page: Annotated[int, Query(alias="Page", ge=0)] = 0,
        page_size: Annotated[int, Query(alias="PageSize", ge=1, le=1000)] = 50,
    ) -> MessagePage:
        return gateway.page(to, page, page_size)

    @service.control.put("/outcomes")
    def set_outcome(outcome: Outcome) -> Outcome:
        gateway.set_outcome(outcome)
        return outcome

    @service.control.put("/contents/{content_sid}")
    def set_content(content_sid: str, content: Content) -> Content:
        gateway.set_content(content_sid, content)
        return content

    @service.control.get("/messages")
    def messages_to(to: Mobile | None = None) -> MessagePage:
        return gateway.page(to, 0, 1000)

    @service.control.get("/outbox")
    def events() -> list[EventView]:
        return gateway.outbox.events()

    return service.finished()


async def _answer_refusal(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TwilioRefusal)
    more = f"https://www.twilio.com/docs/errors/{error.code}"
    content = {"code": error.code, "message": str(error), "more_info": more, "status": error.status}
    return JSONResponse(content, error.status)


def _recipient(to: str) -> str:
    try:
        return mobile(to)
    except Malformed as error:
        raise TwilioRefusal(400, 21211, f"Invalid 'To' Phone Number: {to[:4]}XXXX") from error


def _body(session: Session, message: NewMessage) -> str:
    if message.ContentSid is None:
        if not message.Body:
            raise TwilioRefusal(400, 21602, "Message body is required.")
        if len(message.Body) > MAX_BODY_CHARACTERS:
            raise TwilioRefusal(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        return message.Body
    content = session.get(ContentRow, message.ContentSid)
    if content is None:
        raise TwilioRefusal(400, 21656, "The ContentSid is not known")
    text = content.text
    for place, value in json.loads(message.ContentVariables).items():
        text = text.replace(f"{{{{{place}}}}}", value)
    return text
