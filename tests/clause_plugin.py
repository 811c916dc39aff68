"""pytest plugin: a full run has one test more, `clause-register`, which fails on a duty without rule or test.

Full means that the whole of `tests/` is asked for and nothing is deselected; `--clauses` asks for the check in any run.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhengcaidai.errors import InvalidInput
from zhengcaidai.registers.checks import findings
from zhengcaidai.registers.citations import UnreadableMark
from zhengcaidai.registers.loading import clause_register

NAME = "clause-register"
_NARROWING = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise")


class BrokenRegister(Exception):
    """What the check found, one line each."""


class ClauseRegisterItem(pytest.Item):
    """The check as a test: it is counted, reported and distributed (pytest-xdist) as every other."""

    def runtest(self) -> None:
        try:
            found = findings(clause_register(), self.config.rootpath)
        except (InvalidInput, UnreadableMark) as error:
            found = (str(error),)
        if found:
            raise BrokenRegister("\n".join(found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, BrokenRegister):
            lines = str(excinfo.value).splitlines()
            return "\n".join([f"The clause register does not hold together: {len(lines)} findings.", *lines])
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.config.rootpath / "zhengcaidai" / "data" / "clauses", None, NAME


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses", action="store_true", help="check the clause register in a partial run, too")


def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--clauses") or is_full_run(config):
        items.append(ClauseRegisterItem.from_parent(session, name=NAME))


def is_full_run(config: pytest.Config) -> bool:
    """Whether all tests are asked for: the tests' folder or the checkout itself, and nothing taken away."""
    if any(config.getoption(option, default=None) for option in _NARROWING):
        return False
    whole = {config.rootpath, config.rootpath / "tests"}
    return any(path in whole for path in _asked_for(config))


def _asked_for(config: pytest.Config) -> Iterator[Path]:
    for argument in config.args:
        if "::" not in argument:
            yield (config.invocation_params.dir / argument).resolve()
