"""Checking an uploaded scan (扫描件): its name, its size, what it really contains, and that it opens."""

import re
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import filetype  # type: ignore[import-untyped]

from zhengcaidai.documents.errors import ScanRefused
from zhengcaidai.documents.inspection import Findings, inspect
from zhengcaidai.messages.documents import MAX_DOCUMENT_BYTES, DocumentRef

__all__ = ["MAX_PIXELS", "MIN_SHORT_SIDE_PX", "SCAN_TYPES", "SCAN_TYPES_ZH", "ScanReport", "check_scan"]

MIN_SHORT_SIDE_PX = 600
"""About 72 dots an inch across an A4 sheet: below it, account numbers cannot be read."""
MAX_PIXELS = 100_000_000
"""An A4 sheet at 1,000 dots an inch has 97 million; a picture above it is refused before it is decoded."""
SCAN_TYPES_ZH = "PDF、JPEG 或 PNG"

_EXTENSIONS = {"application/pdf": (".pdf",), "image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",)}
SCAN_TYPES = tuple(_EXTENSIONS)
"""The media types that a scan may have."""
_ALIASES = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png"}
_FILENAME = re.compile(r"[^\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]{1,255}")

_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_FOREIGN = {
    b"%PDF-": "PDF",
    b"<?php": "PHP",
    b"<script": "HTML",
    b"Rar!\x1a\x07": "RAR",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
}
"""Marks by which lenient readers find another format anywhere in a file; long enough not to occur by chance."""
_ACTIVE_MARKS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class ScanReport:
    """An accepted scan: what it is, and the hash under which it is stored. Width and height are 0 for a PDF."""

    filename: str
    sha256: str
    media_type: str
    size_bytes: int
    pages: int
    width_px: int
    height_px: int

    def reference(self, title: str | None = None) -> DocumentRef:
        """The reference that goes into the loan's record, titled by its file name unless told otherwise."""
        return DocumentRef(
            sha256=self.sha256, media_type=self.media_type, size_bytes=self.size_bytes, title=title or self.filename
        )


def check_scan(data: bytes, declared_type: str, filename: str) -> ScanReport:
    """Check an uploaded scan (hanyang/4.1.4) and say what it is; nothing is stored here.

    PDF, JPEG or PNG, 1 byte to 10 MiB, the content agreeing with both the declared media type and the file name's
    ending. A picture must decode whole and have at least 600 pixels on its short side; a PDF must have a page and be
    neither encrypted nor active (scripts, launched programs, embedded files). A file that is also something else is
    refused. Blocks for about half a second: call it in a thread. Raises ScanRefused, which says what, where and what
    would be right.
    """
    _check_name_and_size(data, filename)
    media_type = _type_of(data, declared_type, filename)
    _check_one_format_only(data, media_type)
    found = inspect(data, media_type, MAX_PIXELS)
    _check_findings(found, media_type)
    if media_type == "application/pdf":
        _check_unlisted_objects(data)
    return ScanReport(
        filename=filename,
        sha256=sha256(data).hexdigest(),
        media_type=media_type,
        size_bytes=len(data),
        pages=found.pages,
        width_px=found.width_px,
        height_px=found.height_px,
    )


def _check_name_and_size(data: bytes, filename: str) -> None:
    if not _FILENAME.fullmatch(filename):
        raise ScanRefused(
            f"文件名 {filename[:80]!r} 不可用。",
            f"The file name {filename[:80]!r} cannot be used.",
            where="filename",
            right="1–255 个字符，不含斜线和控制字符 / 1 to 255 characters, no slash, no control character",
        )
    if not 0 < len(data) <= MAX_DOCUMENT_BYTES:
        raise ScanRefused(
            f"文件大小为 {len(data)} 字节。",
            f"The file has {len(data)} bytes.",
            where="file",
            right=f"1 至 {MAX_DOCUMENT_BYTES} 字节 / 1 to {MAX_DOCUMENT_BYTES} bytes (10 MiB)",
        )


