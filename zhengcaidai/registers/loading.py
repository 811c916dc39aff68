"""Reading the clause register (条款登记册) from its files; a mistake is named by file, line, key and reason."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise

from zhengcaidai.registers.clauses import ClauseRegister, Document
from zhengcaidai.registers.duties import Parameter
from zhengcaidai.registers.files import parsed, wrong

__all__ = ["clause_register", "parse_clauses"]

_Place = tuple[str, tuple[str | int, ...]]
"""A file's name and the path of a key in it."""


@cache
def clause_register() -> ClauseRegister:
    """The register that comes with the software. Raises InvalidInput."""
    folder = files("zhengcaidai") / "data" / "clauses"
    return parse_clauses(
        {each.name: each.read_text("utf-8") for each in folder.iterdir() if each.name.endswith(".toml")}
    )


def parse_clauses(texts: Mapping[str, str]) -> ClauseRegister:
    """The register from the texts of its files, by name. Raises InvalidInput."""
    documents = {name: parsed(texts[name], name, Document) for name in sorted(texts)}
    for name, document in documents.items():
        if name != f"{document.id}.toml":
            zh, en = f"文件应名为 {document.id}.toml", f"the file should be called {document.id}.toml"
            raise wrong(texts[name], name, ("id",), zh, en)
        _refuse_repeated_ids(document, texts[name], name)
    _refuse_broken_series(documents, texts)
    return ClauseRegister(tuple(documents.values()))


def _refuse_repeated_ids(document: Document, text: str, name: str) -> None:
    """A duty's id contains its clause's, and a clause's its document's: the clauses of one file are all to compare."""
    seen: set[str] = set()
    for number, clause in enumerate(document.clauses):
        if clause.id in seen:
            raise wrong(text, name, ("clause", number), f"{clause.id} 重复", f"{clause.id} is given twice")
        seen.add(clause.id)


def _refuse_broken_series(documents: Mapping[str, Document], texts: Mapping[str, str]) -> None:
    """Dated values of one key in one region: each begins on the day after the one before it ended."""
    for (region, key), values in _series(documents).items():
        for (earlier, _), (later, (name, path)) in pairwise(values):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                zh = f"地区 {region} 的 {key} 自 {later.valid_from} 起有两个值"
                en = f"{key} of region {region} has two values from {later.valid_from} on"
                raise wrong(texts[name], name, path, zh, en)
            if earlier.valid_to + timedelta(days=1) != later.valid_from:
                zh = f"地区 {region} 的 {key} 在 {earlier.valid_to} 之后、{later.valid_from} 之前没有值"
                en = f"{key} of region {region} has no value after {earlier.valid_to} and before {later.valid_from}"
                raise wrong(texts[name], name, path, zh, en)


def _series(documents: Mapping[str, Document]) -> dict[tuple[str, str], list[tuple[Parameter, _Place]]]:
    """The values of each region's keys in order of date, with where they stand."""
    series: dict[tuple[str, str], list[tuple[Parameter, _Place]]] = defaultdict(list)
    for name, document in documents.items():
        for c, clause in enumerate(document.clauses):
            for d, duty in enumerate(clause.duties):
                for p, parameter in enumerate(duty.parameters):
                    place = (name, ("clause", c, "duty", d, "parameter", p))
                    series[document.region, parameter.key].append((parameter, place))
    for values in series.values():
        values.sort(key=lambda each: each[0].valid_from)
    return series
