"""`python -m zhengcaidai db upgrade` says what it did, and exits with a status that a script can read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.store.revisions import newest_revision
from zhengcaidai.cli.db import db_app


def test_upgrade_makes_the_schema_once(tmp_path: Path) -> None:
    command = ["upgrade", "--url", f"sqlite:///{tmp_path}/z.db"]
    first, second = (CliRunner().invoke(db_app, command) for _ in range(2))
    assert (first.exit_code, first.output) == (0, f"∅ → {newest_revision()}\n")
    assert second.exit_code == 0
    assert f"already at the newest version: {newest_revision()}" in second.output


def test_without_a_url_the_settings_say_which_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGCAIDAI_DATABASE_URL", f"sqlite:///{tmp_path}/from-settings.db")
    assert CliRunner().invoke(db_app, ["upgrade"]).exit_code == 0
    assert (tmp_path / "from-settings.db").exists()


def test_database_of_another_kind_is_refused() -> None:
    result = CliRunner().invoke(db_app, ["upgrade", "--url", "mysql://z@db/z"])
    assert result.exit_code == 2
    assert "mysql is not supported" in result.output


def test_database_that_is_away_is_said_to_be_away() -> None:
    result = CliRunner().invoke(db_app, ["upgrade", "--url", "postgresql://z@127.0.0.1:1/z"])
    assert result.exit_code == 1
    assert "cannot be reached" in result.output
