"""`python -m zhengcaidai.devserver build`: what `make server` runs."""

from pathlib import Path

import pytest

from tests.devserver.scripts import GO, write_script
from zhengcaidai.devserver.__main__ import main


def test_build_says_where_the_server_is(bin_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_script(bin_dir / "go", GO)
    assert main(["build"]) == 0
    assert "(built from the pinned Go modules)" in capsys.readouterr().out


@pytest.mark.usefixtures("bin_dir")
def test_no_server_is_exit_status_one_and_the_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build"]) == 1
    assert "each of the four ways lacked something" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["make"], ["build", "twice"]])
def test_anything_else_is_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage:")
