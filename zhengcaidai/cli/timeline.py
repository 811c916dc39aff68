"""The timeline of a loan (时间线) as the demonstration prints it: virtual dates, who did what, clauses, the clocks explained."""

from typing import Any

from rich.console import Console
from rich.table import Table

from zhengcaidai.sandbox.scenarios.loans import Told

__all__ = ["print_story"]

_PARTIES = {
    "supplier": "供应商",
    "purchaser": "采购人",
    "bank": "银行",
    "finance_bureau": "财政部门",
    "treasury": "国库",
    "operator": "平台运维",
    "system": "系统",
}


async def print_story(told: Told, console: Console) -> bool:
    """Print one loan's timeline, its clocks and its account. False: it did not end as told."""
    story, operator = told.story, told.story.cast.operator
    loan = await operator.get(f"/v1/loans/{story.loan_id}")
    entries = (await operator.get(f"/v1/loans/{story.loan_id}/timeline?limit=200"))["items"]
    clocks = (await operator.get(f"/v1/loans/{story.loan_id}/deadlines"))["items"]
    ended = bool(loan["stage"] == told.ends and loan["breaches"] >= told.breaches)
    stopped = sum(entry["kind"] == "report_stopped_payment" for entry in entries)
    ended = ended and stopped == told.stopped_payments
    mark = "[bold green]✓[/]" if ended else "[bold red]✗[/]"
    console.rule(f"{mark} {told.title} · {story.loan_id}")
    console.print(_timeline(entries))
    for clock in clocks:
        console.print(_clock_words(clock), soft_wrap=True)
    console.print(
        f"结果：{loan['stage']}；超时 {loan['breaches']} 次；拦截付款 {stopped} 笔；尚欠 {loan['owed_fen'] / 100:.2f} 元\n"
    )
    return ended


def _timeline(entries: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("日期", "办理人", "事项", "说明"):
        table.add_column(column)
    for entry in entries:
        table.add_row(entry["at"][:16].replace("T", " "), _PARTIES[entry["role"]], entry["title_zh"], entry["note_zh"])
    return table


def _clock_words(clock: dict[str, Any]) -> str:
    colour = "red" if clock["breached"] else "cyan"
    return f"[{colour}]时限[/] {clock['explanation_zh']}"
