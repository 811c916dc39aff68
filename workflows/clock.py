"""SlaClock 时限: the only sleeper. It reminds, records breaches and repeats them, and never decides anything.

The timer and the deadline that people see come from one function of the journal; when the timer wakes, everything is
computed anew, so that a calendar, a pause or a correction that came meanwhile counts.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from temporalio import workflow

from zhengcaidai.messages.alarms import Alarm, Threshold
from zhengcaidai.messages.clocks import Deadline
from zhengcaidai.rules.alarms import due_alarms, next_alarm
from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["SlaClock", "Timed"]


class Timed(Protocol):
    """What has deadlines: a loan, an account change."""

    @property
    def is_over(self) -> bool:
        """Nothing is timed any more."""
        ...

    @property
    def sequence(self) -> int:
        """Grows with every line of the journal."""
        ...

    @property
    def calendar(self) -> WorkingDayCalendar | None:
        """The calendar in force; None while the rules are being loaded."""
        ...

    def deadlines(self, now: datetime) -> tuple[Deadline, ...]:
        """Every clock as it stands at that moment."""
        ...

    def alarms_sent(self) -> Collection[str]:
        """The keys of what was said before."""
        ...

    def sound(self, alarm: Alarm) -> None:
        """Record it and tell those concerned; afterwards its key is among those sent."""
        ...


class SlaClock:
    """Sleeps until the next reminder, breach or repetition of any of the subject's clocks."""

    def __init__(self, subject: Timed) -> None:
        self._subject = subject
        self._seen = -1
        self._next: Alarm | None = None

    async def run(self) -> None:
        """Until the subject is over. One timer is open at a time, and only replaced when the next alarm is another one."""
        subject = self._subject
        while not subject.is_over:
            self._sound_due()
            upcoming = self._upcoming()
            if upcoming is None:
                await workflow.wait_condition(lambda: subject.is_over or self._upcoming() is not None)
                continue
            await self._sleep_until(upcoming)

    async def _sleep_until(self, alarm: Alarm) -> None:
        wait = alarm.at - workflow.now()
        if wait.total_seconds() <= 0:
            self._seen = -1
            return
        try:
            await workflow.wait_condition(
                lambda: self._subject.is_over or self._changed(alarm), timeout=wait, timeout_summary=_words(alarm)
            )
        except TimeoutError:
            self._seen = -1

    def _changed(self, alarm: Alarm) -> bool:
        upcoming = self._upcoming()
        return upcoming is None or (upcoming.key, upcoming.at) != (alarm.key, alarm.at)

    def _upcoming(self) -> Alarm | None:
        subject = self._subject
        if subject.sequence != self._seen and subject.calendar is not None:
            now = workflow.now()
            self._next = next_alarm(subject.deadlines(now), subject.alarms_sent(), subject.calendar, now)
            self._seen = subject.sequence
        return self._next

    def _sound_due(self) -> None:
        subject = self._subject
        if subject.calendar is None:
            return
        now = workflow.now()
        for alarm in due_alarms(subject.deadlines(now), subject.alarms_sent(), subject.calendar, now):
            subject.sound(alarm)


def _words(alarm: Alarm) -> str:
    words = {Threshold.REMINDER: "到期提醒", Threshold.BREACH: "到期", Threshold.REPEAT: "超时再次通报"}
    return f"{words[alarm.threshold]}：{alarm.deadline.clock.title_zh}（{alarm.deadline.clause}）"
