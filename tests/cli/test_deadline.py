"""`python -m zhengcaidai deadline`: what it prints, and how it refuses."""

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from zhengcaidai.cli import app


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["deadline", *arguments])
    return result.exit_code, result.stdout, result.stderr


KUNMING = ("--region", "530100", "--clock", "financing", "--from", "2026-09-18")


@pytest.mark.clause("kunming/4.2")
def test_it_prints_the_due_moment_and_day_by_day_why() -> None:
    code, out, err = run(*KUNMING)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "云南省昆明市 · 审批并放款 · 截止2026年9月24日24时",
        "依据 kunming/4.2：5个工作日，自2026-09-18起",
        "日历 2026@国办发明电〔2025〕7号#1b08cc16",
        "① 9月18日（周五）受理，当日不计（民法典第201条）",
        "② 9月19日（周六）周末，不计",
        "③ 9月20日（周日）调休上班，计第1日",
        "④ 9月21日（周一）工作日，计第2日",
        "⑤ 9月22日（周二）工作日，计第3日",
        "⑥ 9月23日（周三）工作日，计第4日",
        "⑦ 9月24日（周四）工作日，计第5日",
        "截止2026年9月24日24时",
    ]


def test_it_speaks_english_too() -> None:
    code, out, _ = run(*KUNMING, "--lang", "en", "--repeat")
    assert code == 0
    assert "Kunming, Yunnan · approval and disbursement · due 24:00 on 22 Sep 2026" in out
    assert "③ Sun 20 Sep: make-up working day, counts as day 1" in out


def test_as_json_it_gives_every_field() -> None:
    code, out, err = run(*KUNMING, "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    keys = ("due_date", "due_at", "provisional", "clause", "limit_days", "unit", "from")
    assert {key: found[key] for key in keys} == {
        "due_date": "2026-09-24",
        "due_at": "2026-09-25T00:00:00+08:00",
        "provisional": False,
        "clause": "kunming/4.2",
        "limit_days": 5,
        "unit": "working_day",
        "from": "2026-09-18",
    }
    assert found["calendar_version"].startswith("2026@国办发明电〔2025〕7号#")
    assert [(each["date"], each["counted"]) for each in found["days"]][:3] == [
        ("2026-09-18", False),
        ("2026-09-19", False),
        ("2026-09-20", True),
    ]
    assert found["days"][2]["reason"] == "调休上班，计第1日"


def test_a_year_without_a_notice_is_provisional() -> None:
    code, out, _ = run("--region", "410300", "--clock", "approval", "--from", "2026-12-23", "--json")
    assert (code, json.loads(out)["provisional"], json.loads(out)["due_date"]) == (0, True, "2027-01-07")
    _, text, _ = run("--region", "410300", "--clock", "approval", "--from", "2026-12-23")
    assert "暂定：所及年度的放假通知尚未发布" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--region", "999999", "--clock", "financing", "--from", "2026-09-18"), "410300 Luoyang, Henan"),
        (("--region", "530100", "--clock", "speed", "--from", "2026-09-18"), "530100 financing"),
        (("--region", "530100", "--clock", "approval", "--from", "2026-09-18"), "只有 financing"),
        (("--region", "420105", "--clock", "financing", "--from", "2026-09-18"), "530100 financing"),
        (("--region", "530100", "--clock", "financing", "--from", "2026-02-30"), "YYYY-MM-DD"),
        (("--region", "530100", "--clock", "financing", "--from", "soon"), "YYYY-MM-DD"),
        (("--region", "530100", "--clock", "financing", "--from", "2019-12-31"), "2020"),
        (("--region", "530100", "--clock", "financing", "--from", "9999-12-31"), "2020-01-01至2040-12-31"),
        (("--region", "530100", "--clock", "financing", "--from", "9999-12-31"), "from 2020-01-01 to 2040-12-31"),
        ((*KUNMING, "--as-known-on", "x"), "--as-known-on x"),
    ],
)
def test_what_does_not_exist_is_refused_in_one_line_that_says_what_does(arguments: tuple[str, ...], says: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert says in err


def test_an_error_is_one_line_whatever_the_terminals_width() -> None:
    command = [sys.executable, "-m", "zhengcaidai", "deadline", "--region", "1", "--clock", "x", "--from", "2026-01-05"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env={"COLUMNS": "40", "PATH": ""})
    assert (found.returncode, len(found.stderr.splitlines())) == (2, 1)


@pytest.mark.clause("kunming/6#1")
def test_before_the_regions_text_took_effect_it_says_that_this_is_arithmetic_only() -> None:
    code, out, err = run("--region", "530100", "--clock", "financing", "--from", "2020-01-20", "--json")
    assert (code, json.loads(out)["rule_in_force"], json.loads(out)["due_date"]) == (0, False, "2020-02-04")
    assert "2022-09-29" in err


def test_as_known_on_leaves_out_what_was_published_later() -> None:
    _, out, _ = run("--region", "530100", "--clock", "financing", "--from", "2020-01-20", "--as-known-on", "2020-01-20")
    assert "截止2020年2月1日24时" in out


@pytest.mark.clause("kunming/4.2")
def test_a_limit_that_knows_no_repeat_loans_says_that_repeat_changes_nothing() -> None:
    luoyang = ("--region", "410300", "--clock", "approval", "--from", "2026-09-18")
    code, out, err = run(*luoyang, "--repeat")
    assert (code, out) == (0, run(*luoyang)[1])
    assert "没有再次贷款的单独时限" in err
    assert "--repeat changes nothing" in err
    assert run(*KUNMING, "--repeat")[2] == ""
