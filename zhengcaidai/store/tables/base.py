"""What all tables share."""

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

__all__ = ["Row"]


class Row(SQLModel, registry=registry(metadata=MetaData())):
    """The base of every table: metadata of its own, so that no other SQLModel table in the process is among them."""
