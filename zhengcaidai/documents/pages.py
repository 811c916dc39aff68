"""What a printed page says, apart from how it is drawn: HTML and PDF are made from it, so they say the same."""

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Field", "Page", "Paragraph", "Row", "SignOff"]


@dataclass(frozen=True)
class Field:
    """栏目: a label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Row:
    """A row of the table: one field over the whole width, or two side by side."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Paragraph:
    """A statement over the whole width of the table; each of `texts` begins on a line of its own."""

    texts: tuple[str, ...]


@dataclass(frozen=True)
class SignOff:
    """落款: place for a seal (公章) and a date, and for a signature if `signer` names who signs; filled in by hand."""

    closing: str
    organisation: Field
    signer: str | None = None


@dataclass(frozen=True)
class Page:
    """A document: title, a line above the table, the table's blocks, notes under it and what it stands on."""

    title: str
    reference: tuple[str, str]
    blocks: tuple[Row | Paragraph | SignOff, ...]
    notes: tuple[str, ...]
    basis: str

    def texts(self) -> Iterator[str]:
        """Every text on the page, in reading order: what a font must be able to draw."""
        yield from (self.title, *self.reference)
        for block in self.blocks:
            match block:
                case Row(fields):
                    for field in fields:
                        yield from (field.label, field.value)
                case Paragraph(texts):
                    yield from texts
                case SignOff():
                    yield from (block.closing, block.organisation.label, block.organisation.value, block.signer or "")
        yield from (*self.notes, self.basis)
