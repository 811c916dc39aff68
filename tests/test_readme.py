"""What the documents promise is so: commands print what they are said to print, links lead somewhere, names exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
DOCUMENTS = (
    *READMES,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "docs").rglob("*.md"))),
)


def _shown_commands(readme: str) -> list[tuple[str, str]]:
    blocks = re.findall(
        r"^```\n\$ (.+?)\n(.*?)^```", (ROOT / readme).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [(command, printed.strip()) for command, printed in blocks]


@pytest.mark.parametrize("readme", READMES)
def test_a_command_prints_what_the_readme_shows(readme: str) -> None:
    shown = _shown_commands(readme)
    assert shown
    for command, printed in shown:
        program, *arguments = shlex.split(command)
        assert program == ".venv/bin/python"
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == printed


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_and_paths_of_a_document_lead_somewhere(document: str) -> None:
    path = ROOT / document
    text = path.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    missing = [link for link in links if link and not (path.parent / link).exists()]
    named = re.findall(r"`((?:zhengcaidai|workflows|activities|tests|tools|docs|benchmarks)/[\w./-]+)`", text)
    missing += [name for name in named if not (ROOT / name).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_make_targets_and_commands_that_a_document_names_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = set(re.findall(r"`make ([a-z]+)`|^make ([a-z]+)$", text, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{first or second}:", makefile, re.MULTILINE) for first, second in targets)
    from zhengcaidai.cli import COMMANDS

    assert set(re.findall(r"python -m zhengcaidai ([a-z]+)", text)) <= set(COMMANDS)


def test_both_readmes_tell_the_same() -> None:
    english, chinese = ((ROOT / readme).read_text(encoding="utf-8") for readme in READMES)
    for pattern in (r"^## ", r"^\| ", r"^- ", r"^```"):
        assert len(re.findall(pattern, english, re.MULTILINE)) == len(re.findall(pattern, chinese, re.MULTILINE)), (
            pattern
        )
