"""How amounts, rates, dates and accounts are written on a printed page."""

from datetime import date
from decimal import Decimal

from zhengcaidai.messages.accounts import Account

__all__ = ["amount", "amount_in_capitals", "bank_of", "day", "rate"]

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def amount(amount_fen: int) -> str:
    """小写金额: 200000 fen is `2,000.00 元`."""
    return f"{amount_fen // 100:,}.{amount_fen % 100:02d} 元"


def amount_in_capitals(amount_fen: int) -> str:
    """大写金额, as 《支付结算办法》附一 asks for on payment documents: 200000 fen is `人民币贰仟元整`."""
    if amount_fen < 0:
        raise ValueError(f"amount_fen must be zero or more, not {amount_fen}")
    yuan, cents = divmod(amount_fen, 100)
    jiao, fen = divmod(cents, 10)
    whole = f"{_in_capitals(yuan)}元" if yuan or not cents else ""
    if not cents:
        return f"人民币{whole}整"
    tenths = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return f"人民币{whole}{tenths}{_DIGITS[fen] + '分' if fen else '整'}"


def _in_capitals(number: int) -> str:
    for base, unit in _UNITS:
        if number >= base:
            head, rest = divmod(number, base)
            gap = "零" if 0 < rest < base // 10 else ""
            return _in_capitals(head) + unit + gap + (_in_capitals(rest) if rest else "")
    return _DIGITS[number]


def rate(annual_rate: Decimal) -> str:
    """年利率: Decimal("0.02") is `2%`, every digit kept."""
    percent = f"{annual_rate * 100:f}"
    return f"{percent.rstrip('0').rstrip('.') if '.' in percent else percent}%"


def day(value: date) -> str:
    """2026-11-21 is `2026年11月21日`."""
    return f"{value.year}年{value.month}月{value.day}日"


def bank_of(account: Account) -> str:
    """开户银行, with its CNAPS number (联行号) where it is known."""
    return f"{account.bank_name}（行号 {account.cnaps}）" if account.cnaps else account.bank_name
