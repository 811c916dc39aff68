"""The timeline of a loan (时间线) as the demonstration prints it: virtual dates, who did what, the clocks explained."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from zhengcaidai.messages.account_changes import CHANGE_STEPS
from zhengcaidai.messages.money import EntryKind
from zhengcaidai.messages.parties import Role
from zhengcaidai.messages.stages import Stage
from zhengcaidai.rules.grounds import ground
from zhengcaidai.rules.wording import moment_words, yuan
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sandbox.people import J, Person
from zhengcaidai.sandbox.scenarios.loans import Told

__all__ = ["print_story"]


async def print_story(told: Told, console: Console) -> bool:
    """Print one loan's timeline, its clocks and its account. False: it did not end as told."""
    story, operator = told.story, told.story.cast.operator
    loan = await operator.get(f"/v1/loans/{story.loan_id}")
    entries = (await operator.get(f"/v1/loans/{story.loan_id}/timeline?limit=200"))["items"]
    booked = (await operator.get(f"/v1/loans/{story.loan_id}/ledger"))["items"]
    clocks = (await operator.get(f"/v1/loans/{story.loan_id}/deadlines"))["items"]
    stopped = sum(entry["kind"] == "report_stopped_payment" for entry in entries)
    frauds = len(await story.cast.people.control("GET", f"/bureau/fraud-reports?loan_id={story.loan_id}"))
    found = (loan["stage"], loan["breaches"], stopped, frauds)
    wanted = (told.ends.value, told.breaches, told.stopped_payments, told.fraud_reports)
    as_told = found == wanted
    console.rule(f"{'[bold green]✓[/]' if as_told else '[bold red]✗[/]'} {told.title} · {story.loan_id}")
    console.print(_timeline([*entries, *await _signed_off(operator, story.loan_id)]))
    for clock in clocks:
        console.print(_clock_words(clock), soft_wrap=True, highlight=False)
    for entry in booked:
        console.print(_booked_words(entry), soft_wrap=True, highlight=False)
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
    for entry in sorted(entries, key=lambda entry: datetime.fromisoformat(entry["at"])):
        at = datetime.fromisoformat(entry["at"]).astimezone(SHANGHAI)
        who = Role(entry["role"]).title_zh
        table.add_row(f"{at:%Y-%m-%d %H:%M}", who, entry["title_zh"], entry["note_zh"], entry["clause"] or "")
    return table


async def _signed_off(operator: Person, loan_id: str) -> list[J]:
    """What the parties did in the loan's account changes, which have journals of their own."""
    changes = (await operator.get(f"/v1/account-changes?loan_id={loan_id}"))["items"]
    pages = [await operator.get(f"/v1/account-changes/{each['change_id']}") for each in changes]
    titles = {step.name(): step.title_zh for step in CHANGE_STEPS}
    return [
        {
            "at": entry["at"],
            "role": entry["by"]["role"],
            "title_zh": titles[entry["event"]["kind"]],
            "note_zh": "账户变更",
            "clause": ground("account_change_opened", page["region"]),
        }
        for page in pages
        for entry in page["entries"]
        if entry["event"]["kind"] in titles
    ]


def _clock_words(clock: J) -> str:
    colour = "red" if clock["breached"] else "cyan"
    ended = clock["closed_at"] and datetime.fromisoformat(clock["closed_at"])
    words = f"{'超时，' if clock['breached'] else ''}{f'{moment_words(ended)} 办结' if ended else '未办结'}"
    return f"[{colour}]时限[/] {clock['explanation_zh']} → {words}"


def _booked_words(entry: J) -> str:
    parts = (("罚息", "penalty_fen"), ("利息", "interest_fen"), ("本金", "principal_fen"), ("余款", "surplus_fen"))
    if EntryKind(entry["kind"]) is EntryKind.REFUND:
        return f"[cyan]退还[/] {entry['value_date']} {entry['key']}：余款 {yuan(entry['surplus_fen'])} 元退供应商"
    spread = "，".join(f"{name} {yuan(entry[fen])} 元" for name, fen in parts if entry[fen])
    return f"[cyan]入账[/] {entry['value_date']} {entry['key']}：{spread}"


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
