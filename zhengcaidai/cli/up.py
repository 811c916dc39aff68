"""`python -m zhengcaidai up`: the whole system until Ctrl-C; the next `up` goes on from the state that it leaves."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from zhengcaidai.cli.seeding import operator_link, register_products
from zhengcaidai.cli.views import saved_views
from zhengcaidai.devserver import DevServerError, Ports, port_variable
from zhengcaidai.devserver.system import LocalSystem, SystemPorts

__all__ = ["print_addresses", "up_command"]


def _port(option: str, help_text: str) -> Any:
    return typer.Option(option, envvar=port_variable(option), min=1, max=65535, help=help_text)


def up_command(
    state_dir: Annotated[Path, typer.Option(help="状态目录 / where everything is kept")] = Path(".state"),
    api_port: Annotated[int, _port("--api-port", "API 端口 / port of the API")] = 8000,
    sandbox_port: Annotated[int, _port("--sandbox-port", "外部系统端口 / port of the outside systems")] = 8900,
    temporal_port: Annotated[int, _port("--temporal-port", "Temporal 端口 / port of the Temporal server")] = 7233,
    ui_port: Annotated[int, _port("--ui-port", "Temporal UI 端口 / port of the Temporal UI")] = 8233,
) -> None:
    """启动整套系统，Ctrl-C 停止 / start the whole system, Ctrl-C stops it."""
    ports = SystemPorts(Ports(temporal_port, ui_port), sandbox_port, api_port)
    try:
        asyncio.run(_up(state_dir, ports))
    except DevServerError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)


async def _up(state_dir: Path, ports: SystemPorts) -> None:
    console = Console()
    async with LocalSystem.running(state_dir, ports=ports) as system:
        await register_products(system)
        await print_addresses(system, console)
        console.print(
            "\nCtrl-C 停止；下次 `make up` 从这里继续 / stops; the next `make up` goes on from here", soft_wrap=True
        )
        await system.until_interrupted(lambda line: console.print(line, soft_wrap=True, highlight=False, markup=False))
        console.print("正在停止 / stopping …")


async def print_addresses(system: LocalSystem, console: Console) -> None:
    """Where to look: API, Temporal UI with its saved views, the outside systems."""
    lines = [("API", f"{system.api_url}/docs")]
    if system.server.ui_url:
        lines.append(("Temporal UI", await operator_link(system)))
        lines += [(f"· {title}", link) for title, link in saved_views(system.server.ui_url)]
    lines += [
        ("外部系统 / outside systems", f"{system.sandbox_url}/docs"),
        ("日志 / logs", str(system.state_dir / "logs")),
        ("命令行 / for commands", f"set -a; . {system.settings_file}; set +a"),
        ("Temporal", f"{system.server.address} ({system.server.source})"),
    ]
    for title, link in lines:
        console.print(f"[bold]{title}[/]  {link}", soft_wrap=True, highlight=False)