def _type_of(data: bytes, declared_type: str, filename: str) -> str:
    found = filetype.guess_mime(data[:8192])
    if found not in _EXTENSIONS:
        raise ScanRefused(
            f"文件内容是 {found or '未知类型'}，不是扫描件。",
            f"The content of the file is {found or 'of an unknown type'}, not a scan.",
            where="file",
            right=f"{SCAN_TYPES_ZH} / PDF, JPEG or PNG",
        )
    media_type = str(found)
    declared = declared_type.partition(";")[0].strip().lower()
    if _ALIASES.get(declared, declared) != media_type:
        raise ScanRefused(
            f"声明的类型是 {declared_type!r}，文件内容却是 {media_type}。",
            f"The declared type is {declared_type!r}, but the content is {media_type}.",
            where="declared_type",
            right=media_type,
        )
    if not filename.lower().endswith(_EXTENSIONS[media_type]):
        endings = " / ".join(_EXTENSIONS[media_type])
        raise ScanRefused(
            f"文件名 {filename!r} 与内容类型 {media_type} 不符。",
            f"The file name {filename!r} does not fit the content, {media_type}.",
            where="filename",
            right=f"以 {endings} 结尾 / ending in {endings}",
        )
    return media_type


def _check_one_format_only(data: bytes, media_type: str) -> None:
    """Refuse a file cut short, or one that another program would take for something else."""
    if media_type == "application/pdf":
        whole = data.startswith(b"%PDF-") and data.rstrip(b"\x00\t\n\f\r ").endswith(b"%%EOF") and _has_xref(data)
        foreign = [name for mark, name in _FOREIGN.items() if mark in data and mark != b"%PDF-"]
    else:
        # Telephones append data of their own to JPEG files, so only a PNG must end where its picture ends.
        whole = media_type != "image/png" or data.endswith(_PNG_END)
        foreign = [name for mark, name in _FOREIGN.items() if mark in data]
    if zipfile.is_zipfile(BytesIO(data)):
        foreign.append("ZIP")
    if foreign:
        raise ScanRefused(
            f"文件里还含有其他格式的内容（{'、'.join(foreign)}）。",
            f"The file is also something else ({', '.join(foreign)}).",
            where="file",
            right="只含扫描件本身的文件，请重新扫描或另存 / a file with nothing but the scan: scan or save it again",
        )
    if not whole:
        raise _not_opened(media_type, "incomplete, or followed by other data")


def _has_xref(data: bytes) -> bool:
    """Whether the last `startxref` points at a cross-reference; readers that search for one may see another file."""
    pointer = re.search(rb"startxref\s+(\d{1,10})\s+%%EOF", data[-1100:])
    return pointer is not None and re.match(rb"\s*(xref\b|\d+\s+\d+\s+obj\b)", data[int(pointer[1]) :][:64]) is not None


def _check_findings(found: Findings, media_type: str) -> None:
    if found.encrypted:
        raise ScanRefused(
            "PDF 已加密。",
            "The PDF is encrypted.",
            where="file",
            right="不加密、不设口令的 PDF / a PDF without encryption or password",
        )
    if found.fault or found.pages < 1:
        raise _not_opened(media_type, found.fault or "no page")
    if found.active:
        raise _active(found.active)
    if media_type != "application/pdf" and min(found.width_px, found.height_px) < MIN_SHORT_SIDE_PX:
        raise ScanRefused(
            f"图片为 {found.width_px}×{found.height_px} 像素，太小，无法辨认。",
            f"The picture has {found.width_px} x {found.height_px} pixels, too few to be read.",
            where="file",
            right=f"短边不少于 {MIN_SHORT_SIDE_PX} 像素 / at least {MIN_SHORT_SIDE_PX} pixels on the short side",
        )


def _check_unlisted_objects(data: bytes) -> None:
    """Search the open bytes as well: a reader that repairs a file may find objects that no index lists."""
    plain = _NAME_ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), data)
    marks = tuple(mark.decode() for mark in _ACTIVE_MARKS if mark in plain)
    if marks:
        raise _active(marks)


def _active(parts: tuple[str, ...]) -> ScanRefused:
    return ScanRefused(
        f"PDF 含有脚本、附件或其他活动内容（{'、'.join(parts)}）。",
        f"The PDF has scripts, attachments or other active content ({', '.join(parts)}).",
        where="file",
        right="只有页面的 PDF，可打印后重新扫描 / a PDF of pages only: print it and scan it again",
    )


def _not_opened(media_type: str, fault: str) -> ScanRefused:
    return ScanRefused(
        f"文件打不开（{media_type}）：{fault}。",
        f"The file cannot be opened as {media_type}: {fault}.",
        where="file",
        right="完整、未损坏的文件，请重新扫描或拍照 / a complete, undamaged file: scan or photograph it again",
    )
