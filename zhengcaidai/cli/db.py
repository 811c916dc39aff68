"""`python -m zhengcaidai db …`: the application database (业务数据库)."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console

from zhengcaidai.config import Settings
from zhengcaidai.errors import OutsideDown
from zhengcaidai.store.migrate import upgrade

__all__ = ["db_app"]

db_app = typer.Typer(help="业务数据库 / the application database", no_args_is_help=True)


@db_app.callback()
def _db() -> None:
    """One command so far: a group, so that it is called `db upgrade`."""


@db_app.command("upgrade")
def upgrade_command(
    url: Annotated[
        str | None, typer.Option(help="数据库地址，默认取自配置 / the database's URL, by default from the settings")
    ] = None,
) -> None:
    """升级数据库结构至最新版本 / bring the schema to the newest version; a second run changes nothing."""
    errors = Console(stderr=True)
    try:
        done = asyncio.run(upgrade(url or Settings().database))
    except ValueError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from error
    except OutsideDown as error:
        errors.print(f"{error} {error.__cause__}", markup=False)
        raise typer.Exit(1) from error
    if done.before == done.after:
        typer.echo(f"已是最新版本 / already at the newest version: {done.after}")
    else:
        typer.echo(f"{done.before or '∅'} → {done.after}")
