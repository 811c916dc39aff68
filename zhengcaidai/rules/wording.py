"""How amounts, rates and moments are written for people (金额、利率、时刻的写法): one way, in messages, pages and timelines."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from zhengcaidai.rules.working_days import SHANGHAI

__all__ = ["moment_words", "percent_words", "yuan"]


def yuan(amount_fen: int) -> str:
    """An amount as people write it: `2,000.00`."""
    return f"{Decimal(amount_fen) / 100:,.2f}"


def percent_words(rate: Decimal) -> str:
    """A yearly rate: `3.85%`."""
    return f"{(rate * 100).normalize():f}%"


def moment_words(moment: datetime) -> str:
    """A moment in Shanghai; midnight is the end of the day before, as limits are told (law/civil-code-203): `… 24:00`."""
    local = moment.astimezone(SHANGHAI)
    if local.time() == time():
        return f"{local - timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"
