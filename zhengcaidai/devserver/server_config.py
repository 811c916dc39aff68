"""The configuration of a Temporal server that we start ourselves: one process, SQLite on disk, loopback only."""

import contextlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from zhengcaidai.devserver.ports import LOOPBACK, Ports, free_ports

__all__ = [
    "DYNAMIC_CONFIG",
    "ServerSetup",
    "command_arguments",
    "forget_members",
    "write_server_config",
    "write_ui_config",
]

DYNAMIC_CONFIG: Mapping[str, bool | int | str] = {
    # The test clock: one workflow's time can be moved on.
    "frontend.WorkflowTimeSkippingEnabled": True,
    # A year of daily reminders is more than the default of 200 timers in one move.
    "frontend.WorkflowTimeSkippingMaxSkipPerSession": 10_000,
    # Each timer that a move passes takes as long as this, by default a second; on one machine clocks do not differ.
    "history.timerProcessorMaxTimeShift": "10ms",
    # A new namespace and new search attributes are usable at once.
    "system.namespaceCacheRefreshInterval": "200ms",
    "system.forceSearchAttributesCacheRefreshOnRead": True,
}

_DATABASE = "temporal.db"
_HISTORY_SHARDS = 4
_SERVICES = ("frontend", "history", "matching", "worker")


@dataclass(frozen=True, slots=True)
class ServerSetup:
    """What is the same for a built server and for the `temporal` command."""

    directory: Path
    ports: Ports
    namespace: str
    ui: bool
    codec_endpoint: str | None

    @property
    def address(self) -> str:
        """Where the server takes gRPC calls."""
        return f"{LOOPBACK}:{self.ports.frontend}"

    @property
    def ui_url(self) -> str | None:
        """Where a browser finds the UI, if it is wanted."""
        return f"http://{LOOPBACK}:{self.ports.ui}" if self.ui else None


def write_server_config(setup: ServerSetup) -> Path:
    """Write `server.yaml` and its dynamic configuration; return the path of the first."""
    dynamic = setup.directory / "dynamic.yaml"
    dynamic.write_text(yaml.safe_dump({key: [{"value": value}] for key, value in DYNAMIC_CONFIG.items()}))
    store = {"sql": _sqlite(setup.directory / _DATABASE)}
    config = {
        "log": {"stdout": True, "level": "warn"},
        "persistence": {
            "defaultStore": "default",
            "visibilityStore": "visibility",
            "numHistoryShards": _HISTORY_SHARDS,
            "datastores": {"default": store, "visibility": store},
        },
        "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK}},
        "services": _services(setup.ports),
        "clusterMetadata": _cluster(setup.address),
        "dcRedirectionPolicy": {"policy": "noop"},
        "dynamicConfigClient": {"filepath": str(dynamic), "pollInterval": "60s"},
    }
    path = setup.directory / "server.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return path


def forget_members(setup: ServerSetup) -> None:
    """Strike the last run's services from the database: the server would otherwise spend its first minute looking for
    them at the ports that they had.
    """
    if not (database := setup.directory / _DATABASE).exists():
        return
    # No such table, or no database at all: the server itself says best what is wrong with its own file.
    with contextlib.suppress(sqlite3.DatabaseError), contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("DELETE FROM cluster_membership")
        connection.commit()


def write_ui_config(setup: ServerSetup) -> Path:
    """Write `ui.yaml` and return its path."""
    codec = {"codec": {"endpoint": setup.codec_endpoint, "includeCredentials": True}} if setup.codec_endpoint else {}
    config = {
        "temporalGrpcAddress": setup.address,
        "host": LOOPBACK,
        "port": setup.ports.ui,
        "enableUi": True,
        "defaultNamespace": setup.namespace,
        "disableNewsFetch": True,
        # The token against cross-site requests must reach the browser over plain HTTP, which loopback is.
        "cors": {"allowOrigins": [setup.ui_url], "cookieInsecure": True},
        **codec,
    }
    path = setup.directory / "ui.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return path


def command_arguments(setup: ServerSetup) -> Sequence[str]:
    """What the `temporal` command is told, to be the same server as the one configured by file.

    Not the namespace: the command would register it to keep closed workflows for a day.
    """
    arguments = [
        "server", "start-dev", f"--ip={LOOPBACK}", f"--port={setup.ports.frontend}",
        f"--db-filename={setup.directory / 'temporal-command.db'}", "--sqlite-pragma=journal_mode=wal",
        "--log-level=warn",
    ]  # fmt: skip
    arguments += [f"--dynamic-config-value={key}={json.dumps(value)}" for key, value in DYNAMIC_CONFIG.items()]
    if not setup.ui:
        return [*arguments, "--headless"]
    if setup.codec_endpoint:
        arguments.append(f"--ui-codec-endpoint={setup.codec_endpoint}")
    return [*arguments, f"--ui-ip={LOOPBACK}", f"--ui-port={setup.ports.ui}"]


def _services(ports: Ports) -> Mapping[str, object]:
    inner = iter(free_ports(2 * len(_SERVICES)))
    services = {
        name: {"grpcPort": next(inner), "membershipPort": next(inner), "bindOnIP": LOOPBACK} for name in _SERVICES
    }
    services["frontend"]["grpcPort"] = ports.frontend
    return {name: {"rpc": rpc} for name, rpc in services.items()}


def _cluster(address: str) -> Mapping[str, object]:
    return {
        "enableGlobalNamespace": False,
        "failoverVersionIncrement": 10,
        "masterClusterName": "active",
        "currentClusterName": "active",
        "clusterInformation": {
            "active": {"enabled": True, "initialFailoverVersion": 1, "rpcName": "frontend", "rpcAddress": address}
        },
    }


def _sqlite(path: Path) -> Mapping[str, object]:
    return {
        "pluginName": "sqlite",
        "databaseName": str(path),
        "connectAddr": "localhost",
        "connectProtocol": "tcp",
        "connectAttributes": {
            "mode": "rwc",
            "cache": "private",
            "setup": "true",
            "journal_mode": "wal",
            "synchronous": "normal",
        },
        "maxConns": 1,
        "maxIdleConns": 1,
        "maxConnLifetime": "1h",
    }
