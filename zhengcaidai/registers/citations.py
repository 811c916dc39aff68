"""Where clauses are cited: `pytest.mark.clause("…")` in tests, ids in the code's strings, ids in the regions' files.

Found by reading the source, not by running it, so that it takes a second and does not depend on which tests run.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Citation", "UnreadableMark", "cited_in_code", "cited_in_data", "cited_in_tests"]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Citation:
    """引用: a clause or duty, and who cites it (`tests/rules/test_clocks.py::test_first_loan`, or file and line)."""

    clause: str
    by: str


class UnreadableMark(ValueError):
    """A clause mark whose ids cannot be read from the source: they must be plain strings."""


def cited_in_tests(tests: Path) -> tuple[Citation, ...]:
    """Every clause named by a mark on a test, a test class or a whole test module (`pytestmark`, tables of cases).

    Marks on fixtures and helpers count for nothing, nor do those on tests that are always skipped.
    Raises UnreadableMark.
    """
    found: list[Citation] = []
    for file in sorted(tests.rglob("test_*.py")):
        name = file.relative_to(tests.parent).as_posix()
        found.extend(_marks(ast.parse(file.read_text(encoding="utf-8"), name), name, name))
    return tuple(dict.fromkeys(found))


def _marks(node: ast.AST, name: str, by: str | None) -> Iterator[Citation]:
    """The marks at and below a node; `by` is the test that they belong to, None within something that is no test."""
    if isinstance(node, ast.Call) and _is_mark(node.func, "clause"):
        for argument in node.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                raise UnreadableMark(f"{name}:{node.lineno}: clause ids must be plain strings")
            if by is not None:
                yield Citation(argument.value, by)
    for child in ast.iter_child_nodes(node):
        yield from _marks(child, name, _owner(child, by))


def _owner(node: ast.AST, by: str | None) -> str | None:
    if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)) or by is None:
        return by
    is_test = node.name.startswith("Test" if isinstance(node, ast.ClassDef) else "test")
    if not is_test or any(_is_mark(each, "skip") for each in map(_called, node.decorator_list)):
        return None
    return f"{by}::{node.name}"


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _is_mark(node: ast.expr, mark: str) -> bool:
    """`pytest.mark.clause`, or `mark.clause` where only the mark was imported."""
    if not isinstance(node, ast.Attribute) or node.attr != mark:
        return False
    holder = node.value
    return (isinstance(holder, ast.Attribute) and holder.attr == "mark") or (
        isinstance(holder, ast.Name) and holder.id == "mark"
    )


def cited_in_code(files: Iterable[Path], root: Path, documents: frozenset[str]) -> tuple[Citation, ...]:
    """Every clause id within a string of the code, docstrings and `clause=` arguments included."""
    pattern = _pattern(documents)
    found: list[Citation] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), name)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                ids = pattern.findall(node.value)
                found.extend(Citation(_trimmed(each), f"{name}:{node.lineno}") for each in ids)
    return tuple(dict.fromkeys(found))


def cited_in_data(files: Iterable[Path], root: Path, documents: frozenset[str]) -> tuple[Citation, ...]:
    """Every clause id within the values of TOML files, the regions' above all."""
    pattern = _pattern(documents)
    found: list[Citation] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        for text in _strings(tomllib.loads(file.read_text(encoding="utf-8"))):
            found.extend(Citation(_trimmed(each), name) for each in pattern.findall(text))
    return tuple(dict.fromkeys(found))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _pattern(documents: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-])(?:{'|'.join(sorted(documents))})/[0-9a-z][0-9a-z.#-]*")


def _trimmed(reference: str) -> str:
    """Without the full stop or dash of the sentence around it."""
    return reference.rstrip(".-#")
