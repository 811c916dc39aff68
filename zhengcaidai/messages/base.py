"""The base of every type that crosses a process boundary, and the units they are made of."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "AnnualRate",
    "Fen",
    "FilingNumber",
    "Frozen",
    "Identifier",
    "PositiveFen",
    "Sha256",
    "Text",
]


class Frozen(BaseModel):
    """An immutable message: unknown fields are refused, so that a misspelt one is never lost without a word."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


MAX_FEN = 10**15
"""Ten trillion yuan: above any contract, below the 2**53 at which JSON readers lose exactness."""

Fen = Annotated[int, Field(strict=True, ge=0, le=MAX_FEN)]
"""分: an amount of money in integer fen, zero or more."""

PositiveFen = Annotated[int, Field(strict=True, gt=0, le=MAX_FEN)]
"""分: an amount of money in integer fen, above zero."""

AnnualRate = Annotated[Decimal, Field(ge=0, le=1, max_digits=9, decimal_places=8)]
"""年利率 as a fraction: 2% a year is Decimal("0.02")."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""The hash under which a document is stored: lower-case hexadecimal SHA-256."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$")]
"""An identifier given by some system: letters, digits and . _ : - , at most 80 characters."""

FilingNumber = Annotated[str, StringConstraints(pattern=r"^[\w〔〕\[\]()（）.·-]{1,80}$")]
"""A number that an office writes on paper, e.g. 合备[2021]100号: letters of any script, digits, brackets, at most 80."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
"""A sentence or a name written by a person: 1 to 500 characters."""
