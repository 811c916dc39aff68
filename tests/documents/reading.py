"""Reading a PDF back as a reader sees it: its text, and whether each character has left ink on the page."""

from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]

_SCALE = 3
_INK_BELOW = 160


@dataclass(frozen=True)
class ReadBack:
    text: str
    """All pages, every kind of white space taken out."""
    pages: int
    without_ink: tuple[str, ...]
    """Characters, other than spaces, at whose place the rendered page is blank."""


def squeeze(text: str) -> str:
    return "".join(text.split())


def read_back(pdf: bytes) -> ReadBack:
    texts: list[str] = []
    without_ink: list[str] = []
    document = pdfium.PdfDocument(pdf)
    for page in document:
        raster = np.asarray(page.render(scale=_SCALE).to_pil().convert("L"))
        textpage = page.get_textpage()
        texts.append(textpage.get_text_range())
        for index in range(textpage.count_chars()):
            character = textpage.get_text_range(index, 1)
            if character.isspace() or not character:
                continue
            left, bottom, right, top = (edge * _SCALE for edge in textpage.get_charbox(index))
            rows = slice(int(raster.shape[0] - top) - 1, int(raster.shape[0] - bottom) + 2)
            patch = raster[rows, int(left) - 1 : int(right) + 2]
            if patch.size == 0 or int(patch.min()) >= _INK_BELOW:
                without_ink.append(character)
        textpage.close()
        page.close()
    pages = len(document)
    document.close()
    return ReadBack(squeeze("".join(texts)), pages, tuple(without_ink))
