"""Files as people and attackers upload them, built here byte by byte where no library would write them."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject


def picture(kind: str, width: int = 900, height: int = 1200) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, kind)
    return out.getvalue()


def zipped() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.exe", b"MZ")
    return out.getvalue()


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _writer(page: bytes) -> PdfWriter:
    return PdfWriter(clone_from=BytesIO(page))


def encrypted(page: bytes) -> bytes:
    writer = _writer(page)
    writer.encrypt("", "owner", algorithm="AES-256")
    return _written(writer)


def with_script(page: bytes) -> bytes:
    writer = _writer(page)
    action = _action(S="/JavaScript")
    action[NameObject("/JS")] = TextStringObject("app.alert('1')")
    writer.root_object[NameObject("/Names")] = DictionaryObject(
        {
            NameObject("/JavaScript"): DictionaryObject(
                {NameObject("/Names"): ArrayObject([TextStringObject("a"), action])}
            )
        }
    )
    return _written(writer)


def with_attachment(page: bytes) -> bytes:
    writer = _writer(page)
    writer.add_attachment("run.exe", b"MZ")
    return _written(writer)


def _action(**entries: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(value) for key, value in entries.items()})


def with_launch(page: bytes) -> bytes:
    writer = _writer(page)
    action = _action(S="/Launch")
    action[NameObject("/F")] = TextStringObject("run.exe")
    writer.root_object[NameObject("/OpenAction")] = action
    return _written(writer)


def with_submitting_link(page: bytes) -> bytes:
    writer = _writer(page)
    link = _action(Type="/Annot", Subtype="/Link")
    link[NameObject("/A")] = _action(S="/SubmitForm")
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link])
    return _written(writer)


def updated(page: bytes) -> bytes:
    """The page with a second revision appended, as an electronic seal (电子签章) does."""
    writer = PdfWriter(BytesIO(page), incremental=True)
    writer.add_metadata({"/Subject": "sealed"})
    return _written(writer)


def handmade_pdf(objects: list[bytes], packed: list[bytes], filler: int = 0) -> bytes:
    """A PDF 1.5 file: `objects` numbered from 1 in the open, then `packed` inside a compressed object stream.

    `filler` blanks are appended to that stream before it is compressed. Object 1 is the catalogue.
    """
    out = bytearray(b"%PDF-1.5\n")
    entries = [struct.pack(">BIH", 0, 0, 65535)]
    for number, body in enumerate(objects, start=1):
        entries.append(struct.pack(">BIH", 1, len(out), 0))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    stream_number = len(objects) + len(packed) + 1
    index, bodies = b"", b""
    for place, body in enumerate(packed):
        index += b"%d %d " % (len(objects) + 1 + place, len(bodies))
        bodies += body + b" "
        entries.append(struct.pack(">BIH", 2, stream_number, place))
    content = zlib.compress(index + bodies + b" " * filler)
    entries.append(struct.pack(">BIH", 1, len(out), 0))
    head = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d" % (len(packed), len(index), len(content))
    out += b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (stream_number, head, content)
    start = len(out)
    entries.append(struct.pack(">BIH", 1, start, 0))
    table = b"".join(entries)
    head = b"/Type /XRef /W [1 4 2] /Root 1 0 R /Size %d /Length %d" % (len(entries), len(table))
    out += b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (stream_number + 1, head, table)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R /Extra 5 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>"
CONTENT = b"<< /Length 11 >>\nstream\n0 0 9 9 re f\nendstream"
EMPTY_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def packed_pdf(extra: bytes, filler: int = 0) -> bytes:
    """One page; `extra` is an object that can be seen only by opening the compressed object stream."""
    return handmade_pdf([CATALOGUE, PAGES, PAGE, CONTENT], [extra], filler)


def unlisted_action_pdf() -> bytes:
    """One page, and an action that the cross-reference does not list but a reader that searches would find."""
    stream = b"0 0 9 9 re f\nendstream endobj 9 0 obj << /S /Java#53cript >> endobj"
    content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    return handmade_pdf([CATALOGUE, PAGES, PAGE, content, b"null"], [b"null"])


def open_pdf(*, pages: bytes = PAGES, page: bytes = PAGE, extra: bytes = b"null") -> bytes:
    return handmade_pdf([CATALOGUE, pages, page, CONTENT, extra], [b"null"])


def huge_png() -> bytes:
    """20,000 by 20,000 pixels in some fifty kilobytes."""
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


def jpeg_with_comment(comment: bytes) -> bytes:
    data = picture("JPEG")
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]
