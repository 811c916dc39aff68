"""What the code uses of its own: functions and classes read by name somewhere outside their own definition."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__ = ["used_in"]


def used_in(files: Iterable[Path], root: Path) -> frozenset[str]:
    """`module` for what is imported, `module:name` for what is read by its name, `.name` for what is read of an object.

    An import alone is no use of the name, nor is a definition that calls itself.
    """
    found: set[str] = set()
    for file in files:
        module = file.relative_to(root).as_posix().removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        known = {name: f"{module}:{name}" for name in map(_defined, tree.body) if name} | dict(_imported(tree))
        found.update(each.partition(":")[0] for each in known.values() if not each.startswith(f"{module}:"))
        for statement in tree.body:
            own = f"{module}:{_defined(statement)}"
            found.update(each for each in _read(statement, known) if each != own)
    return frozenset(found)


def _defined(statement: ast.stmt) -> str | None:
    return statement.name if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else None


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                yield each.asname or each.name, f"{node.module}:{each.name}"


def _read(statement: ast.stmt, known: dict[str, str]) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
        elif isinstance(node, ast.Attribute):
            yield f".{node.attr}"
            if isinstance(node.value, ast.Name) and node.value.id in known:  # a module taken from its package
                yield f"{known[node.value.id].replace(':', '.')}:{node.attr}"
