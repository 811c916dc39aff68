"""`python -m zhengcaidai …`: the list of commands. Each lives in its own file, loaded when it is called.

A deadline is asked for more often than a system is started: it must not pay for the imports of all the others.
"""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

__all__ = ["COMMANDS", "app"]

COMMANDS = {
    "demo": "demo:demo_command",
    "up": "up:up_command",
    "deadline": "deadline:deadline_command",
    "calendar": "calendar:calendar_app",
    "clauses": "clauses:clauses_command",
    "db": "db:db_app",
    "temporal": "temporal:temporal_app",
}


class _Commands(TyperGroup):
    """Finds a command in its file."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """In the order in which they are listed here."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Load one command, or None if there is none of that name."""
        place = COMMANDS.get(cmd_name)
        return None if place is None else _loaded(cmd_name, *place.split(":"))


def _loaded(name: str, module: str, attribute: str) -> Any:
    found: Any = getattr(import_module(f"zhengcaidai.cli.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    return command


app = typer.Typer(
    cls=_Commands,
    name="zhengcaidai",
    help="政采贷：政府采购合同融资 / government-procurement contract loans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """政采贷：政府采购合同融资 / government-procurement contract loans."""
