"""A full run fails when the clause register does not hold together; a partial run is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a single test, so that nearly every enforced duty of the real register is without one."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = clause\n")
    (tmp_path / "zhengcaidai" / "rules").mkdir(parents=True)
    (tmp_path / "zhengcaidai" / "data" / "regions").mkdir(parents=True)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_one.py").write_text(
        'import pytest\n\n\n@pytest.mark.clause("kunming/4.2", "kunming/99")\ndef test_one():\n    pass\n'
    )
    return tmp_path


def _run(checkout: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "tests.clause_plugin", "-q", *arguments]
    environment = {"PYTHONPATH": str(CHECKOUT), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [[], ["tests"], ["-n", "2"], ["--clauses", "tests/test_one.py"]], ids=str)
def test_a_full_run_checks_the_register(checkout: Path, arguments: list[str]) -> None:
    status, output = _run(checkout, *arguments)
    assert status == 1
    assert "1 failed, 1 passed" in output
    assert "::clause-register" in output
    assert "tests/test_one.py::test_one: cites kunming/99, which is not in the register" in output
    assert 'enforced, but no test has @pytest.mark.clause("kunming/3.2")' in output
    assert 'no test has @pytest.mark.clause("kunming/4.2")' not in output


@pytest.mark.parametrize(
    "arguments", [["tests/test_one.py"], ["tests/test_one.py::test_one"], ["-k", "one"], ["-m", "clause"]], ids=str
)
def test_a_partial_run_does_not(checkout: Path, arguments: list[str]) -> None:
    status, output = _run(checkout, *arguments)
    assert status == 0
    assert "1 passed" in output
