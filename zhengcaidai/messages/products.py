"""What banks offer: financial products (金融产品) and the branch that answers for them."""

from enum import StrEnum

from zhengcaidai.messages.base import AnnualRate, Frozen, Identifier, PositiveFen, Text
from zhengcaidai.messages.identifiers import Mobile

__all__ = ["Channel", "Product"]


class Channel(StrEnum):
    """How the bank is reached (线上线下两轮驱动, luoyang/2.1)."""

    ONLINE = "online"
    """The bank's system takes instructions and sends its decisions."""
    OFFLINE = "offline"
    """The bank's staff act through the engine's API."""


class Product(Frozen):
    """金融产品: registered by a bank's head office, shown to suppliers with its contact (hanyang/4.2, kunming/2.2.2)."""

    product_id: Identifier
    bank_id: Identifier
    bank_name: Text
    name: Text
    channel: Channel
    regions: tuple[str, ...]
    live: bool = True
    max_fen: PositiveFen
    max_term_days: int
    indicative_rate: AnnualRate
    promise_days: int | None = None
    """服务承诺: working days from acceptance to decision; the tighter of this and the region's limit counts."""
    branch_name: Text
    contact_name: Text
    contact_mobile: Mobile
    head_office_mobile: Mobile | None = None
    """总行值班电话: told of a breach, too, where the bank has no system that is told (luoyang/3.1)."""
    collateral: bool = False
    guarantee: bool = False
    extra_fees: bool = False
