"""What is accepted as a scan of the sealed form, and what is refused and why (hanyang/4.1.4)."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from tests.documents import uploads
from tests.documents.samples import change_form
from tests.documents.uploads import handmade_pdf, open_pdf, packed_pdf, picture, zipped
from zhengcaidai.documents.errors import ScanRefused
from zhengcaidai.documents.forms import render_pdf
from zhengcaidai.documents.scans import check_scan
from zhengcaidai.messages.documents import MAX_DOCUMENT_BYTES

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
FORM = render_pdf(change_form())


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize(
    ("data", "declared_type", "filename", "media_type"),
    [
        (FORM, PDF, "合同账户变更申请.pdf", PDF),
        (picture("JPEG"), JPEG, "照片.JPG", JPEG),
        (picture("JPEG"), "image/jpg", "照片.jpeg", JPEG),
        (picture("PNG"), "image/png; charset=binary", "scan.png", PNG),
        (picture("PNG", 600, 600), PNG, "scan.png", PNG),
        (picture("JPEG") + b"Image_UTC_Data1732150000000SEFH", JPEG, "telephone.jpg", JPEG),
        (uploads.updated(FORM), PDF, "sealed.pdf", PDF),
        (open_pdf(), PDF, "scan.pdf", PDF),
        (packed_pdf(b"<< /S /URI /URI (https://example.cn) >>"), PDF, "scan.pdf", PDF),
    ],
    ids=["printed", "jpg", "alias", "parameter", "smallest", "telephone", "sealed", "handmade", "link"],
)
def test_a_pdf_jpeg_or_png_is_accepted(data: bytes, declared_type: str, filename: str, media_type: str) -> None:
    report = check_scan(data, declared_type, filename)
    assert (report.media_type, report.size_bytes, report.pages) == (media_type, len(data), 1)
    assert report.sha256 == sha256(data).hexdigest()
    assert min(report.width_px, report.height_px) >= (0 if media_type == PDF else 600)


def test_the_reference_is_titled_by_the_file_name_unless_told_otherwise() -> None:
    report = check_scan(picture("PNG"), PNG, "变更申请.png")
    assert report.reference().title == "变更申请.png"
    assert report.reference("盖章申请").title == "盖章申请"
    assert report.reference().sha256 == report.sha256


CONTENT_REFUSED = "不是扫描件"
OTHER_FORMAT = "其他格式"
NOT_OPENED = "文件打不开"
ACTIVE = "活动内容"

REFUSED: dict[str, tuple[Callable[[], bytes], str, str, str]] = {
    "empty": (lambda: b"", PDF, "a.pdf", "0 字节"),
    "too large": (lambda: FORM.ljust(MAX_DOCUMENT_BYTES + 1), PDF, "a.pdf", f"{MAX_DOCUMENT_BYTES + 1} 字节"),
    "program named pdf": (lambda: b"MZ\x90\x00" + bytes(2000), PDF, "a.pdf", "application/x-msdownload"),
    "text named pdf": (lambda: "合同".encode() * 100, PDF, "a.pdf", "未知类型"),
    "html named pdf": (lambda: b"<!DOCTYPE html><script>1</script>", PDF, "a.pdf", CONTENT_REFUSED),
    "svg named png": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", PNG, "a.png", CONTENT_REFUSED),
    "gif": (lambda: picture("GIF"), "image/gif", "a.gif", "image/gif"),
    "zip": (zipped, "application/zip", "a.zip", "application/zip"),
    "heic": (lambda: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1", "image/heic", "a.heic", "image/heic"),
    "png declared pdf": (lambda: picture("PNG"), PDF, "a.png", "声明的类型"),
    "no declared type": (lambda: picture("PNG"), "", "a.png", "声明的类型"),
    "jpeg named png": (lambda: picture("JPEG"), JPEG, "a.png", "文件名"),
    "pdf named exe": (lambda: FORM, PDF, "a.pdf.exe", "文件名"),
    "path in name": (lambda: FORM, PDF, "../../a.pdf", "文件名"),
    "control in name": (lambda: FORM, PDF, "a\x00.pdf", "文件名"),
    "turned name": (lambda: FORM, PDF, "a\u202efdp.pdf", "文件名"),
    "no name": (lambda: FORM, PDF, "", "文件名"),
    "long name": (lambda: FORM, PDF, "a" * 300 + ".pdf", "文件名"),
    "truncated png": (lambda: picture("PNG")[:-500], PNG, "a.png", NOT_OPENED),
    "png without its middle": (lambda: picture("PNG")[:300] + picture("PNG")[-300:], PNG, "a.png", NOT_OPENED),
    "truncated jpeg": (lambda: picture("JPEG")[:-2000], JPEG, "a.jpg", NOT_OPENED),
    "jpeg head only": (lambda: b"\xff\xd8\xff\xe0" + bytes(50), JPEG, "a.jpg", NOT_OPENED),
    "small picture": (lambda: picture("JPEG", 599, 2000), JPEG, "a.jpg", "太小"),
    "picture bomb": (uploads.huge_png, PNG, "a.png", "pixels are more than"),
    "truncated pdf": (lambda: FORM[:-700], PDF, "a.pdf", NOT_OPENED),
    "pdf head only": (lambda: b"%PDF-1.7\n%%EOF\n", PDF, "a.pdf", NOT_OPENED),
    "pdf with a false index": (lambda: FORM[:-20] + b"startxref\n5\n%%EOF\n", PDF, "a.pdf", NOT_OPENED),
    "no page": (lambda: open_pdf(pages=b"<< /Type /Pages /Kids [] /Count 0 >>"), PDF, "a.pdf", NOT_OPENED),
    "empty page": (lambda: open_pdf(page=uploads.EMPTY_PAGE), PDF, "a.pdf", "no page has any content"),
    "no catalogue": (lambda: handmade_pdf([b"null"], [b"null"]), PDF, "a.pdf", NOT_OPENED),
    "object stream bomb": (lambda: packed_pdf(b"null", filler=300_000_000), PDF, "a.pdf", NOT_OPENED),
    "encrypted": (lambda: uploads.encrypted(FORM), PDF, "a.pdf", "已加密"),
    "script": (lambda: uploads.with_script(FORM), PDF, "a.pdf", "/JavaScript"),
    "launch": (lambda: uploads.with_launch(FORM), PDF, "a.pdf", "/Launch"),
    "attachment": (lambda: uploads.with_attachment(FORM), PDF, "a.pdf", "/EmbeddedFile"),
    "submitting link": (lambda: uploads.with_submitting_link(FORM), PDF, "a.pdf", "/SubmitForm"),
    "hidden script": (lambda: packed_pdf(b"<< /S /JavaScript /JS (1) >>"), PDF, "a.pdf", ACTIVE),
    "hidden deeper": (lambda: packed_pdf(b"[ [ << /A << /S /Launch >> >> ] ]"), PDF, "a.pdf", ACTIVE),
    "spelt differently": (lambda: packed_pdf(b"<< /#53 /J#61vaScript >>"), PDF, "a.pdf", ACTIVE),
    "kind by reference": (lambda: open_pdf(extra=b"/JavaScript"), PDF, "a.pdf", ACTIVE),
    "not in the index": (uploads.unlisted_action_pdf, PDF, "a.pdf", ACTIVE),
    "form language": (lambda: open_pdf(extra=b"<< /XFA (x) >>"), PDF, "a.pdf", "/XFA"),
    "jpeg and zip": (lambda: picture("JPEG") + zipped(), JPEG, "a.jpg", "ZIP"),
    "png and zip": (lambda: picture("PNG") + zipped(), PNG, "a.png", "ZIP"),
    "pdf and zip": (lambda: FORM + zipped(), PDF, "a.pdf", "ZIP"),
    "jpeg and pdf": (lambda: uploads.jpeg_with_comment(b"%PDF-1.7 "), JPEG, "a.jpg", OTHER_FORMAT),
    "jpeg and html": (lambda: uploads.jpeg_with_comment(b"<script>1</script>"), JPEG, "a.jpg", OTHER_FORMAT),
    "png and more": (lambda: picture("PNG") + b"more", PNG, "a.png", NOT_OPENED),
    "pdf and more": (lambda: FORM + b"more", PDF, "a.pdf", NOT_OPENED),
    "something before the pdf": (lambda: b"#!/bin/sh\n" + FORM, PDF, "a.pdf", CONTENT_REFUSED),
}


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize(("make", "declared_type", "filename", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_scan_is_refused(make: Callable[[], bytes], declared_type: str, filename: str, reason: str) -> None:
    with pytest.raises(ScanRefused) as refused:
        check_scan(make(), declared_type, filename)
    problem = refused.value.problem
    assert reason in problem.zh
    assert problem.status == 422
    assert problem.en
    assert problem.where in {"file", "filename", "declared_type"}
    assert problem.right
