"""The whole system on one machine: Temporal server and UI, outside systems' sandbox, worker, API, each a process.

Behind `make up`, `make demo`, `make bench` and the end-to-end tests: one way to have everything running.
"""

import contextlib
import os
import shlex
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Self

import httpx

from zhengcaidai.devserver.ports import LOOPBACK, Ports, free_ports, require_free
from zhengcaidai.devserver.processes import Child, Processes
from zhengcaidai.devserver.server import TemporalServer
from zhengcaidai.temporal import NAMESPACE, SEARCH_ATTRIBUTES

__all__ = ["LocalSystem", "SystemPorts"]

CHECKOUT = Path(__file__).resolve().parents[2]
"""`worker.py` and `api.py` are run from here."""

_READY_WITHIN_S = 60
_MOST_DEATHS, _DEATHS_WITHIN_S = 3, 60
"""Whatever ends so often does not get better by being started again."""
_SMS_ACCOUNT, _SMS_SECRET = "AC00000000000000000000000000005a4d", "sandbox-only-sms-token"
"""The sandbox gateway's own account, as in sandbox/settings.py: it opens nothing else."""


@dataclass(frozen=True, slots=True)
class SystemPorts:
    """Where everything listens, all on loopback."""

    temporal: Ports = field(default_factory=Ports)
    sandbox: int = 8900
    api: int = 8000

    @classmethod
    def free(cls) -> Self:
        """Ports nobody uses, for tests and for runs side by side."""
        frontend, ui, sandbox, api = free_ports(4)
        return cls(Ports(frontend, ui), sandbox, api)


