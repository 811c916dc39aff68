"""API, worker and sandbox do not start on a wrong register: one line with file, line, key and reason, and status 1."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
COMMANDS = {
    "worker": ["worker.py"],
    "api": ["-m", "uvicorn", "api:app", "--port", "0"],
    "sandbox": ["-m", "zhengcaidai.sandbox", "--port", "0"],
}
SLIPS = {
    "region": ("regions/530100.toml", "limit_days = { value = 5,", "limit_days = { value = 0,"),
    "platform": ("platform.toml", "working_days_before = [3, 1]", "working_days_before = [3, 0]"),
    "clause": ("clauses/kunming.toml", 'kind = "statement"', 'kind = "hearsay"'),
    "calendar": ("calendars/2026.toml", "year = 2026", "year = 1926"),
    "festivals": ("festivals.toml", "spring_festival", "spring_feast"),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of its own, whose data may be spoilt."""
    copy = tmp_path_factory.mktemp("checkout")
    for room in ("zhengcaidai", "workflows", "activities"):
        shutil.copytree(CHECKOUT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    for root in ("worker.py", "api.py"):
        shutil.copy(CHECKOUT / root, copy / root)
    return copy


@pytest.mark.parametrize(
    ("process", "register"),
    [
        *((process, "region") for process in COMMANDS),
        *(("worker", register) for register in SLIPS if register != "region"),
    ],
)
def test_a_process_does_not_start_on_a_wrong_file(checkout: Path, process: str, register: str) -> None:
    name, right, wrong = SLIPS[register]
    file = checkout / "zhengcaidai" / "data" / name
    text = file.read_text(encoding="utf-8")
    assert right in text
    line = text[: text.index(right)].count("\n") + 1
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    try:
        ended = subprocess.run(
            [sys.executable, *COMMANDS[process]],
            cwd=checkout,
            env={**os.environ, "ZHENGCAIDAI_SANDBOX": "true", "ZHENGCAIDAI_STATE_DIR": str(checkout / "state")},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    finally:
        file.write_text(text, encoding="utf-8")
    assert ended.returncode == 1
    (told,) = ended.stderr.splitlines()
    assert f"{file.name}:{line} " in told
    assert right.partition(" ")[0] in told or wrong.partition(" ")[0] in told
    assert not (checkout / "state").exists()
