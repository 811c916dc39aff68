"""Column types: moments, messages as JSON text, and messages sealed, of which the database alone shows nothing."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from sqlalchemy import DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from zhengcaidai.messages.parties import Role
from zhengcaidai.rules.working_days import SHANGHAI
from zhengcaidai.sealing import Sealer

__all__ = ["Instant", "Message", "Roles", "Sealed", "SealedBytes", "seal_with"]

M = TypeVar("M", bound=BaseModel)

_SEALERS: "WeakKeyDictionary[Dialect, Sealer]" = WeakKeyDictionary()
"""Each engine has a dialect object of its own, which is all that a column type is told of its engine."""


def seal_with(sealer: Sealer, dialect: Dialect) -> None:
    """The sealed columns of this engine are sealed and opened by `sealer`."""
    _SEALERS[dialect] = sealer


class Instant(TypeDecorator[datetime]):
    """时刻: aware in Python (+08:00 when read), UTC in the database; SQLite's text sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a naive time: it would mean another moment on every machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone: give an aware datetime")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In Shanghai's time."""
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(SHANGHAI)


class Roles(TypeDecorator[tuple[Role, ...]]):
    """Parties awaited, as `,bank,treasury,`: one role is found by `LIKE '%,bank,%'`."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Iterable[Role] | None, dialect: Dialect) -> str | None:
        """Commas at both ends, so that every role stands between two."""
        return None if value is None else "," + "".join(f"{role.value}," for role in value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Role, ...] | None:
        """In the order written."""
        return None if value is None else tuple(Role(role) for role in value.split(",") if role)


class Message(TypeDecorator[M], Generic[M]):
    """A message as JSON text: for what holds no account number and no telephone number."""

    impl = Text
    cache_ok = True

    def __init__(self, message: type[M]) -> None:
        super().__init__()
        self.message = message

    @override
    def process_bind_param(self, value: M | None, dialect: Dialect) -> str | None:
        """As JSON."""
        return None if value is None else value.model_dump_json()

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> M | None:
        """Validated as it is read."""
        return None if value is None else self.message.model_validate_json(value)


class Sealed(TypeDecorator[M], Generic[M]):
    """A message sealed under the engine's key; `place` ties it to its column, so that it does not open in another."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, message: type[M], place: str) -> None:
        super().__init__()
        self.message = message
        self.place = place

    @override
    def process_bind_param(self, value: M | None, dialect: Dialect) -> bytes | None:
        """Sealed JSON."""
        return None if value is None else _sealer(dialect).seal(value.model_dump_json().encode(), self.place.encode())

    @override
    def process_result_value(self, value: bytes | None, dialect: Dialect) -> M | None:
        """Opened and validated; raises SealBroken."""
        if value is None:
            return None
        return self.message.model_validate_json(_sealer(dialect).open(value, self.place.encode()))


class SealedBytes(TypeDecorator[bytes]):
    """Bytes sealed under the engine's key: an answer kept to be given again."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    @override
    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Sealed."""
        return None if value is None else _sealer(dialect).seal(value, self.place.encode())

    @override
    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Opened; raises SealBroken."""
        return None if value is None else _sealer(dialect).open(value, self.place.encode())


def _sealer(dialect: Dialect) -> Sealer:
    sealer = _SEALERS.get(dialect)
    if sealer is None:
        raise RuntimeError("this engine has no sealer: open the database with zhengcaidai.store.engine.Database")
    return sealer
