"""Small real files to upload."""

import io

from fpdf import FPDF
from PIL import Image


def pdf(text: str = "authorisation") -> bytes:
    """A PDF of one page."""
    page = FPDF()
    page.add_page()
    page.set_font("Helvetica", size=12)
    page.cell(0, 10, text)
    return bytes(page.output())


def png(side: int = 700) -> bytes:
    """A white square."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(out, "PNG")
    return out.getvalue()
