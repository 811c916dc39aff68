"""Nothing of the sandbox outside the sandbox; and no address that would move time."""

from pathlib import Path
from typing import Any

import pytest

from zhengcaidai.config import Settings
from zhengcaidai.sandbox.clock import SandboxClock
from zhengcaidai.web.app import create_app

_KEY = "k1=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
_OUTSIDE = {
    name: {"url": f"https://{name}.example", "token": name}
    for name in ("procurement", "receivables", "budget", "bureau")
}


def settings(tmp_path: Path, **changed: Any) -> Settings:
    given = {"sandbox": False, "state_dir": tmp_path, "issuer": "https://id.example", "data_keys": _KEY, **_OUTSIDE}
    return Settings.model_validate(given | changed)


def test_production_has_no_test_clock(tmp_path: Path) -> None:
    paths = create_app(settings(tmp_path)).openapi()["paths"]
    assert "/sandbox/clock/advance" not in paths
    assert "/v1/loans" in paths
    in_sandbox = create_app(settings(tmp_path, sandbox=True), SandboxClock()).openapi()["paths"]
    assert "/sandbox/clock/advance" in in_sandbox


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"issuer": "http://127.0.0.1:8900/issuer"}, "ZHENGCAIDAI_ISSUER"),
        ({"twilio_base_url": "http://127.0.0.1:8900/sms"}, "ZHENGCAIDAI_TWILIO_BASE_URL"),
    ],
)
def test_settings_of_the_sandbox_are_refused_outside_it(tmp_path: Path, changed: dict[str, str], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        create_app(settings(tmp_path, **changed))
    create_app(settings(tmp_path, sandbox=True, **changed))


def test_test_clock_is_refused_outside_the_sandbox(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="test clock"):
        create_app(settings(tmp_path), SandboxClock())
