"""What makes the clause register fail the run: duties that nothing carries, calls or tests, ids that nobody knows.

Each check returns one line a finding; none means that all is well.
"""

import ast
import importlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from zhengcaidai.registers.citations import Citation, cited_in_code, cited_in_data, cited_in_tests
from zhengcaidai.registers.clauses import ClauseRegister
from zhengcaidai.registers.duties import Duty, DutyStatus
from zhengcaidai.registers.uses import used_in

__all__ = [
    "citing_tests",
    "findings",
    "missing_rules",
    "region_differences",
    "region_tables",
    "unclaimed_rules",
    "unknown_citations",
    "untested_duties",
    "unused_rules",
]

_CODE = ("zhengcaidai", "workflows", "activities")
_NATION = "000000"
_SHIPPED = Path(__file__).parents[1] / "data"


def findings(register: ClauseRegister, root: Path) -> tuple[str, ...]:
    """All checks over a checkout: its code, data and tests."""
    documents = frozenset(document.id for document in register.documents)
    tests = cited_in_tests(root / "tests")
    code = cited_in_code(_code_files(root), root, documents)
    data = cited_in_data(_data_files(root), root, documents)
    regions = region_tables(root / "zhengcaidai" / "data")
    return (
        *missing_rules(register, regions),
        *unused_rules(register, used_in((*_code_files(root), *sorted(root.glob("*.py"))), root)),
        *untested_duties(register, tests),
        *unknown_citations(register, (*tests, *code, *data)),
        *unclaimed_rules(register, root, code),
        *region_differences(register, regions),
    )


def _code_files(root: Path) -> Iterator[Path]:
    for room in _CODE:
        yield from sorted((root / room).rglob("*.py"))


def _data_files(root: Path) -> Iterator[Path]:
    data = root / "zhengcaidai" / "data"
    yield from sorted(file for file in data.rglob("*.toml") if data / "clauses" not in file.parents)


def missing_rules(register: ClauseRegister, regions: Mapping[str, object] | None = None) -> list[str]:
    """Rules named by a duty that cannot be imported, or that no region's file holds (default: the shipped ones)."""
    tables = region_tables(_SHIPPED) if regions is None else regions
    rules = {duty.rule for duty in register.duties.values() if duty.rule is not None}
    reasons = {rule: _why_missing(rule, tables) for rule in rules}
    return [
        f"{duty.id}: rule {duty.rule}: {reasons[duty.rule]}"
        for duty in register.duties.values()
        if duty.rule is not None and reasons[duty.rule]
    ]


def _why_missing(rule: str, regions: Mapping[str, object]) -> str:
    if rule.startswith("region:"):
        region, _, key = rule.removeprefix("region:").partition("/")
        return "" if _looked_up(regions.get(region), key) is not None else f"region {region} has no such value"
    module, _, attribute = rule.partition(":")
    try:
        found: object = importlib.import_module(module)
    except ModuleNotFoundError as error:
        return f"there is no module {error.name}"
    for name in attribute.split(".") if attribute else ():
        if not hasattr(found, name):
            return f"{module} has no {attribute}"
        found = getattr(found, name)
    return ""


def unused_rules(register: ClauseRegister, used: Collection[str]) -> list[str]:
    """Rules named by a duty that nothing in the code calls (see `used_in`): what only tests call carries no duty."""
    return [
        f"{duty.id}: rule {duty.rule}: nothing calls it"
        for duty in register.duties.values()
        if duty.rule is not None and not duty.rule.startswith("region:") and _as_used(duty.rule) not in used
    ]


def _as_used(rule: str) -> str:
    """A method is known by its name alone, of whatever object."""
    owner, dot, method = rule.partition(":")[2].rpartition(".")
    return dot + method if owner else rule


def citing_tests(duty: Duty, citations: Collection[Citation]) -> tuple[str, ...]:
    """The tests that name the duty, or else its whole clause."""
    own = tuple(each.by for each in citations if each.clause == duty.id)
    return own or tuple(each.by for each in citations if each.clause == duty.id.partition("#")[0])


def untested_duties(register: ClauseRegister, citations: Collection[Citation]) -> list[str]:
    """Clauses with enforced duties that no test names, neither the duties themselves nor the clause."""
    lines = []
    for clause in register.clauses.values():
        untested = [
            duty.id
            for duty in clause.duties
            if duty.status is DutyStatus.ENFORCED and not citing_tests(duty, citations)
        ]
        if untested:
            lines.append(f'{", ".join(untested)}: enforced, but no test has @pytest.mark.clause("{clause.id}")')
    return lines


def unknown_citations(register: ClauseRegister, citations: Collection[Citation]) -> list[str]:
    """Ids cited by tests, code or region files that the register does not have."""
    return [
        f"{each.by}: cites {each.clause}, which is not in the register"
        for each in citations
        if not register.knows(each.clause)
    ]


def unclaimed_rules(register: ClauseRegister, root: Path, code: Collection[Citation]) -> list[str]:
    """Modules of `zhengcaidai/rules/` that no duty names, that cite no clause, and that no such module builds on."""
    named = {(duty.rule or "").partition(":")[0] for duty in register.duties.values()}
    citing = {each.by.partition(":")[0] for each in code if register.knows(each.clause)}
    imports: dict[str, set[str]] = {}
    claimed: set[str] = set()
    for file in sorted((root / "zhengcaidai" / "rules").rglob("*.py")):
        if file.name == "__init__.py":
            continue
        name = file.relative_to(root).as_posix()
        module = name.removesuffix(".py").replace("/", ".")
        imports[module] = _imported(file)
        if module in named or name in citing:
            claimed.add(module)
    while more := {each for module in claimed for each in imports[module] if each in imports} - claimed:
        claimed |= more
    return [f"{module}: a rule without a clause" for module in sorted(imports.keys() - claimed)]


def _imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def region_tables(data: Path) -> dict[str, object]:
    """The regions' files as they stand, by code; what holds in the whole country is among the platform's limits."""
    files = {file.stem: file for file in sorted((data / "regions").glob("*.toml"))}
    files[_NATION] = data / "platform.toml"
    return {code: tomllib.loads(file.read_text(encoding="utf-8")) for code, file in files.items() if file.exists()}


def region_differences(register: ClauseRegister, regions: Mapping[str, object]) -> list[str]:
    """Parameters in force whose value in the region's file is not the one that the register gives."""
    problems = []
    for region, duty, parameter in register.dated_parameters():
        if parameter.valid_to is not None:
            continue
        value = _looked_up(regions.get(region), parameter.key)
        if value != parameter.value:
            problems.append(f"{duty.id}: {parameter.key} is {parameter.value}, the file of region {region} has {value}")
    return problems


def _looked_up(table: object, key: str) -> object:
    """The value at a dotted key; `{value = …}` stands for its value."""
    for part in key.split("."):
        if not isinstance(table, dict):
            return None
        table = table.get(part)
    return table.get("value") if isinstance(table, dict) and "value" in table else table
