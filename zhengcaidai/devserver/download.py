"""The `temporal` command as the SDK downloads it from Temporal's own site, kept in our cache."""

import asyncio
import os
from pathlib import Path

import httpx
from temporalio.testing import WorkflowEnvironment

from zhengcaidai.devserver.cache import cache_dir

__all__ = ["VERSION", "DownloadFailed", "download", "downloaded"]

VERSION = "v1.9.1"
"""The release whose server and UI are the ones pinned in `tools/temporal/go.mod`."""

_SITE = "https://temporal.download"
_REACH_SECONDS = 5
_DOWNLOAD_SECONDS = 180


class DownloadFailed(Exception):
    """The site cannot be reached, or what came from it does not start."""


def downloaded() -> Path | None:
    """The command, if an earlier run has fetched it."""
    found = [file for file in _directory().glob("temporal*") if file.is_file() and os.access(file, os.X_OK)]
    return found[0] if found else None


async def download() -> Path:
    """Fetch the command, unless the site is out of reach: that is found out in seconds.

    Raises:
        DownloadFailed: with the reason.
    """
    try:
        async with httpx.AsyncClient(timeout=_REACH_SECONDS, follow_redirects=True) as http:
            (await http.get(f"{_SITE}/cli/{VERSION}", params={"platform": "linux", "arch": "amd64"})).raise_for_status()
    except httpx.HTTPError as error:
        raise DownloadFailed(f"{_SITE} cannot be reached ({type(error).__name__}: {error})") from error
    directory = _directory()
    directory.mkdir(parents=True, exist_ok=True)
    try:
        # The SDK downloads only by starting a server; that one is ended at once and ours started from the same file.
        environment = await asyncio.wait_for(
            WorkflowEnvironment.start_local(download_dest_dir=str(directory), dev_server_download_version=VERSION),
            _DOWNLOAD_SECONDS,
        )
        await environment.shutdown()
    except (RuntimeError, TimeoutError) as error:
        raise DownloadFailed(f"{_SITE} did not yield a command that starts: {error}") from error
    if (found := downloaded()) is None:
        raise DownloadFailed(f"the SDK left no temporal command in {directory}")
    return found


def _directory() -> Path:
    return cache_dir() / f"cli-{VERSION}"
