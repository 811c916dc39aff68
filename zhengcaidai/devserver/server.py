"""A Temporal server for a local system and for tests: started by us, or one that is already running."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from temporalio.client import Client
from temporalio.service import RPCError

from zhengcaidai.devserver.errors import NotReady
from zhengcaidai.devserver.namespace import SearchAttributes, prepare_namespace
from zhengcaidai.devserver.ports import Ports, require_free
from zhengcaidai.devserver.processes import Child, Processes
from zhengcaidai.devserver.server_config import (
    ServerSetup,
    command_arguments,
    forget_members,
    write_server_config,
    write_ui_config,
)
from zhengcaidai.devserver.sources import Attached, Built, Command, find_source

__all__ = ["TemporalServer"]

_READY_WITHIN_S = 60
_ATTACH_WITHIN_S = 10


@dataclass(frozen=True, slots=True)
class TemporalServer:
    """A server that answers, with its namespace and search attributes in place."""

    address: str
    namespace: str
    ui_url: str | None
    source: str
    """Which of the four ways it came, in words."""
    parts: tuple[Child, ...] = ()
    """The processes that were started for it: the server, and its UI where that is one of its own."""

    @classmethod
    @contextlib.asynccontextmanager
    async def running(
        cls,
        state_dir: Path,
        *,
        namespace: str,
        search_attributes: SearchAttributes,
        ports: Ports | None = None,
        ui: bool = False,
        codec_endpoint: str | None = None,
    ) -> AsyncIterator["TemporalServer"]:
        """Have a server as long as the block lasts.

        Started by us, it listens on loopback only, keeps all it knows in `state_dir` and goes on from there the next
        time. `ports` are the default ones when absent. With `TEMPORAL_ADDRESS` nothing is started or stopped: what
        that server lacks is registered. `codec_endpoint` is where the UI has payloads decrypted.

        Raises:
            NoServer: none of the ways to a server is open.
            PortTaken: one of `ports` is in use.
            ChildDied: the server ended while it started; the message has its last words.
            NotReady: it does not answer in time or refuses to be set up.
        """
        source = await find_source()
        if isinstance(source, Attached):
            await _prepare(source.address, namespace, search_attributes)
            yield cls(source.address, namespace, source.ui_url, str(source))
            return
        setup = ServerSetup(state_dir / "temporal", ports or Ports(), namespace, ui, codec_endpoint)
        require_free(setup.ports.frontend, "Temporal 服务器", "the Temporal server (gRPC)", "--temporal-port")
        if ui:
            require_free(setup.ports.ui, "Temporal UI", "the Temporal UI", "--ui-port")
        async with Processes(setup.directory) as processes:
            parts = await _start(processes, source, setup)
            await _prepare(setup.address, namespace, search_attributes)
            yield cls(setup.address, namespace, setup.ui_url, str(source), parts)


async def _start(processes: Processes, source: Built | Command, setup: ServerSetup) -> tuple[Child, ...]:
    # The programs read settings from TEMPORAL_* too; what they do is to come from our configuration alone.
    env = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    if isinstance(source, Command):
        server = shown = await processes.start("temporal", [source.path, *command_arguments(setup)], env=env)
    else:
        forget_members(setup)
        config = write_server_config(setup)
        server = shown = await processes.start(
            "temporal", [source.programs.server, "--config-file", config, "--allow-no-auth", "start"], env=env
        )
        if setup.ui:
            config = write_ui_config(setup)
            shown = await processes.start(
                "temporal-ui",
                [source.programs.ui, "--root", setup.directory, "--config", ".", "--env", config.stem, "start"],
                env=env,
            )
    await processes.until_ready(server, lambda: _server_answers(setup.address), within_s=_READY_WITHIN_S)
    if setup.ui_url:
        url = setup.ui_url
        await processes.until_ready(shown, lambda: _ui_answers(url), within_s=_READY_WITHIN_S)
    return (server,) if shown is server else (server, shown)


async def _server_answers(address: str) -> bool:
    client = await Client.connect(address, lazy=True)
    try:
        return await client.service_client.check_health(timeout=timedelta(seconds=1))
    except (RPCError, RuntimeError):
        return False


async def _ui_answers(url: str) -> bool:
    """Through to the server: the UI says that it is well before it has found the server behind it."""
    async with httpx.AsyncClient() as http:
        try:
            return (await http.get(f"{url}/api/v1/cluster-info")).is_success
        except httpx.HTTPError:
            return False


async def _prepare(address: str, namespace: str, search_attributes: SearchAttributes) -> None:
    try:
        client = await asyncio.wait_for(Client.connect(address, namespace=namespace), _ATTACH_WITHIN_S)
    except (RuntimeError, TimeoutError) as error:
        raise NotReady(
            f"Temporal 服务器 {address} 没有应答 / "
            f"no Temporal server answers at {address}: {str(error) or 'no answer in time'}"
        ) from error
    await prepare_namespace(client, search_attributes)
