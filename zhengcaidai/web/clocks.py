"""The test clock as the API sees it (测试时钟): only the sandbox has one, `zhengcaidai/sandbox/clock.py`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from temporalio.client import Client

from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["MovableClock"]


class MovableClock(Protocol):
    """Moves the virtual time of running workflows, and starts workflows whose time can be moved."""

    def client(self, client: Client) -> Client:
        """The client through which workflows are started."""
        ...

    async def advance(
        self, client: Client, workflow_ids: Sequence[str], by: timedelta | None, calendar: WorkingDayCalendar
    ) -> tuple[tuple[datetime, datetime, bool], ...]:
        """Move each by a duration, or without one to 09:00 of its next working day.

        Returns, for each, the time before and after, and whether it is still running. Raises NotFound: one is not running.
        """
        ...
