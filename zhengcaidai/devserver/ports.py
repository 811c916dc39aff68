"""Which ports the Temporal server and its UI listen on."""

import random
import socket
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self

from zhengcaidai.devserver.errors import DevServerError, PortTaken

__all__ = ["LOOPBACK", "Ports", "free_ports", "port_variable", "require_free"]

LOOPBACK = "127.0.0.1"

# Below the range from which Linux (32768–60999) and macOS (49152–65535) hand out ports for outgoing connections: a port
# found free here is not given away between our look and the child's bind.
_SEARCHED = range(20_000, 32_000)
_ATTEMPTS = 500
_CHANCE = random.SystemRandom()
"""Not the process's own: two processes with the same seed (test runs have one) would look for the same ports at once."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The two ports that people and programs are told; the server's inner ones are found free at each start."""

    frontend: int = 7233
    ui: int = 8233

    @classmethod
    def free(cls) -> Self:
        """Two ports nobody uses, for tests and for runs side by side."""
        return cls(*free_ports(2))


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback interface that nobody listens on.

    Raises:
        DevServerError: the machine has not so many.
    """
    found: list[int] = []
    with ExitStack() as held:
        for port in _CHANCE.sample(_SEARCHED, _ATTEMPTS):
            if len(found) == count:
                break
            if (listening := _try_bind(port)) is not None:
                held.enter_context(listening)
                found.append(port)
    if len(found) < count:
        raise DevServerError(
            f"no {count} free ports found on {LOOPBACK} between {_SEARCHED.start} and {_SEARCHED.stop - 1}"
        )
    return found


def require_free(port: int, purpose_zh: str, purpose_en: str, option: str) -> None:
    """Refuse to go on when `port` is in use; `option` is that of `zhengcaidai up` which chooses another.

    Raises:
        PortTaken: naming the port, its purpose, the option and the variable that stands for it.
    """
    listening = _try_bind(port)
    if listening is None:
        raise PortTaken(
            f"{LOOPBACK} 的端口 {port}（{purpose_zh}）已被其他程序占用：结束该程序，或另选端口（{option} 或环境变量 "
            f"{port_variable(option)}） / port {port} on {LOOPBACK}, wanted for {purpose_en}, is taken by another "
            f"process: end that one, or choose another port with {option} or {port_variable(option)}=…"
        )
    listening.close()


def port_variable(option: str) -> str:
    """The environment variable that stands for an option of `zhengcaidai up`, for whoever says `make up`."""
    return f"ZHENGCAIDAI_UP_{option.removeprefix('--').replace('-', '_').upper()}"


def _try_bind(port: int) -> socket.socket | None:
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # A port in TIME_WAIT after our own last run is free; one that is listened on is not, with this option either.
    candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        candidate.bind((LOOPBACK, port))
        candidate.listen(1)
    except OSError:
        candidate.close()
        return None
    return candidate
