"""What banks offer and whether they may, and the calendars that were loaded."""

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.products import Product
from zhengcaidai.store.columns import Instant, Message, Sealed
from zhengcaidai.store.tables.base import Row

__all__ = ["CalendarRow", "CooperationRow", "ProductRegionRow", "ProductRow"]


class ProductRow(Row, table=True):
    """金融产品; sealed, since it holds its contact's mobile number."""

    __tablename__ = "products"
    __table_args__ = (Index("ix_products_bank", "bank_id", "product_id"),)

    product_id: str = Field(primary_key=True)
    bank_id: str
    live: bool
    product: Product = Field(sa_column=Column(Sealed(Product, "products.product"), nullable=False))


class ProductRegionRow(Row, table=True):
    """适用地区 of a product."""

    __tablename__ = "product_regions"

    __table_args__ = (Index("ix_product_regions_product", "product_id"),)

    region: str = Field(primary_key=True)
    product_id: str = Field(primary_key=True, foreign_key="products.product_id")


class CooperationRow(Row, table=True):
    """合作资格: what a finance bureau decided of a bank; added, never changed."""

    __tablename__ = "cooperation_decisions"
    __table_args__ = (Index("ix_cooperation_newest", "bank_id", "at", "decision_id"),)

    decision_id: str = Field(primary_key=True)
    bank_id: str
    region: str
    suspended: bool
    reason: str
    clause: str
    organisation_id: str
    user_id: str
    at: datetime = Field(sa_type=Instant)


class CalendarRow(Row, table=True):
    """工作日历: one edition of a year; of several, the one loaded last is in force."""

    __tablename__ = "calendars"
    __table_args__ = (Index("ix_calendars_newest", "year", "loaded_at"),)

    year: int = Field(primary_key=True)
    version: str = Field(primary_key=True)
    loaded_at: datetime = Field(sa_type=Instant)
    calendar: CalendarYear = Field(sa_column=Column(Message(CalendarYear), nullable=False))
