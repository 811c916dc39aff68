"""A page as PDF: A4, Noto Sans CJK SC embedded as a subset, every character checked before anything is drawn."""

from contextlib import closing
from datetime import UTC, datetime
from typing import cast

from fontTools.pens.boundsPen import BoundsPen  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.fonts import TTFFont

from zhengcaidai.documents.errors import GlyphMissing
from zhengcaidai.documents.fonts import FontFace
from zhengcaidai.documents.pages import Page
from zhengcaidai.documents.sheet import FONT_FAMILY, SHEET_CHARACTERS, Sheet

__all__ = ["draw_pdf"]

_MADE_AT = datetime(1970, 1, 1, tzinfo=UTC)
"""The same page must give the same bytes, and so the same hash: no time of printing in the file."""

_SPACES = " \u3000\u00a0"
"""The characters that are meant to leave no ink: blank, 全角空格, no-break space."""


def draw_pdf(page: Page, font: FontFace) -> bytes:
    """The page as PDF bytes; the same page and font give the same bytes.

    Raises GlyphMissing if the font cannot draw a character visibly, PageTooLong if one row is higher than a sheet.
    """
    texts = (*page.texts(), SHEET_CHARACTERS)
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_creation_date(_MADE_AT)
    pdf.set_title(page.title)
    pdf.set_lang("zh-CN")
    pdf.add_font(
        FONT_FAMILY,
        fname=font.path,
        collection_font_number=font.index,
        unicode_range=sorted({ord(character) for text in texts for character in text}),
    )
    face = cast("TTFFont", pdf.fonts[FONT_FAMILY])
    with closing(face):
        _check_glyphs(face, texts)
        Sheet(pdf, page).draw()
        return bytes(pdf.output())


def _check_glyphs(face: TTFFont, texts: tuple[str, ...]) -> None:
    """Refuse what would come out as a box or a blank: not in the font, or there without ink (as U+3164 is)."""
    glyphs = face.ttfont.getGlyphSet()
    drawn = set(_SPACES)
    for text in texts:
        for character in text:
            if character in drawn:
                continue
            name, pen = face.cmap.get(ord(character)), BoundsPen(glyphs)
            if name is not None:
                glyphs[name].draw(pen)
            if pen.bounds is None:
                raise _glyph_missing(character, text, face.name)
            drawn.add(character)


def _glyph_missing(character: str, text: str, font_name: str) -> GlyphMissing:
    code_point = f"U+{ord(character):04X}"
    shown = f"{character!r} {code_point}"
    return GlyphMissing(
        f"字体 {font_name} 画不出字符 {shown}，见“{text}”。请核对该字；确需使用的，请打印网页版。",
        f"The font {font_name} cannot draw the character {shown} in '{text}'."
        " Check the character; if it is meant, print the HTML page.",
        where=text,
        right=f"{font_name} 有字形的字符 / characters that {font_name} can draw",
    )
