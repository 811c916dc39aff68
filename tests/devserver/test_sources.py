"""The server comes from the first open way of four; none open is one error that names all four."""

from pathlib import Path

import pytest

from tests.devserver.scripts import GO, GO_OFFLINE, GO_TOO_OLD, temporal, write_script
from zhengcaidai.devserver import NoServer, download
from zhengcaidai.devserver.cache import cache_dir
from zhengcaidai.devserver.sources import Attached, Built, Command, find_source, server_version

NEW, OLD = temporal("1.32.0"), temporal("1.29.1")


def _put_downloaded(script: str) -> Path:
    return write_script(cache_dir() / f"cli-{download.VERSION}" / f"temporal-{download.VERSION}", script)


@pytest.mark.parametrize(
    ("address", "on_path", "downloaded", "go", "expected"),
    [
        ("10.0.0.1:7233", NEW, NEW, GO, "Attached"),
        ("10.0.0.1:7233", None, None, None, "Attached"),
        ("", NEW, NEW, GO, "Command on PATH"),
        (None, NEW, None, None, "Command on PATH"),
        (None, temporal("1.33.0"), None, None, "Command on PATH"),
        (None, temporal("2.0.0"), None, None, "Command on PATH"),
        (None, OLD, NEW, GO, "Command downloaded by the SDK"),
        (None, None, NEW, GO, "Command downloaded by the SDK"),
        (None, "echo temporal version 1.9.1", None, GO, "Built"),
        (None, "exit 1", None, GO, "Built"),
        (None, OLD, OLD, GO, "Built"),
        (None, None, None, GO, "Built"),
    ],
)
async def test_the_first_open_way_is_taken(
    bin_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str | None,
    on_path: str | None,
    downloaded: str | None,
    go: str | None,
    expected: str,
) -> None:
    if address is not None:
        monkeypatch.setenv("TEMPORAL_ADDRESS", address)
    if on_path is not None:
        write_script(bin_dir / "temporal", on_path)
    if downloaded is not None:
        _put_downloaded(downloaded)
    if go is not None:
        write_script(bin_dir / "go", go)
    match await find_source():
        case Attached(found):
            assert (expected, found) == ("Attached", address)
        case Command(path, came_by):
            assert f"Command {came_by}" == expected
            assert path.is_file()
        case Built(programs):
            assert expected == "Built"
            assert programs.server.is_file()
            assert programs.ui.is_file()


async def test_what_is_on_disk_goes_before_what_must_be_fetched(bin_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_script(bin_dir / "go", GO)
    first = await find_source()

    async def fetched() -> Path:
        raise AssertionError("the network was asked although a built server lay there")

    monkeypatch.setattr(download, "download", fetched)
    assert await find_source() == first


@pytest.mark.parametrize(
    ("on_path", "go", "lacks"),
    [
        (None, None, ["no such command", "temporal.download cannot be reached", "no `go` on PATH"]),
        (OLD, GO_OFFLINE, ["carries server 1.29.1; 1.32.0 or newer is needed", "no such host"]),
        ("echo nonsense", GO_TOO_OLD, ["names no server", "go.mod requires go >= 1.26.8"]),
    ],
)
async def test_none_open_is_one_error_with_the_four_ways_and_what_each_lacked(
    bin_dir: Path, on_path: str | None, go: str | None, lacks: list[str]
) -> None:
    if on_path is not None:
        write_script(bin_dir / "temporal", on_path)
    if go is not None:
        write_script(bin_dir / "go", go)
    with pytest.raises(NoServer) as refused:
        await find_source()
    message = str(refused.value)
    for way in ("1. TEMPORAL_ADDRESS: not set", "2. `temporal` on PATH", "3. the SDK's download", "4. build from Go"):
        assert way in message
    for lack in lacks:
        assert lack in message


async def test_a_command_that_cannot_be_run_has_no_version(bin_dir: Path) -> None:
    broken = bin_dir / "temporal"
    broken.write_bytes(b"\x7fELF but no more")
    broken.chmod(0o755)
    assert await server_version(broken) is None
