"""Build the official Temporal server and UI from their Go modules, once, and keep them by the hash of their making.

`tools/temporal/go.mod` says which, `go.sum` with what checksums; `-mod=readonly` makes Go refuse anything else.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from zhengcaidai.devserver.cache import cache_dir
from zhengcaidai.devserver.errors import BuildFailed

__all__ = ["BuildFailed", "Programs", "build", "built"]

_MODULE = Path(__file__).parents[2] / "tools" / "temporal"
_PACKAGES = {
    "temporal-server": "go.temporal.io/server/cmd/server",
    "temporal-ui-server": "github.com/temporalio/ui-server/v2/cmd/server",
    "temporal-sql-tool": "go.temporal.io/server/cmd/tools/sql",
}
_FLAGS = ("-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w")


@dataclass(frozen=True, slots=True)
class Programs:
    """The built programs: the server, its web UI, and the tool that prepares a PostgreSQL database for it."""

    server: Path
    ui: Path
    sql_tool: Path


def built() -> Programs | None:
    """The programs, if an earlier run has built them from the same pins with the same Go."""
    try:
        directory = _directory()
    except BuildFailed:
        return None
    return _programs(directory) if directory.is_dir() else None


def build() -> Programs:
    """Build what is not built yet: two to five minutes, once; a progress display on stderr.

    Two who build at once do not collide: the second waits for the first and uses its result.

    Raises:
        BuildFailed: with the reason.
    """
    directory = _directory()
    directory.parent.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True, soft_wrap=True)
    with _locked(directory.with_suffix(".lock"), console):
        if not directory.is_dir():
            console.print("Building the Temporal server and UI from their Go modules: two to five minutes, this once.")
            # Of this name and under the lock, so that whatever a killed build has left is swept away here.
            unfinished = directory.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            try:
                _build_into(unfinished, console)
                unfinished.rename(directory)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)
            console.print(f"Built: {directory}")
    return _programs(directory)


def _build_into(directory: Path, console: Console) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        step = progress.add_task("downloading modules", total=None)
        stale = "{{if .Stale}}{{.ImportPath}}{{end}}"
        to_compile = _run("list", "-deps", "-f", stale, *_FLAGS, *_PACKAGES.values()).split()
        progress.update(step, description="compiling", total=len(to_compile))
        for name, package in _PACKAGES.items():
            for _ in _lines("build", "-v", *_FLAGS, "-o", str(directory / name), package):
                progress.advance(step)


def _programs(directory: Path) -> Programs:
    return Programs(*(directory / name for name in _PACKAGES))


def _directory() -> Path:
    recipe = hashlib.sha256()
    for file in ("go.mod", "go.sum"):
        recipe.update((_MODULE / file).read_bytes())
    recipe.update(repr(_FLAGS).encode())
    recipe.update(_run("env", "GOVERSION", "GOOS", "GOARCH").encode())
    return cache_dir() / recipe.hexdigest()


@contextlib.contextmanager
def _locked(path: Path, console: Console) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("Another process is building the Temporal server; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*arguments: str) -> str:
    return "\n".join(_lines(*arguments, stdout=True))


def _lines(*arguments: str, stdout: bool = False) -> Iterator[str]:
    """Run `go` in the module and yield the lines of one of its streams as they come."""
    go = shutil.which("go")
    if go is None:
        raise BuildFailed(
            "no `go` on PATH; install Go (https://go.dev/dl), the version that tools/temporal/go.mod names"
        )
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [go, *arguments], cwd=_MODULE, text=True, stdin=subprocess.DEVNULL, env={**os.environ, "GOWORK": "off"},
            stdout=subprocess.PIPE, stderr=errors if stdout else subprocess.STDOUT,
        )  # fmt: skip
        said: list[str] = []
        assert process.stdout is not None
        with process.stdout as stream:
            for line in stream:
                said.append(line.rstrip("\n"))
                yield said[-1]
        if process.wait() != 0:
            errors.seek(0)
            complaint = "\n".join((*said[-10:], errors.read().strip())).strip()
            raise BuildFailed(f"`go {arguments[0]}` failed with status {process.returncode}: {complaint}")
