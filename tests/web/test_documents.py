"""Uploads are checked, stored by hash, and read by those who may (hanyang/4.1.4)."""

from datetime import UTC, datetime

import pytest

from tests.store import samples
from tests.web.papers import pdf, png
from tests.web.running import BANK, BUREAU, OPERATOR, OTHER_SUPPLIER, SUPPLIER, Api, problem_of
from zhengcaidai.messages.documents import MAX_DOCUMENT_BYTES, DocumentRef
from zhengcaidai.messages.steps import SupplyMaterials
from zhengcaidai.store.records import DatabaseRecords


@pytest.mark.clause("hanyang/4.1.4")
async def test_scan_comes_back_as_it_was_uploaded(lonely: Api) -> None:
    for data, filename, media_type in ((pdf("a"), "form.pdf", "application/pdf"), (png(), "form.png", "image/png")):
        async with lonely.as_(SUPPLIER) as caller:
            answer = await caller.upload(data, filename=filename, media_type=media_type, title=" 变更申请 ")
            reference = answer.json()
            assert answer.status_code == 201
            assert (reference["media_type"], reference["size_bytes"]) == (media_type, len(data))
            assert reference["title"] == "变更申请"
            found = await caller.get(answer.headers["location"])
        assert found.content == data
        assert found.headers["content-type"] == media_type
        assert found.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%8F%98")
        assert found.headers["x-content-type-options"] == "nosniff"


async def test_title_is_the_files_name_if_left_out(lonely: Api) -> None:
    async with lonely.as_(SUPPLIER) as caller:
        assert (await caller.upload(pdf("b"), filename="授权书.pdf")).json()["title"] == "授权书.pdf"


@pytest.mark.clause("hanyang/4.1.4")
@pytest.mark.parametrize(
    ("data", "filename", "media_type"),
    [
        (b"MZ" + b"\0" * 100, "form.pdf", "application/pdf"),
        (pdf(), "form.pdf", "image/png"),
        (pdf(), "form.exe", "application/pdf"),
        (pdf()[:-20], "form.pdf", "application/pdf"),
        (png(100), "form.png", "image/png"),
        (b"", "form.pdf", "application/pdf"),
        (b"<html></html>", "form.html", "text/html"),
    ],
    ids=["program", "declared-wrong", "named-wrong", "cut-short", "too-small", "empty", "web-page"],
)
async def test_what_is_no_scan_is_refused(lonely: Api, data: bytes, filename: str, media_type: str) -> None:
    async with lonely.as_(SUPPLIER) as caller:
        answer = await caller.upload(data, filename=filename, media_type=media_type)
    assert problem_of(answer, 422, "invalid-input")["right"]


async def test_upload_that_is_too_large_is_refused(lonely: Api) -> None:
    async with lonely.as_(SUPPLIER) as caller:
        answer = await caller.upload(b"%PDF-" + b"0" * (MAX_DOCUMENT_BYTES + 100_000))
        problem_of(answer, 413, "body-too-large")
        just_above = await caller.upload(b"%PDF-" + b"0" * MAX_DOCUMENT_BYTES)
        problem_of(just_above, 422, "invalid-input")


async def test_form_without_a_file_is_refused(lonely: Api) -> None:
    async with lonely.as_(SUPPLIER) as caller:
        answer = await caller.client.post(
            "/v1/documents", files={"other": ("a.pdf", pdf(), "application/pdf")}, headers={"Idempotency-Key": "f1"}
        )
        problem_of(answer, 422, "invalid-input")
        answer = await caller.client.post("/v1/documents", json={}, headers={"Idempotency-Key": "f2"})
        problem_of(answer, 415, "unsupported-media-type")
        answer = await caller.client.post(
            "/v1/documents",
            content=b"no boundary",
            headers={"Idempotency-Key": "f3", "Content-Type": "multipart/form-data"},
        )
        problem_of(answer, 400, "bad-request")


async def test_document_is_for_its_uploader_and_the_parties_of_its_loan(lonely: Api, records: DatabaseRecords) -> None:
    reference = await lonely.upload(SUPPLIER, pdf("tax"), "纳税证明")
    path = f"/v1/documents/{reference['sha256']}"
    assert (await lonely.get(SUPPLIER, path)).status_code == 200
    for stranger in (BANK, OTHER_SUPPLIER, BUREAU):
        problem_of(await lonely.get(stranger, path), 404, "not-found")

    view = samples.view(
        "L-DOC", supplier_id=SUPPLIER.organisation_id, bank_id=BANK.organisation_id, updated_at=datetime.now(UTC)
    )
    supplied = samples.entry(2, SupplyMaterials(documents=(DocumentRef.model_validate(reference),)), SUPPLIER)
    await records.record(samples.update(view, entries=(supplied,)))
    for party in (BANK, BUREAU, OPERATOR):
        assert (await lonely.get(party, path)).status_code == 200
    problem_of(await lonely.get(OTHER_SUPPLIER, path), 404, "not-found")
    listed = (await lonely.get(BANK, "/v1/loans/L-DOC/documents")).json()["items"]
    assert [(each["document"]["title"], each["href"]) for each in listed] == [("纳税证明", path)]
