"""Settings: each outside system has an address and a token of its own, and what is missing is named before anything starts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from worker import connected_ports
from zhengcaidai.config import Settings
from zhengcaidai.errors import OutsideDown
from zhengcaidai.messages.orders import NoticeKind
from zhengcaidai.web.app import create_app

SYSTEMS = ("PROCUREMENT", "RECEIVABLES", "BUDGET", "BUREAU")
BANKS = {name: {"url": f"https://{name}.example", "token": f"token of {name}"} for name in ("bank-one", "bank-two")}
WHOLE = {
    "ZHENGCAIDAI_ISSUER": "https://sign-in.example",
    "ZHENGCAIDAI_DATA_KEYS": "k1=" + "A" * 43 + "=",
    **{f"ZHENGCAIDAI_{name}__URL": f"https://{name}.example" for name in SYSTEMS},
    **{f"ZHENGCAIDAI_{name}__TOKEN": f"token of {name}" for name in SYSTEMS},
    "ZHENGCAIDAI_BANKS": json.dumps(BANKS),
}


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    def made(**changed: str) -> Settings:
        for name, value in (WHOLE | {"ZHENGCAIDAI_STATE_DIR": str(tmp_path)} | changed).items():
            monkeypatch.setenv(name, value)
        return Settings(_env_file=None)

    return made


def test_every_system_has_its_own_address_and_token(settings_of: Callable[..., Settings]) -> None:
    settings = settings_of()
    found = (settings.procurement, settings.receivables, settings.budget, settings.bureau, settings.bank("bank-two"))
    assert [each.token.get_secret_value() for each in found] == [f"token of {name}" for name in (*SYSTEMS, "bank-two")]
    assert settings.bank("bank-one").url == "https://bank-one.example"
    settings.check_outside()
    create_app(settings)


_SHARED = {"bank-one": {"url": "https://bank-one.example", "token": "token of BUDGET"}}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ZHENGCAIDAI_BUDGET__TOKEN": ""}, "ZHENGCAIDAI_BUDGET__TOKEN is missing"),
        ({"ZHENGCAIDAI_BUREAU__URL": ""}, "ZHENGCAIDAI_BUREAU__URL is missing"),
        ({"ZHENGCAIDAI_BANKS": '{"bank-one": {"url": "https://b"}}'}, "ZHENGCAIDAI_BANKS bank-one TOKEN is missing"),
        (
            {"ZHENGCAIDAI_BANKS": json.dumps(_SHARED)},
            "ZHENGCAIDAI_BANKS bank-one TOKEN is that of ZHENGCAIDAI_BUDGET__TOKEN too",
        ),
    ],
    ids=["no-token", "no-address", "bank-without-token", "shared"],
)
async def test_a_missing_or_shared_token_stops_worker_and_api_and_says_which(
    settings_of: Callable[..., Settings], changed: dict[str, Any], said: str
) -> None:
    settings = settings_of(**changed)
    with pytest.raises(ValueError, match=said):
        create_app(settings)
    with pytest.raises(ValueError, match=said) as told:
        async with connected_ports(settings):
            pass
    assert "token of" not in str(told.value).lower().replace("zhengcaidai", "")


async def test_a_bank_that_is_not_set_is_down_and_no_loan_is_refused_over_it(
    settings_of: Callable[..., Settings],
) -> None:
    with pytest.raises(OutsideDown, match="bank-nine") as told:
        settings_of().bank("bank-nine")
    assert told.value.problem.where == "ZHENGCAIDAI_BANKS"


def test_in_the_sandbox_every_system_stands_there_and_each_has_a_token_of_its_own(
    settings_of: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(ZHENGCAIDAI_SANDBOX="true")
    assert settings.budget.url == "https://BUDGET.example"
    for name in WHOLE:
        monkeypatch.delenv(name)
    settings = Settings(_env_file=None)
    assert settings.budget.url == "http://127.0.0.1:8900/budget"
    assert settings.bank("bank-one").url == "http://127.0.0.1:8900/banks/bank-one"
    settings.check_outside()
    systems = (settings.procurement, settings.receivables, settings.budget, settings.bureau)
    tokens = {
        each.token.get_secret_value() for each in (*systems, settings.bank("bank-one"), settings.bank("bank-two"))
    }
    assert len(tokens) == 6


def test_content_templates_are_named_by_kinds_of_notice_that_there_are(settings_of: Callable[..., Settings]) -> None:
    settings = settings_of(ZHENGCAIDAI_TWILIO_CONTENT_SIDS='{"payment_swept": "HX01"}')
    assert settings.twilio_content_sids == {NoticeKind.PAYMENT_SWEPT: "HX01"}
    with pytest.raises(ValueError, match=r"(?s)twilio_content_sids\.payment_swpt.*'payment_swept'"):
        settings_of(ZHENGCAIDAI_TWILIO_CONTENT_SIDS='{"payment_swpt": "HX01"}')


def test_a_token_in_the_wrong_place_is_not_told_with_the_error(settings_of: Callable[..., Settings]) -> None:
    with pytest.raises(ValueError, match=r"banks\.bank-one\.tokn") as told:
        settings_of(ZHENGCAIDAI_BANKS='{"bank-one": {"url": "https://b", "tokn": "very secret"}}')
    assert "very secret" not in str(told.value)
