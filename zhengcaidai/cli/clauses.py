"""`python -m zhengcaidai clauses`: each duty of the source texts, what became of it, what carries it, what tests it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from zhengcaidai.registers.checks import citing_tests, findings
from zhengcaidai.registers.citations import Citation, cited_in_tests
from zhengcaidai.registers.clauses import Clause, ClauseRegister, Document
from zhengcaidai.registers.duties import Duty, DutyStatus
from zhengcaidai.registers.loading import clause_register

__all__ = ["clauses_command"]

_CHECKOUT = Path(__file__).parents[2]
_STYLES = {DutyStatus.ENFORCED: "green", DutyStatus.SHOWN: "cyan", DutyStatus.NOT_MODELLED: "yellow"}
_TESTS_IN_A_CELL = 3


@dataclass(frozen=True)
class _Row:
    document: Document
    clause: Clause
    duty: Duty
    tests: tuple[str, ...]


def clauses_command(
    status: Annotated[
        DutyStatus | None, typer.Option(help="只列出该落实情况的义务 / only duties of this status")
    ] = None,
    document: Annotated[str | None, typer.Option(help="只列出该文件 / only this document, e.g. kunming")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="以 JSON 输出全部字段 / every field as JSON")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="核对规则、测试与引用，有问题时退出码为1 / exit status 1 on findings")
    ] = False,
) -> None:
    """条款 → 落实情况 → 规则 → 测试 / clause → status → rule → tests."""
    register = clause_register()
    known = {each.id for each in register.documents}
    if document is not None and document not in known:
        typer.echo(
            f"没有文件 {document}，现有 / there is no document {document}, only: {', '.join(sorted(known))}", err=True
        )
        raise typer.Exit(2)
    if check:
        _check(register)
        return
    tests = _CHECKOUT / "tests"
    rows = _rows(register, cited_in_tests(tests) if tests.is_dir() else (), status, document)
    if json_output:
        typer.echo(json.dumps([_as_json(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        _print_tables(rows, Console())


def _check(register: ClauseRegister) -> None:
    found = findings(register, _CHECKOUT)
    for line in found:
        typer.echo(line)
    if found:
        typer.echo(f"{len(found)} 处问题 / findings", err=True)
        raise typer.Exit(1)
    typer.echo(f"{len(register.clauses)} 条款、{len(register.duties)} 义务，无问题 / clauses and duties, no findings")


def _rows(
    register: ClauseRegister, citations: Collection[Citation], status: DutyStatus | None, wanted: str | None
) -> list[_Row]:
    return [
        _Row(document, clause, duty, () if duty.status is DutyStatus.NOT_MODELLED else citing_tests(duty, citations))
        for document in register.documents
        for clause in document.clauses
        for duty in clause.duties
        if wanted in (None, document.id) and status in (None, duty.status)
    ]


def _as_json(row: _Row) -> dict[str, object]:
    """All that the register says of a duty, with its clause, its document and its tests."""
    clause = row.clause.model_dump(mode="json", by_alias=False, exclude={"duties"})
    document = row.document.model_dump(mode="json", include={"id", "title", "number", "region", "effective_on"})
    return {
        **row.duty.model_dump(mode="json", by_alias=False),
        "clause": clause,
        "document": document,
        "tests": list(row.tests),
    }


def _print_tables(rows: list[_Row], console: Console) -> None:
    """One table a document. Rule and tests share a column with the duty, so that all fit 80 columns."""
    for document, its_rows in groupby(rows, key=lambda row: row.document):
        console.print(f"[bold]{escape(document.title)}[/]  {document.number or ''}  {document.region}", highlight=False)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column("条款 clause", no_wrap=True)
        table.add_column("落实\nstatus", no_wrap=True)
        table.add_column("义务 duty → 规则 rule ✓ 测试 tests", overflow="fold", ratio=1)
        for row in its_rows:
            state = row.duty.status
            table.add_row(row.duty.id, f"[{_STYLES[state]}]{state.title_zh}[/]", _told(row))
        console.print(table)
        console.print()
    counts = (f"{state.title_zh} {state} {sum(row.duty.status is state for row in rows)}" for state in DutyStatus)
    console.print(f"{len(rows)} 项义务 duties: {', '.join(counts)}", highlight=False)


def _told(row: _Row) -> str:
    lines = [escape(row.duty.duty_zh)]
    if row.duty.why is not None:
        lines.append(f"[dim]原因：{escape(row.duty.why.zh)}[/]")
    if row.duty.reading is not None:
        lines.append(f"[dim]本系统的理解：{escape(row.duty.reading.zh)}[/]")
    if row.duty.rule is not None:
        lines.append(f"→ {row.duty.rule}")
    shown = row.tests[:_TESTS_IN_A_CELL]
    lines.extend(f"✓ {escape(test.removeprefix('tests/'))}" for test in shown)
    if len(row.tests) > len(shown):
        lines.append(f"✓ +{len(row.tests) - len(shown)}")
    return "\n".join(lines)
