"""Opening an uploaded file in a process of its own, with little memory and time, since the file may be hostile."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

__all__ = ["Findings", "inspect"]

_PROGRAM = Path(__file__).with_name("decoding.py")
_WALL_SECONDS = 30


@dataclass(frozen=True)
class Findings:
    """What opening a file showed; `fault` is the decoder's complaint, if it could not be opened."""

    fault: str = ""
    width_px: int = 0
    height_px: int = 0
    pages: int = 0
    encrypted: bool = False
    active: tuple[str, ...] = ()


_FINDINGS = TypeAdapter(Findings)


def inspect(data: bytes, media_type: str, max_pixels: int) -> Findings:
    """Open `data` as `media_type` (image/jpeg, image/png or application/pdf).

    Never raises for what the file contains: one that crashes the decoder or uses up its memory or time has a fault.
    """
    command = [sys.executable, "-I", str(_PROGRAM), media_type, str(max_pixels)]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=_WALL_SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        return Findings(fault=f"not opened within {_WALL_SECONDS} s")
    if child.returncode != 0:
        return Findings(fault=f"the decoder stopped with status {child.returncode}")
    return _FINDINGS.validate_json(child.stdout)
