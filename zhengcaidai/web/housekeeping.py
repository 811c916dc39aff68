"""What nobody needs any more is dropped (清理): idempotency keys that have expired."""

import asyncio
import logging
from datetime import UTC, datetime

from zhengcaidai.errors import OutsideDown
from zhengcaidai.store.idempotency import IdempotencyKeys

__all__ = ["keep_house"]

_EVERY_SECONDS = 3600
_LOG = logging.getLogger("zhengcaidai.web")


async def keep_house(keys: IdempotencyKeys, every_seconds: float = _EVERY_SECONDS) -> None:
    """For as long as the API lives; a database that is down is asked again the next time."""
    while True:
        try:
            dropped = await keys.purge(datetime.now(UTC))
        except OutsideDown:
            dropped = 0
        if dropped:
            _LOG.info("%d idempotency keys have expired and were dropped", dropped)
        await asyncio.sleep(every_seconds)
