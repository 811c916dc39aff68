"""The test clock as the API sees it (测试时钟): only the sandbox has one, `zhengcaidai/sandbox/clock.py`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from temporalio.client import Client

from zhengcaidai.rules.working_days import WorkingDayCalendar

__all__ = ["MovableClock", "Moved"]


class Moved(Protocol):
    """What became of one workflow's time."""

    @property
    def before(self) -> datetime:
        """Its time before."""
        ...

    @property
    def after(self) -> datetime:
        """Its time now."""
        ...

    @property
    def running(self) -> bool:
        """Whether it is still running."""
        ...

    @property
    def waits_for(self) -> tuple[str, ...]:
        """It stands still until these have ended, and then makes up for what it was told to move."""
        ...


class MovableClock(Protocol):
    """Moves the virtual time of running workflows, and starts workflows whose time can be moved."""

    def client(self, client: Client) -> Client:
        """The client through which workflows are started."""
        ...

    async def advance(
        self,
        client: Client,
        workflow_ids: Sequence[str],
        far: timedelta | WorkingDayCalendar,
        *,
        must_run: bool,
    ) -> Mapping[str, Moved]:
        """Move each by a duration, or to 09:00 of its next working day by that calendar.

        One that is not running is left out; with `must_run` it raises NotFound, before any has moved.
        """
        ...
