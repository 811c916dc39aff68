"""What is done every hour beside the requests (清理): expired keys are dropped, a new calendar reaches whom it has missed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from zhengcaidai.web.rounds import one_round

__all__ = ["Job", "keep_house"]

Job = Callable[[datetime], Awaitable[object]]
"""Something that may be done at any time and any number of times; given the time."""

_EVERY_SECONDS = 3600


async def keep_house(jobs: Sequence[Job], every_seconds: float = _EVERY_SECONDS) -> None:
    """For as long as the API lives; what is down or fails is asked again the next time, and keeps no other job waiting."""
    while True:
        for job in jobs:
            await one_round("housekeeping", job(datetime.now(UTC)))
        await asyncio.sleep(every_seconds)
