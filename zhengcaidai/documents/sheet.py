"""Laying a page out on A4 sheets and drawing it, in the manner of an office form. Lengths in mm, type in points."""

from typing import NamedTuple

from fpdf import FPDF

from zhengcaidai.documents.errors import PageTooLong
from zhengcaidai.documents.pages import Field, Page, Paragraph, Row, SignOff
from zhengcaidai.documents.typesetting import wrap

__all__ = ["FONT_FAMILY", "SHEET_CHARACTERS", "Sheet"]

FONT_FAMILY = "noto"
"""The name under which the sheet expects its font to be added."""

_DATE_TO_FILL_IN = f"日期：{'年':\u3000>6}{'月':\u3000>4}{'日':\u3000>4}"
_SEAL_PLACE = "（公章）"
SHEET_CHARACTERS = f"{_DATE_TO_FILL_IN}{_SEAL_PLACE}第页 / 共0123456789"
"""What the sheet itself writes, besides the page's texts."""

_LEFT, _TOP, _WIDTH, _BOTTOM = 20.0, 20.0, 170.0, 272.0
_FOOTER_Y = 279.0
_LABEL_WIDTH = 32.0
_PADDING_X, _LABEL_PADDING_X, _PADDING_Y = 2.5, 1.0, 2.6
_MIN_ROW_HEIGHT = 12.0
_SIGN_OFF_HEIGHT, _SIGN_OFF_WIDTH = 50.0, 108.0  # without the organisation's name; beside the seal
_SEAL_DIAMETER = 42.0  # an official seal is at most 42 mm wide
_TITLE_PT, _BODY_PT, _NOTE_PT, _FOOTER_PT = 20.0, 10.5, 9.0, 8.0
_LINE_MM_PER_PT = 1.5 * 25.4 / 72

_SIZES = ((120, _BODY_PT), (200, 9.0))
"""Up to so many characters, so large; longer texts are set at `_SMALLEST_PT`, so that most forms stay on one sheet."""
_SMALLEST_PT = 7.5


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def inside(self, padding_x: float) -> "_Box":
        return _Box(self.x + padding_x, self.y, self.width - 2 * padding_x, self.height)


