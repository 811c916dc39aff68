"""The production shape, `docker-compose.yml` and `Dockerfile`, as far as it can be checked without a Docker engine."""

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose
from typer.testing import CliRunner

from zhengcaidai.cli import app
from zhengcaidai.config import Settings
from zhengcaidai.devserver.server_config import DYNAMIC_CONFIG

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker-compose.yml").read_text()
WRITTEN: Mapping[str, Any] = yaml.safe_load(TEXT)
"""With its ${…} as they stand."""
SERVICES: Mapping[str, Mapping[str, Any]] = WRITTEN["services"]
ONE_SHOTS = {
    needed
    for service in SERVICES.values()
    for needed, how in service.get("depends_on", {}).items()
    if how["condition"] == "service_completed_successfully"
}
OURS = [name for name, service in SERVICES.items() if "build" in service]

_VARIABLE = re.compile(r"\$\{(?P<name>\w+):(?P<how>[-?])(?P<text>[^}]*)\}")
_EXAMPLES = {
    "ZHENGCAIDAI_DATA_KEYS": "k1=" + "A" * 43 + "=",
    "ZHENGCAIDAI_PUBLIC_URL": "https://loans.example",
    "ZHENGCAIDAI_ISSUER": "https://sign-in.example",
    "ZHENGCAIDAI_BANKS": '{"bank-one": {"url": "https://bank-one.example", "token": "given-bank-one"}}',
}


def filled_in(written: str, values: Mapping[str, str] = _EXAMPLES) -> str:
    """What Docker Compose makes of ${NAME:-default} and ${NAME:?message}."""
    return _VARIABLE.sub(
        lambda m: values.get(m["name"], m["text"] if m["how"] == "-" else f"given-{m['name']}".replace("_", "-")),
        written,
    )


def test_it_is_a_compose_file() -> None:
    # Merge keys (<<) are YAML's: resolved before the specification looks.
    compose = PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(filled_in(TEXT))))
    for check in (compose.validate, compose.validate_volumes, compose.validate_configs, compose.validate_networks):
        check()


def test_the_five_parts_are_there() -> None:
    assert {"postgres", "temporal", "temporal-ui", "worker", "api"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_what_runs_on_has_a_health_check_and_what_runs_once_is_tried_again(name: str) -> None:
    service = SERVICES[name]
    if name in ONE_SHOTS:
        assert service["restart"] == "on-failure"
        assert "healthcheck" not in service
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"
        assert {"interval", "timeout", "retries", "start_period"} < set(service["healthcheck"])


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_needs_is_defined_and_can_be_waited_for(name: str) -> None:
    service = SERVICES[name]
    for needed, how in service.get("depends_on", {}).items():
        assert how["condition"] == ("service_completed_successfully" if needed in ONE_SHOTS else "service_healthy")
        assert needed in SERVICES
    for volume in service.get("volumes", []):
        assert volume.split(":")[0] in WRITTEN["volumes"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_have_no_default(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|PWD|TOKEN|KEY|SECRET", variable):
            given = _VARIABLE.fullmatch(value)
            assert given, f"{variable} is written into the file"
            assert (given["how"], bool(given["text"])) == ("?", True), f"{variable} has a default, or no hint"


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned_and_privileges_dropped(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[\w./-]+:(\d+\.\d+[\w.-]*|\$\{ZHENGCAIDAI_VERSION:-local\})", service["image"])
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_only_api_and_ui_can_be_reached_and_only_from_this_host() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"api", "temporal-ui"}
    for service in SERVICES.values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_the_images_are_the_releases_that_the_tests_run_on() -> None:
    pins = (ROOT / "tools" / "temporal" / "go.mod").read_text()
    for service, module in (
        ("temporal", "go.temporal.io/server"),
        ("temporal-schema", "go.temporal.io/server"),
        ("temporal-ui", "github.com/temporalio/ui-server/v2"),
    ):
        assert f"{module} v{SERVICES[service]['image'].partition(':')[2]}" in pins


def test_nobody_moves_the_clock_in_production() -> None:
    clock = "frontend.WorkflowTimeSkippingEnabled"
    assert DYNAMIC_CONFIG[clock] is True
    assert yaml.safe_load(WRITTEN["configs"]["temporal-dynamic"]["content"]) == {clock: [{"value": False}]}
    assert all("ZHENGCAIDAI_SANDBOX" not in service.get("environment", {}) for service in SERVICES.values())


def _our_environment() -> dict[str, str]:
    environment: Mapping[str, str | None] = SERVICES["api"]["environment"]
    return {name: filled_in(value) for name, value in environment.items() if value is not None}


def test_our_settings_know_every_variable_and_accept_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = {name for name in SERVICES["api"]["environment"] if name.startswith("ZHENGCAIDAI_")}
    assert {name.removeprefix("ZHENGCAIDAI_").lower().partition("__")[0] for name in ours} <= set(Settings.model_fields)
    for name, value in _our_environment().items():
        monkeypatch.setenv(name, value)
    settings = Settings(_env_file=None)
    assert (settings.sandbox, settings.temporal_address, list(settings.keys)) == (False, "temporal:7233", ["k1"])
    settings.check_outside()
    assert settings.budget.url == "given-ZHENGCAIDAI-BUDGET--URL"
    assert settings.bank("bank-one").url == "https://bank-one.example"


def _commands_of_ours() -> list[list[str]]:
    """Each start command and health check of our own services, as words; what a shell runs, one by one."""
    said = [
        command
        for name in OURS
        for command in (SERVICES[name]["command"], SERVICES[name].get("healthcheck", {}).get("test", ["CMD"])[1:])
        if command
    ]
    return [
        words
        for command in said
        for words in (
            [shlex.split(part) for part in command[2].split("&&")] if command[:2] == ["sh", "-ec"] else [command]
        )
    ]


@pytest.mark.parametrize("words", _commands_of_ours(), ids=" ".join)
def test_the_commands_of_our_services_exist(words: list[str]) -> None:
    match words:
        case ["python", "-m", "zhengcaidai", *command]:
            asked = CliRunner().invoke(app, [*command, "--help"])
            assert asked.exit_code == 0, asked.output
        case ["python", "-c", code]:
            compile(code, "healthcheck", "exec")
            assert "/health'" in code
        case ["python", script]:
            compile((ROOT / script).read_text(), script, "exec")
        case ["uvicorn", "api:app", *options]:
            assert (Path(sys.executable).parent / "uvicorn").is_file()
            assert options[::2] == ["--host", "--port", "--proxy-headers"]
        case _:
            pytest.fail(f"not known how to check: {words}")


def test_the_api_of_the_start_command_answers_to_the_health_check(tmp_path: Path) -> None:
    show_paths = "from uvicorn.importer import import_from_string as i; print(*i('api:app').openapi()['paths'])"
    shown = subprocess.run(
        [sys.executable, "-c", show_paths],
        cwd=ROOT,
        env={**_our_environment(), "ZHENGCAIDAI_STATE_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert "/health" in shown.stdout.split()


def test_the_image_holds_what_the_commands_need() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert {"pyproject.toml", "uv.lock", "worker.py", "api.py", "zhengcaidai", "workflows", "activities"} == copied
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in ignored
    assert "fonts-noto-cjk" in dockerfile
    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)
