"""The house stands as it was drawn: rooms, and the direction in which they know each other."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
TOP_LEVEL = {"zhengcaidai", "workflows", "activities", "worker", "api", "tests", "benchmarks"}


def _lint(directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [lint_imports, "--no-cache", "--no-logo", *options],
        cwd=directory, env={**os.environ, "PYTHONPATH": "."}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("contract", [contract["id"] for contract in CONTRACTS])
def test_the_contract_is_kept(contract: str) -> None:
    linted = _lint(ROOT, "--contract", contract)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_a_room_that_is_not_listed_fails(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("zhengcaidai", "zhengcaidai/messages", "workflows", "activities"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "zhengcaidai" / "errors.py").touch()
    assert _lint(tmp_path, "--contract", "rooms").returncode == 0
    (tmp_path / "zhengcaidai" / "utils.py").touch()
    refused = _lint(tmp_path, "--contract", "rooms")
    assert refused.returncode == 1
    assert "zhengcaidai.utils" in refused.stdout


def test_the_top_level_has_no_other_modules() -> None:
    found = {entry.stem for entry in ROOT.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").is_file()}
    assert found <= TOP_LEVEL