class Sheet:
    """Draws a page on as many A4 sheets as it needs: one, unless names are extraordinarily long."""

    def __init__(self, pdf: FPDF, page: Page) -> None:
        """Draw `page` into `pdf`, to which the font has been added as FONT_FAMILY."""
        self._pdf = pdf
        self._page = page
        pdf.c_margin = 0

    def draw(self) -> None:
        """Draw title, table, notes and footers; a row is never split between sheets.

        Raises PageTooLong if a row is higher than a sheet.
        """
        y = self._start()
        for block in self._page.blocks:
            height = self._height(block)
            if y + height > _BOTTOM:
                y = self._next_sheet()
            if y + height > _BOTTOM:
                raise _page_too_long(self._page.title, block)
            self._draw_block(block, y, height)
            y += height
        self._draw_notes(y + 3)
        self._draw_footers()

    def _next_sheet(self) -> float:
        self._pdf.add_page()
        self._pdf.set_line_width(0.25)
        return _TOP

    def _start(self) -> float:
        y = self._next_sheet()
        self._text(self._page.title, _Box(_LEFT, y, _WIDTH, 16), _TITLE_PT, "C")
        y, width = y + 16, _WIDTH / 2 - 2
        left, right = self._page.reference
        height = max(self._text_height(text, width, _BODY_PT) for text in (left, right))
        self._text(left, _Box(_LEFT, y, width, height), _BODY_PT)
        self._text(right, _Box(_LEFT + _WIDTH - width, y, width, height), _BODY_PT, "R")
        return y + height + 2

    def _height(self, block: Row | Paragraph | SignOff) -> float:
        match block:
            case Row(fields):
                labels = [self._text_height(field.label, _LABEL_WIDTH - 2 * _LABEL_PADDING_X) for field in fields]
                width = _WIDTH / len(fields) - _LABEL_WIDTH - 2 * _PADDING_X
                values = [self._text_height(field.value, width) for field in fields]
                return max(_MIN_ROW_HEIGHT, max(*labels, *values) + 2 * _PADDING_Y)
            case Paragraph(texts):
                inner = sum(self._text_height(text, _WIDTH - 2 * _PADDING_X) for text in texts)
                return max(_MIN_ROW_HEIGHT, inner + 2 * _PADDING_Y)
            case SignOff():
                return _SIGN_OFF_HEIGHT + self._organisation_height(block)

    def _organisation_height(self, sign_off: SignOff) -> float:
        return max(10.0, self._text_height(_organisation(sign_off), _SIGN_OFF_WIDTH))

    def _draw_block(self, block: Row | Paragraph | SignOff, y: float, height: float) -> None:
        match block:
            case Row(fields):
                width = _WIDTH / len(fields)
                for column, field in enumerate(fields):
                    self._draw_field(field, _Box(_LEFT + column * width, y, width, height))
            case Paragraph(texts):
                self._pdf.rect(_LEFT, y, _WIDTH, height)
                y += _PADDING_Y
                for text in texts:
                    box = _Box(_LEFT, y, _WIDTH, self._text_height(text, _WIDTH - 2 * _PADDING_X))
                    self._text(text, box.inside(_PADDING_X))
                    y += box.height
            case SignOff():
                self._pdf.rect(_LEFT, y, _WIDTH, height)
                self._draw_sign_off(block, y)
                seal_y = y + (height - _SEAL_DIAMETER) / 2
                seal_x = _LEFT + _WIDTH - _SEAL_DIAMETER - 10
                self._draw_seal_place(_Box(seal_x, seal_y, _SEAL_DIAMETER, _SEAL_DIAMETER))

    def _draw_field(self, field: Field, box: _Box) -> None:
        label = _Box(box.x, box.y, _LABEL_WIDTH, box.height)
        value = _Box(box.x + _LABEL_WIDTH, box.y, box.width - _LABEL_WIDTH, box.height)
        self._pdf.set_fill_color(242)
        self._pdf.rect(*label, style="DF")
        self._pdf.rect(*value)
        self._text(field.label, label.inside(_LABEL_PADDING_X), align="C")
        self._text(field.value, value.inside(_PADDING_X))

    def _draw_sign_off(self, sign_off: SignOff, y: float) -> None:
        x, organisation_height = _LEFT + _PADDING_X, self._organisation_height(sign_off)
        self._text(sign_off.closing, _Box(x, y + 3, _SIGN_OFF_WIDTH, 8))
        y += 15
        self._text(_organisation(sign_off), _Box(x, y, _SIGN_OFF_WIDTH, organisation_height))
        y += organisation_height + 6
        if sign_off.signer is not None:
            signer = f"{sign_off.signer}："
            self._text(signer, _Box(x, y, _SIGN_OFF_WIDTH, 8))
            self._pdf.line(x + self._pdf.get_string_width(signer), y + 7, x + 84, y + 7)
        self._text(_DATE_TO_FILL_IN, _Box(x, y + 16, _SIGN_OFF_WIDTH, 8))

    def _draw_seal_place(self, box: _Box) -> None:
        with self._pdf.local_context():
            self._pdf.set_draw_color(150)
            self._pdf.set_text_color(120)
            self._pdf.set_dash_pattern(dash=1.2, gap=1.2)
            self._pdf.ellipse(*box)
            self._text(_SEAL_PLACE, box, align="C")

    def _draw_notes(self, y: float) -> None:
        heights = [self._text_height(note, _WIDTH, _NOTE_PT) for note in self._page.notes]
        if y + sum(heights) > _BOTTOM:
            y = self._next_sheet()
        for note, height in zip(self._page.notes, heights, strict=True):
            self._text(note, _Box(_LEFT, y, _WIDTH, height), _NOTE_PT)
            y += height

    def _draw_footers(self) -> None:
        last = self._pdf.pages_count
        for number in range(1, last + 1):
            self._pdf.page = number
            self._text(self._page.basis, _Box(_LEFT, _FOOTER_Y, _WIDTH - 30, 6), _FOOTER_PT)
            count = f"第 {number} 页 / 共 {last} 页"
            self._text(count, _Box(_LEFT + _WIDTH - 30, _FOOTER_Y, 30, 6), _FOOTER_PT, "R")

    def _text(self, text: str, box: _Box, size: float | None = None, align: str = "L") -> None:
        """Draw wrapped text, centred vertically in its box."""
        size = size or _size(text)
        lines = self._lines(text, box.width, size)
        line_height = size * _LINE_MM_PER_PT
        y = box.y + (box.height - line_height * len(lines)) / 2
        for line in lines:
            self._pdf.set_xy(box.x, y)
            self._pdf.cell(box.width, line_height, line, align=align)
            y += line_height

    def _text_height(self, text: str, width: float, size: float | None = None) -> float:
        size = size or _size(text)
        return len(self._lines(text, width, size)) * size * _LINE_MM_PER_PT

    def _lines(self, text: str, width: float, size: float) -> list[str]:
        self._pdf.set_font(FONT_FAMILY, size=size)
        return wrap(text, width, self._pdf.get_string_width)


def _organisation(sign_off: SignOff) -> str:
    return f"{sign_off.organisation.label}：{sign_off.organisation.value}"


def _size(text: str) -> float:
    return next((size for limit, size in _SIZES if len(text) <= limit), _SMALLEST_PT)


def _page_too_long(title: str, block: Row | Paragraph | SignOff) -> PageTooLong:
    label = block.fields[0].label if isinstance(block, Row) else title
    return PageTooLong(
        f"《{title}》的“{label}”一栏放不进一页纸，请缩短其内容。",
        f"In '{title}' the row '{label}' does not fit on one sheet of paper: shorten its text.",
        where=label,
        right="每栏不超过一页 / at most one sheet a row",
    )
