"""The desk beside a process (经办台), a loan's or an account change's: clock, records and page run as long as it does.

The process itself waits through `rest_until`: should one of the three stop, the workflow's task fails in sight of the operator
instead of a loan going on that nobody sees.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from temporalio import workflow

from workflows.clock import SlaClock
from workflows.outside import Outside
from zhengcaidai.messages.alarms import Alarm
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.messages.troubles import OutsideTrouble
from zhengcaidai.messages.words import Words
from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["Desk"]

_Page = tuple[int, tuple[str, ...], tuple[str, ...]]


class Desk(ABC):
    """What a process has beside it. It keeps no record of its own: it writes down and shows what the process knows."""

    def __init__(self, recorded: int) -> None:
        self.outside = Outside(self.delivery_refused)
        self._recorded = recorded
        self._published: _Page | None = None
        self._closing = False
        self._running: list[asyncio.Task[None]] = []

    # — what the process knows —

    @property
    @abstractmethod
    def sequence(self) -> int:
        """The journal's last line."""

    @property
    @abstractmethod
    def calendar(self) -> WorkingDayCalendar | None:
        """The calendar in force; None while the rules are being loaded."""

    @abstractmethod
    def deadlines(self, now: datetime) -> tuple[Deadline, ...]:
        """Every clock as it stands."""

    @abstractmethod
    def alarms_sent(self) -> Collection[str]:
        """What was said before."""

    @abstractmethod
    def sound(self, alarm: Alarm) -> None:
        """Record a reminder, a breach or its repetition, and tell whom it concerns."""

    @abstractmethod
    def delivery_refused(self, what: Words, reason: Words) -> None:
        """Something that was sent met a no."""

    @abstractmethod
    async def write_down(self) -> int:
        """Write what is new into the application database; returns the last line written."""

    @abstractmethod
    def show(self, notes: list[str]) -> None:
        """Bring the page in the Temporal UI up to date; `notes` are about the outside systems."""

    # — beside the process —

    @property
    def is_over(self) -> bool:
        """Nothing is timed any more."""
        return self._closing

    @property
    def is_written_down(self) -> bool:
        """All that happened is in the application database."""
        return self._recorded == self.sequence

    def start_desk(self) -> None:
        """Clock, records and page begin."""
        work = (SlaClock(self).run(), self._keep_records(), self._keep_page())
        self._running = [asyncio.create_task(each) for each in work]

    async def close_desk(self) -> None:
        """All is told and written, then clock, records and page stop."""
        await self.outside.finished()
        self._closing = True
        await asyncio.gather(*self._running)
        await self.outside.finished()
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def rest_until(
        self, met: Callable[[], bool], *, within: timedelta | None = None, timeout_summary: str | None = None
    ) -> None:
        """Wait for something to be so. Raises TimeoutError; RuntimeError when the desk has stopped, which is a defect."""
        await workflow.wait_condition(
            lambda: met() or self._has_stopped, timeout=within, timeout_summary=timeout_summary
        )
        for task in self._running:
            if task.done() and not self._closing:
                raise RuntimeError("clock, records or page have stopped") from task.exception()

    async def recorded(self, sequence: int) -> None:
        """That line of the journal is in the application database."""
        await self.rest_until(lambda: self._recorded >= sequence)

    @property
    def _has_stopped(self) -> bool:
        return any(task.done() for task in self._running)

    async def _keep_records(self) -> None:
        while True:
            await workflow.wait_condition(lambda: self._closing or self._recorded < self.sequence)
            if self._recorded >= self.sequence:
                return
            self._recorded = await self.write_down()

    async def _keep_page(self) -> None:
        while not self._closing or self._published != self._page:
            self._published = self._page
            notes = [f"外部系统无应答，自动重试中：{each.zh}" for each in self.outside.down.values()]
            notes += [f"{what}被拒绝，每日再报：{reason}" for what, reason in self.outside.refusing.items()]
            self.show(notes)
            await workflow.wait_condition(lambda: self._closing or self._published != self._page)

    @property
    def _page(self) -> _Page:
        """What the page depends on: the journal, and which outside systems are down or say no."""
        return self.sequence, tuple(self.outside.down), tuple(self.outside.refusing)

    # — signals of the engine itself —

    @workflow.signal(
        description="外部系统无应答，仅用于显示（由反复失败的活动发来） / A system gives no answer: shown, no more"
    )
    def outside_down(self, trouble: OutsideTrouble) -> None:
        """An activity has failed several times and goes on trying."""
        self.outside.no_answer_from(trouble)

    @workflow.signal(
        description="立即再报：被拒绝的事项不等次日（由运维发出） / Ask again at once what was refused: sent by the operator"
    )
    def ask_again(self) -> None:
        """A system that said no may say yes now."""
        self.outside.ask_again()
