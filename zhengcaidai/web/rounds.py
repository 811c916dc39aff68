"""What goes on beside the requests goes on (后台轮次): a round that fails is logged, and the next one comes."""

import logging
from collections.abc import Awaitable

from zhengcaidai.errors import OutsideDown

__all__ = ["one_round"]

_LOG = logging.getLogger("zhengcaidai.web")


async def one_round(what: str, work: Awaitable[object]) -> None:
    """Nobody waits for it, so whatever it raises would end it unnoticed. The kind is logged: the words may hold anything."""
    try:
        await work
    except OutsideDown as down:
        _LOG.info("%s has to wait: %s", what, down.type)
    except Exception as error:  # noqa: BLE001 - see above
        _LOG.error("%s failed: %s", what, type(error).__name__, exc_info=error)
