"""Where downloaded and built servers are kept: outside the checkout, so that every checkout shares them."""

import os
from pathlib import Path

__all__ = ["cache_dir"]


def cache_dir() -> Path:
    """`zhengcaidai/temporal` in the user's cache directory (XDG)."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "zhengcaidai" / "temporal"
