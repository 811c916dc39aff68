"""`python -m zhengcaidai …`: the list of commands. Each lives in its own file."""

import typer

from zhengcaidai.cli.clauses import clauses_command
from zhengcaidai.cli.deadline import deadline_command

__all__ = ["app"]

app = typer.Typer(
    name="zhengcaidai",
    help="政采贷：政府采购合同融资 / government-procurement contract loans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Kept so that a single command still needs its name."""


app.command("deadline")(deadline_command)
app.command("clauses")(clauses_command)
