"""Printed documents (文书): 合同账户变更申请, 融资成交单 and 结清证明, as a print-ready HTML page and as PDF."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from zhengcaidai.documents.content import page_of
from zhengcaidai.documents.fonts import FontFace, find_font
from zhengcaidai.documents.pages import Paragraph, Row, SignOff
from zhengcaidai.documents.pdf import draw_pdf
from zhengcaidai.messages.documents import PrintedForm

__all__ = ["render_html", "render_pdf"]

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.tests.update(
    row=lambda block: isinstance(block, Row),
    paragraph=lambda block: isinstance(block, Paragraph),
    sign_off=lambda block: isinstance(block, SignOff),
)


def render_html(form: PrintedForm) -> str:
    """The document as one self-contained A4 page: no script, nothing loaded from elsewhere, every value escaped."""
    return _TEMPLATES.get_template("page.html").render(page=page_of(form))


def render_pdf(form: PrintedForm, font: FontFace | None = None) -> bytes:
    """The same content as PDF with the Chinese font embedded; takes a fraction of a second of CPU.

    `font` is the face to embed, by default the one that `find_font()` finds. Raises FontMissing if there is none,
    GlyphMissing if a character has no visible glyph in it, PageTooLong if one row is higher than a sheet.
    """
    return draw_pdf(page_of(form), font or find_font())
