"""The timeline of a loan (时间线) as the demonstration prints it: virtual dates, who did what, the clocks explained."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.wording import yuan
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.people import J
from zhengcaidai.sandbox.scenarios.loans import Told

__all__ = ["print_story"]


async def print_story(told: Told, console: Console) -> bool:
    """Print one loan's timeline, its clocks and its account. False: it did not end as told."""
    story, operator = told.story, told.story.cast.operator
    loan = await operator.get(f"/v1/loans/{story.loan_id}")
    entries = (await operator.get(f"/v1/loans/{story.loan_id}/timeline?limit=200"))["items"]
    clocks = (await operator.get(f"/v1/loans/{story.loan_id}/deadlines"))["items"]
    stopped = sum(entry["kind"] == "report_stopped_payment" for entry in entries)
    frauds = len(await story.cast.people.control("GET", f"/bureau/fraud-reports?loan_id={story.loan_id}"))
    found = (loan["stage"], loan["breaches"], stopped, frauds)
    wanted = (told.ends.value, told.breaches, told.stopped_payments, told.fraud_reports)
    as_told = found == wanted
    console.rule(f"{'[bold green]✓[/]' if as_told else '[bold red]✗[/]'} {told.title} · {story.loan_id}")
    console.print(_timeline(entries))
    for clock in clocks:
        console.print(_clock_words(clock), soft_wrap=True, highlight=False)
    for payment in story.stopped:
        words = f"{yuan(payment['amount_fen'])} 元：{payment['reason_zh']}（{payment['clause']}）"
        console.print(f"[yellow]拦截付款[/] {words}", soft_wrap=True, highlight=False)
    console.print(_end_words(loan, stopped, frauds))
    if not as_told:
        console.print(f"[bold red]与所述不符[/]：应为 {wanted}，实为 {found}")
    console.print()
    return as_told


def _timeline(entries: list[J]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("日期", "办理人", "事项", "说明", "依据"):
        table.add_column(column)
    for entry in entries:
        at = datetime.fromisoformat(entry["at"]).astimezone(SHANGHAI)
        who = Role(entry["role"]).title_zh
        table.add_row(f"{at:%Y-%m-%d %H:%M}", who, entry["title_zh"], entry["note_zh"], entry["clause"] or "")
    return table


def _clock_words(clock: J) -> str:
    colour = "red" if clock["breached"] else "cyan"
    return f"[{colour}]时限[/] {clock['explanation_zh']}"


def _end_words(loan: J, stopped: int, frauds: int) -> str:
    words: list[Any] = [
        Stage(loan["stage"]).title_zh,
        f"超时 {loan['breaches']} 次",
        f"尚欠 {yuan(loan['owed_fen'])} 元",
    ]
    if stopped:
        words.append(f"拦截付款 {stopped} 笔")
    if frauds:
        words.append(f"已报财政部门 {frauds} 次")
    return "[bold]结果[/] " + "，".join(words)
