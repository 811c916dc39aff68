"""The house stands as it was drawn: rooms, and the direction in which they know each other."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
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


MOST_LINES, MOST_LINES_OF_A_FUNCTION = 400, 69
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _python(*rooms: str) -> list[Path]:
    return [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]


CODE = [*_python("zhengcaidai", "workflows", "activities"), *sorted(ROOT.glob("*.py"))]
MIGRATIONS = ROOT / "zhengcaidai" / "store" / "migrations"


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", [*CODE, *_python("tests", "benchmarks")], ids=_name)
def test_a_module_fits_a_few_screens_and_a_function_one(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert source.count("\n") <= MOST_LINES
    is_migration = MIGRATIONS in file.parents
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, _FUNCTIONS)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert is_migration or long == []


@pytest.mark.parametrize("file", [file for file in CODE if MIGRATIONS not in file.parents], ids=_name)
def test_what_is_public_says_what_it_is_for(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree), "the module itself"
    assert [each.name for each in _public(tree) if not ast.get_docstring(each)] == []


def _public(node: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes that others may use, and the methods of those classes."""
    for each in node.body:
        if isinstance(each, (*_FUNCTIONS, ast.ClassDef)) and not each.name.startswith("_"):
            yield each
            if isinstance(each, ast.ClassDef):
                yield from _public(each)


def test_the_measures_measure() -> None:
    tree = ast.parse("class A:\n    def shown(self): ...\n    def _own(self): ...\nasync def b(): ...\ndef _c(): ...")
    assert [each.name for each in _public(tree)] == ["A", "shown", "b"]
