"""`python -m zhengcaidai calendar load` with a file that is none: one line, in both languages, and exit status 2."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from zhengcaidai.cli.calendar import calendar_app

_REST = '\n[[rest]]\nholidays = ["new_year"]\nfirst = 2027-01-01\nlast = 2027-01-03\n'


@pytest.mark.parametrize(
    ("content", "says_zh", "says_en"),
    [
        (None, "没有这个文件：", "No such file or directory"),
        (b"\xff\xfe", "不是 UTF-8 文本", "is not text in UTF-8"),
        (b"# 2027\nyear 2027\n", "2027.toml 不是有效的 TOML（第2行第6列）", "2027.toml is not valid TOML"),
        (b"year = 2027\nsample = true\n", "2027.toml rest：缺少这个字段", "the field is missing"),
        (f'year = "next"\nsample = true{_REST}'.encode(), "2027.toml:1 year：应为整数", "2027.toml:1 year: "),
        (f"year = 1027\nsample = true{_REST}".encode(), "2027.toml:1 year：应不小于 2000（所给：1027）", "given: 1027"),
    ],
)
def test_a_broken_file_is_told_by_place_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, says_zh: str, says_en: str
) -> None:
    monkeypatch.setenv("ZHENGCAIDAI_SANDBOX", "true")
    file = tmp_path / "2027.toml"
    if content is not None:
        file.write_bytes(content)
    found = CliRunner().invoke(calendar_app, ["load", str(file)])
    assert (found.exit_code, found.stdout, len(found.stderr.splitlines())) == (2, "", 1)
    assert says_zh in found.stderr
    assert says_en in found.stderr
