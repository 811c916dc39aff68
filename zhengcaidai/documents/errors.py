"""What can go wrong with documents, as leaves of the engine's error tree.

ZhengcaidaiError
├── InvalidInput
│   ├── GlyphMissing        the font cannot draw a character of a name
│   ├── PageTooLong         a text is longer than a sheet of paper
│   └── ScanRefused         the uploaded file is not what it should be
├── FontMissing             no open Chinese font on this machine
└── DocumentDamaged         a stored file is no longer what was stored
"""

from zhengcaidai.errors import InvalidInput, ZhengcaidaiError

__all__ = ["DocumentDamaged", "FontMissing", "GlyphMissing", "PageTooLong", "ScanRefused"]


class GlyphMissing(InvalidInput):
    """A character has no visible glyph in the font: refused, because a blank in a company's name is a wrong name."""


class PageTooLong(InvalidInput):
    """One cell of a form would be higher than a page."""


class ScanRefused(InvalidInput):
    """The uploaded file is refused; nothing was stored."""


class FontMissing(ZhengcaidaiError):
    """No open Chinese font was found: the machine's set-up is wrong, not the request."""

    type = "font-missing"


class DocumentDamaged(ZhengcaidaiError):
    """A stored document no longer has the hash under which it is stored."""

    type = "document-damaged"
