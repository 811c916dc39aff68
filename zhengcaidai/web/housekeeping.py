"""What is done every hour beside the requests (清理): expired keys are dropped, a new calendar reaches whom it has missed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from zhengcaidai.errors import OutsideDown

__all__ = ["Job", "keep_house"]

Job = Callable[[datetime], Awaitable[object]]
"""Something that may be done at any time and any number of times; given the time."""

_EVERY_SECONDS = 3600
_LOG = logging.getLogger("zhengcaidai.web")


async def keep_house(jobs: Sequence[Job], every_seconds: float = _EVERY_SECONDS) -> None:
    """For as long as the API lives; what is down is asked again the next time."""
    while True:
        for job in jobs:
            try:
                await job(datetime.now(UTC))
            except OutsideDown as down:
                _LOG.info("housekeeping has to wait: %s", down)
        await asyncio.sleep(every_seconds)
