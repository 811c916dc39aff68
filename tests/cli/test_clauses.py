"""`python -m zhengcaidai clauses` prints clause → status → rule → tests."""

import json
import unicodedata

import pytest
import typer
from typer.testing import CliRunner

from zhengcaidai.cli.clauses import clauses_command
from zhengcaidai.registers.loading import clause_register

APP = typer.Typer()
APP.command()(clauses_command)


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(APP, arguments, env={"COLUMNS": "80"})
    assert result.exit_code == 0, result.output
    return result.stdout


def _width(line: str) -> int:
    """In columns of a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line)


def test_the_table_fits_eighty_columns() -> None:
    lines = _run().splitlines()
    assert max(map(_width, lines)) <= 80
    text = "\n".join(lines)
    assert all(duty in text for duty in clause_register().duties)


def test_a_duty_is_shown_with_its_rule_and_its_tests() -> None:
    text = _run("--document", "kunming", "--status", "enforced")
    row = text[text.index("kunming/6#1") :].splitlines()
    assert "强制" in row[0]
    joined = "".join("".join(row).split())
    assert "→zhengcaidai.registers.regions:region" in joined
    assert "✓" in joined
    assert "test_" in joined


def test_json_holds_every_field() -> None:
    duties = {each["id"]: each for each in json.loads(_run("--json"))}
    assert duties.keys() == clause_register().duties.keys()
    first_loan = duties["kunming/4.2#1"]
    assert first_loan["status"] == "enforced"
    assert first_loan["clause"]["id"] == "kunming/4.2"
    assert first_loan["document"]["number"] == "昆财采〔2022〕24号"
    assert first_loan["parameters"][0]["value"] == 5
    assert duties["kunming/6#1"]["tests"]


@pytest.mark.parametrize("status", ["enforced", "shown", "not_modelled"])
def test_only_one_status(status: str) -> None:
    assert {each["status"] for each in json.loads(_run("--json", "--status", status))} == {status}


def test_an_unknown_document_is_an_error_that_says_which_there_are() -> None:
    result = CliRunner().invoke(APP, ["--document", "beijing"])
    assert result.exit_code == 2
    assert "hanyang, hubei, jilin, kunming, law, luoyang, yanshi" in result.stderr
