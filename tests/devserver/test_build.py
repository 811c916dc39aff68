"""The server is built once from its pins, by whoever comes first, or not at all."""

import re
import shutil
import threading
from pathlib import Path

import pytest

from tests.devserver.scripts import GO, GO_OFFLINE, write_script
from zhengcaidai.devserver import build
from zhengcaidai.devserver.cache import cache_dir
from zhengcaidai.devserver.errors import BuildFailed
from zhengcaidai.devserver.sources import OLDEST_SERVER

MODULE = Path(__file__).parents[2] / "tools" / "temporal"
_DIARY = 'echo "$@" >> "${0%/*}/diary"\n'


def _builds(bin_dir: Path) -> int:
    """How often a server was compiled."""
    calls = (bin_dir / "diary").read_text().splitlines()
    return sum(call.startswith("build ") and call.endswith("go.temporal.io/server/cmd/server") for call in calls)


def test_a_second_build_finds_the_first(bin_dir: Path) -> None:
    write_script(bin_dir / "go", _DIARY + GO)
    assert build.built() is None
    programs = build.build()
    assert build.build() == programs == build.built()
    assert _builds(bin_dir) == 1


def test_two_who_build_at_once_share_one_build(bin_dir: Path) -> None:
    write_script(bin_dir / "go", _DIARY + GO)
    results: list[build.Programs] = []
    builders = [threading.Thread(target=lambda: results.append(build.build())) for _ in range(4)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert len(set(results)) == 1
    assert len(results) == len(builders)
    assert _builds(bin_dir) == 1


def test_a_failed_build_says_why_and_leaves_nothing(bin_dir: Path) -> None:
    write_script(bin_dir / "go", GO_OFFLINE)
    with pytest.raises(BuildFailed, match=r"`go list` failed with status 1: go: dial tcp: .* no such host"):
        build.build()
    assert [file for file in cache_dir().iterdir() if file.suffix != ".lock"] == []


@pytest.mark.parametrize("changed", ["go.mod", "go.sum"])
def test_other_pins_are_another_build(
    bin_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    write_script(bin_dir / "go", GO)
    first = build.build()
    module = tmp_path / "module"
    shutil.copytree(MODULE, module)
    with (module / changed).open("a") as pins:
        pins.write("\n")
    monkeypatch.setattr(build, "_MODULE", module)
    assert build.built() is None
    assert build.build() != first


def test_another_go_is_another_build(bin_dir: Path) -> None:
    write_script(bin_dir / "go", GO)
    first = build.build()
    write_script(bin_dir / "go", GO.replace("go1.26.8", "go1.27.0"))
    assert build.build() != first


def test_the_pinned_server_has_the_test_clock() -> None:
    pinned = re.search(r"go\.temporal\.io/server v(\d+)\.(\d+)\.(\d+)\b", (MODULE / "go.mod").read_text())
    assert pinned is not None
    assert tuple(map(int, pinned.groups())) >= OLDEST_SERVER