@dataclass(slots=True)
class LocalSystem:
    """A running system; `start_api` and `start_worker` are also for those who try what it survives."""

    server: TemporalServer
    ports: SystemPorts
    environment: dict[str, str]
    state_dir: Path
    _processes: Processes
    workers: list[Child] = field(default_factory=list)
    """Every worker that was started, those that have ended among them."""
    apis: list[Child] = field(default_factory=list)
    """Likewise."""
    _sandboxes: int = 0

    @property
    def api_url(self) -> str:
        """The engine's API."""
        return f"http://{LOOPBACK}:{self.ports.api}"

    @property
    def settings_file(self) -> Path:
        """The settings of this system, for commands on the same machine: `set -a; . FILE; set +a`."""
        return self.state_dir / "settings.env"

    @property
    def sandbox_url(self) -> str:
        """The outside systems."""
        return f"http://{LOOPBACK}:{self.ports.sandbox}"

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls, state_dir: Path, *, ports: SystemPorts | None = None, ui: bool = True
    ) -> AsyncIterator["LocalSystem"]:
        """Start everything, in order; all is stopped, in reverse, when the block ends. State stays in `state_dir`.

        Raises:
            NoServer, PortTaken, ChildDied, NotReady: each says which part, and where its log is.
        """
        ports = ports or SystemPorts()
        state_dir = Path(os.path.abspath(state_dir))  # noqa: ASYNC240, PTH100 - looks at no disk
        require_free(ports.sandbox, "外部系统", "the outside systems' sandbox", "--sandbox-port")
        require_free(ports.api, "API", "the API", "--api-port")
        codec = f"http://{LOOPBACK}:{ports.api}/codec"
        async with (
            TemporalServer.running(
                state_dir,
                namespace=NAMESPACE,
                search_attributes=SEARCH_ATTRIBUTES,
                ports=ports.temporal,
                ui=ui,
                codec_endpoint=codec,
            ) as server,
            Processes(state_dir / "logs") as processes,
        ):
            system = cls(server, ports, _environment(server, ports, state_dir), state_dir, processes)
            system.settings_file.write_text(_as_file(system.environment), encoding="utf-8")
            await system._start_sandbox()
            await system.start_api()
            await system.start_worker()
            yield system

    async def _start_sandbox(self) -> None:
        child = await self._launch_sandbox()
        await self._processes.until_ready(
            child, lambda: _answers(f"{self.sandbox_url}/health"), within_s=_READY_WITHIN_S
        )

    async def _launch_sandbox(self) -> Child:
        self._sandboxes += 1
        command = ["-m", "zhengcaidai.sandbox", "--port", str(self.ports.sandbox)]
        command += ["--state-dir", str(self.state_dir / "sandbox"), "--engine-url", self.api_url]
        name = "sandbox" if self._sandboxes == 1 else f"sandbox-{self._sandboxes}"
        return await self._python(name, *command)

    async def start_api(self) -> Child:
        """The API; one more, after the last one has ended. Returns when it answers."""
        child = await self._launch_api()
        await self._processes.until_ready(child, lambda: _answers(f"{self.api_url}/health"), within_s=_READY_WITHIN_S)
        return child

    async def _launch_api(self) -> Child:
        uvicorn = ["-m", "uvicorn", "api:app", "--host", LOOPBACK, "--port", str(self.ports.api)]
        name = f"api-{len(self.apis) + 1}"
        child = await self._python(name, *uvicorn, "--log-level", "warning", "--timeout-graceful-shutdown", "3")
        self.apis.append(child)
        return child

    async def start_worker(self) -> Child:
        """One more worker."""
        child = await self._python(f"worker-{len(self.workers) + 1}", "worker.py")
        self.workers.append(child)
        return child

    async def _python(self, name: str, *arguments: str) -> Child:
        return await self._processes.start(name, [sys.executable, *arguments], env=self.environment, cwd=CHECKOUT)

    async def until_interrupted(self, tell: Callable[[str], None]) -> None:
        """Wait for Ctrl-C. A worker, the API or the sandbox that ends by itself is started again, and `tell` told so.

        Raises ChildDied: the Temporal server or its UI ended; or a part did for the third time within a minute.
        """
        launch = {"sandbox": self._launch_sandbox, "api": self._launch_api, "worker": self.start_worker}
        deaths: dict[str, list[float]] = {part: [] for part in launch}

        async def again(dead: Child) -> None:
            part = dead.name.partition("-")[0]
            now = monotonic()
            deaths[part] = [each for each in deaths[part] if now - each < _DEATHS_WITHIN_S] + [now]
            if len(deaths[part]) >= _MOST_DEATHS:
                raise dead.died()
            started, (zh, en) = await launch[part](), dead.ending()
            tell(
                f"{dead.name} {zh}（日志 {dead.log_path}），已重新启动为 {started.name} / "
                f"{dead.name} {en} (log {dead.log_path}); started again as {started.name}"
            )

        await self._processes.until_interrupted(beside=self.server.parts, again=again)


def _environment(server: TemporalServer, ports: SystemPorts, state_dir: Path) -> dict[str, str]:
    sandbox = f"http://{LOOPBACK}:{ports.sandbox}"
    own = {
        "SANDBOX": "true",
        "STATE_DIR": str(state_dir),
        "TEMPORAL_ADDRESS": server.address,
        "TEMPORAL_NAMESPACE": server.namespace,
        "TEMPORAL_UI_URL": server.ui_url or "",
        "SANDBOX_URL": sandbox,
        "ISSUER": f"{sandbox}/issuer",
        "PUBLIC_URL": f"http://{LOOPBACK}:{ports.api}",
        "TWILIO_ACCOUNT_SID": _SMS_ACCOUNT,
        "TWILIO_AUTH_TOKEN": _SMS_SECRET,
        "TWILIO_FROM": "+8613800000000",
        "TWILIO_BASE_URL": f"{sandbox}/sms",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZHENGCAIDAI_")}
    return inherited | {f"ZHENGCAIDAI_{name}": value for name, value in own.items()} | {"PYTHONUNBUFFERED": "1"}


def _as_file(environment: Mapping[str, str]) -> str:
    own = {name: value for name, value in environment.items() if name.startswith("ZHENGCAIDAI_")}
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in own.items())


async def _answers(url: str) -> bool:
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(url, timeout=2)).is_success
        except httpx.HTTPError:
            return False
