"""短信 through Twilio's SDK, at Twilio's address or at one that speaks its API.

Twilio knows no idempotency key. So each message ends in a notice number made from its key: a message whose answer
was lost is found again in the gateway's own list of messages to that telephone, and is not sent a second time. What
remains: a request that the gateway takes longer over than the client waits can still become two messages.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from logging import getLogger
from typing import Any, Protocol

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]
from twilio.http import AsyncHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response as TwilioResponse  # type: ignore[import-untyped]
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from zhengcaidai.adapters.http import describes_no_answer
from zhengcaidai.adapters.templates import template_of
from zhengcaidai.errors import OutsideDown, OutsideError, OutsideRefused
from zhengcaidai.messages.orders import NoticeKind, SmsMessage, SmsReceipt

__all__ = ["SentLog", "TwilioSms", "notice_number", "verify_callback"]

_LOOKED_THROUGH = 50
"""How many of the last messages to a number are looked through for one whose answer was lost."""


class SentLog(Protocol):
    """短信记录: which keys were sent."""

    async def receipt(self, key: str) -> SmsReceipt | None:
        """The receipt of the message with this key, if it was sent."""
        ...

    async def sent(self, message: SmsMessage, receipt: SmsReceipt, at: datetime) -> None:
        """The gateway took the message; a key that is logged already keeps its first receipt."""
        ...


def notice_number(key: str) -> str:
    """通知号: what tells one message from another with the same text."""
    return hashlib.sha256(key.encode()).hexdigest()[:8].upper()


def verify_callback(auth_token: str, url: str, params: Mapping[str, str], signature: str) -> bool:
    """Whether a status callback carries Twilio's signature (X-Twilio-Signature) for this address and form."""
    return bool(RequestValidator(auth_token).validate(url, dict(params), signature))


class TwilioSms:
    """The port `Sms`."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        log: SentLog,
        client: httpx.AsyncClient,
        base_url: str = "",
        status_callback_url: str = "",
        content_sids: Mapping[NoticeKind, str] | None = None,
    ) -> None:
        """`base_url`: empty for Twilio's own. `content_sids`: kinds for which a Twilio content template is used.

        The variables of a content template are the parameters in order, and after the last one the notice number.
        """
        # A region or edge from the environment would turn the address into Twilio's again.
        environment = {"TWILIO_ACCOUNT_SID": account_sid}
        self._client = Client(account_sid, auth_token, http_client=_HttpxClient(client), environment=environment)
        if base_url:
            self._client.api.base_url = base_url.rstrip("/")
        self._sender = sender
        self._log = log
        self._status_callback_url = status_callback_url
        self._content_sids = content_sids or {}

    async def send(self, message: SmsMessage) -> SmsReceipt:
        """Send, once for a key. Raises OutsideDown, OutsideRefused; InvalidInput: not the template's parameters."""
        known = await self._log.receipt(message.key)
        if known is not None:
            return known
        content = self._content(message)
        try:
            taken = await self._find_sent(message) or await self._client.messages.create_async(
                to=message.to, from_=self._sender, **content
            )
        except (TwilioException, httpx.RequestError, httpx.InvalidURL) as error:
            raise _failure(error) from error
        receipt = SmsReceipt(key=message.key, gateway_id=taken.sid, status=taken.status)
        await self._log.sent(message, receipt, taken.date_created or datetime.now(UTC))
        return receipt

    async def _find_sent(self, message: SmsMessage) -> Any:
        number = notice_number(message.key)
        sent = await self._client.messages.list_async(to=message.to, limit=_LOOKED_THROUGH, page_size=_LOOKED_THROUGH)
        return next((each for each in sent if number in (each.body or "")), None)

    def _content(self, message: SmsMessage) -> dict[str, str]:
        template, number = template_of(message.template), notice_number(message.key)
        callback = {"status_callback": self._status_callback_url} if self._status_callback_url else {}
        content_sid = self._content_sids.get(message.template)
        if content_sid is None:
            return callback | {"body": f"{template.rendered(message.parameters)}（通知号 {number}）"}
        values = (*template.values(message.parameters), number)
        variables = {str(place): value for place, value in enumerate(values, start=1)}
        return callback | {"content_sid": content_sid, "content_variables": json.dumps(variables, ensure_ascii=False)}


def _failure(error: Exception) -> OutsideError:
    # The SDK's own text of an error can hold the address with the number in it: only code and message are shown.
    if isinstance(error, TwilioRestException):
        said = f"{error.status} {error.code}: {error.msg}"
        # Where the answer has no code, the SDK takes the status for one.
        if not describes_no_answer(error.status, has_problem=error.code not in {None, error.status}):
            return OutsideRefused(f"短信网关拒绝：{said}", f"The SMS gateway refuses: {said}")
        return OutsideDown(f"短信网关暂不能办理：{said}", f"The SMS gateway cannot do it now: {said}")
    answers = [str(each.status_code) for each in error.args if isinstance(each, TwilioResponse)]
    reason = " ".join([type(error).__name__, *answers])
    return OutsideDown(f"短信网关没有应答（{reason}）。", f"The SMS gateway does not answer ({reason}).")


class _HttpxClient(AsyncHttpClient):  # type: ignore[misc]
    """Lets the SDK speak through the process's httpx client, and writes no log: its addresses hold mobile numbers."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        super().__init__(getLogger(__name__), is_async=True)
        self._client = client

    async def request(  # noqa: PLR0917 - the SDK's signature
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        """One request as the SDK wants it made."""
        response = await self._client.request(
            method,
            url,
            params=params,  # type: ignore[arg-type]
            data=data,
            headers=headers,
            auth=auth,
            timeout=httpx.USE_CLIENT_DEFAULT if timeout is None else timeout,
            follow_redirects=allow_redirects,
        )
        return TwilioResponse(response.status_code, response.text, response.headers)
