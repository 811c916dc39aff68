"""The gateway answers as Twilio's REST API does, and signs what it calls back with."""

import httpx
import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from tests.sandbox.orders import loan_number
from tests.sandbox.outside import Outside
from zhengcaidai.sandbox.settings import SANDBOX_SMS_ACCOUNT_SID as SID
from zhengcaidai.sandbox.settings import SANDBOX_SMS_AUTH_TOKEN as TOKEN

MESSAGES = f"/sms/2010-04-01/Accounts/{SID}/Messages.json"
FORM = {"To": "+8613800000021", "From": "+8613900000000", "Body": "示例短信"}


def send(outside: Outside, auth: tuple[str, str] | None = (SID, TOKEN), **form: str) -> httpx.Response:
    return outside.http.post(MESSAGES, data=FORM | form, auth=auth or httpx.USE_CLIENT_DEFAULT)


def test_a_message_is_queued_and_can_be_fetched(outside: Outside) -> None:
    response = send(outside)
    sent = response.json()
    assert (response.status_code, sent["status"], sent["from"], sent["to"]) == (201, "queued", FORM["From"], FORM["To"])
    fetched = outside.http.get(f"/sms{sent['uri']}", auth=(SID, TOKEN)).json()
    assert (fetched["sid"], fetched["body"], fetched["status"]) == (sent["sid"], "示例短信", "delivered")


def test_messages_to_a_number_are_listed_in_pages_the_newest_first(outside: Outside) -> None:
    number = "+8613800000022"
    sids = [send(outside, To=number).json()["sid"] for _ in range(3)]
    page = outside.http.get(MESSAGES, params={"To": number, "PageSize": 2}, auth=(SID, TOKEN)).json()
    following = outside.http.get(f"/sms{page['next_page_uri']}", auth=(SID, TOKEN)).json()
    assert [each["sid"] for each in [*page["messages"], *following["messages"]]] == sids[::-1]
    assert following["next_page_uri"] is None


@pytest.mark.parametrize("auth", [None, (SID, "wrong"), ("ACwrong", TOKEN)])
def test_without_the_accounts_token_nothing_is_sent(outside: Outside, auth: tuple[str, str] | None) -> None:
    number = "+8613800000023"
    response = send(outside, auth=auth, To=number)
    assert (response.status_code, response.json()["code"]) == (401, 20003)
    assert outside.get("/sms/messages", to=number)["messages"] == []


@pytest.mark.parametrize(
    ("form", "code"), [({"To": "12345"}, 21211), ({"Body": ""}, 21602), ({"Body": "长" * 1601}, 21617)]
)
def test_what_twilio_refuses_is_refused_with_its_code(outside: Outside, form: dict[str, str], code: int) -> None:
    response = outside.http.post(MESSAGES, data=FORM | form, auth=(SID, TOKEN))
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_the_status_is_called_back_with_twilios_signature(outside: Outside) -> None:
    path = f"/callback/{loan_number()}?key=a%3Ab"
    sid = send(outside, StatusCallback=outside.engine.url + path).json()["sid"]
    calls = outside.engine.await_calls(path, 2)
    assert {call.form["MessageStatus"] for call in calls} == {"sent", "delivered"}
    for call in calls:
        assert call.form["MessageSid"] == sid
        signature = call.headers["x-twilio-signature"]
        assert RequestValidator(TOKEN).validate(outside.engine.url + path, call.form, signature)


def test_a_carrier_that_filters_is_told_as_undelivered(outside: Outside) -> None:
    number, path = "+8613800000024", f"/callback/{loan_number()}"
    outside.http.put("/sms/outcomes", json={"to": number}).raise_for_status()
    send(outside, To=number, StatusCallback=outside.engine.url + path)
    calls = outside.engine.await_calls(path, 2)
    (failed,) = [call.form for call in calls if call.form["MessageStatus"] == "undelivered"]
    assert failed["ErrorCode"] == "30007"
